"""What the browser complained about during a test."""

import re

from playwright.sync_api import ConsoleMessage, WebError


class Console:
    """What went wrong in the pages of a test, as their console has it."""

    # Chromium reports every answer of 400 and above, and a 401 is how the site's API says "not signed in". Django's
    # login form asks for the focus, which a frame of another origin does not get.
    _EVERYDAY = re.compile(
        r"Failed to load resource: the server responded with a status of 401"
        r"|Blocked autofocusing on a <input> element in a cross-origin subframe"
    )

    def __init__(self) -> None:
        self._errors: list[str] = []
        self._expected: list[str] = []

    def expect(self, *patterns: str) -> None:
        """Take errors with one of these patterns for part of the test."""
        self._expected += patterns

    def hear_message(self, message: ConsoleMessage) -> None:
        is_everyday = self._EVERYDAY.search(message.text) or message.location["url"].endswith("/favicon.ico")
        if message.type == "error" and not is_everyday:
            self._errors.append(message.text)

    def hear_error(self, error: WebError) -> None:
        self._errors.append(f"uncaught: {error.error}")

    def unexpected(self) -> list[str]:
        return [error for error in self._errors if not any(re.search(pattern, error) for pattern in self._expected)]

    def matching(self, pattern: str) -> list[str]:
        return [error for error in self._errors if re.search(pattern, error)]
