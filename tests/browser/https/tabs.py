"""A tab as a person has it before them, whatever drives the browser."""

import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from playwright.sync_api import Error, Frame, FrameLocator, Page

T = TypeVar("T")

PATIENCE = 15.0
PAUSE = 0.05
CHAT_FRAME = 'iframe[title="Login"]'


class Tab(Protocol):
    """A tab. What is done in it is done to its page, or to what the chat shows in its frame where `framed` says so."""

    def go(self, url: str) -> None:
        """Open the page at that address."""

    def ask(self, script: str, *, framed: bool = False) -> Any:
        """What a JavaScript expression is worth there, or `None` while there is nothing to ask."""

    def fill(self, label: str, text: str, *, framed: bool = False) -> None:
        """Write into the field with that label."""

    def press(self, button: str, *, framed: bool = False) -> None:
        """Press the button with these words, as a hand does."""

    def press_and_agree(self, button: str, *, framed: bool = False) -> None:
        """Press the button, and say yes if the browser asks whether the site may use its cookies here."""

    def window(self) -> "Tab | None":
        """The window that was opened from this one, while it is open."""


def wait_until(ask: Callable[[], T | None]) -> T:
    """Ask until there is an answer, for no longer than a person would."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := ask()):
        assert time.monotonic() < deadline, "What a person would wait for did not come."
        time.sleep(PAUSE)
    return answer


class PlaywrightTab:
    """A tab of Chromium or Firefox; `agree` is how to say yes, where that has to be said in advance."""

    def __init__(self, page: Page, agree: Callable[[Page], None] | None = None) -> None:
        self.page = page
        self._agree = agree

    def go(self, url: str) -> None:
        self.page.bring_to_front()
        self.page.goto(url)

    def ask(self, script: str, *, framed: bool = False) -> Any:
        try:
            frame = self._chat_frame() if framed else self.page.main_frame
            return None if frame is None else frame.evaluate(script)
        except Error:
            return None  # It went on to another page meanwhile.

    def fill(self, label: str, text: str, *, framed: bool = False) -> None:
        self._place(framed=framed).get_by_label(label).fill(text)

    def press(self, button: str, *, framed: bool = False) -> None:
        self._place(framed=framed).get_by_role("button", name=button).click()

    def press_and_agree(self, button: str, *, framed: bool = False) -> None:
        if self._agree is not None:
            self._agree(self.page)
        self.press(button, framed=framed)

    def window(self) -> "PlaywrightTab | None":
        self.ask("0")  # Playwright learns of a window no sooner than it waits for something.
        others = [page for page in self.page.context.pages if page is not self.page]
        return PlaywrightTab(others[-1]) if others else None

    def _place(self, *, framed: bool) -> Page | FrameLocator:
        return self.page.frame_locator(CHAT_FRAME) if framed else self.page

    def _chat_frame(self) -> Frame | None:
        element = self.page.query_selector(CHAT_FRAME)
        return None if element is None else element.content_frame()
