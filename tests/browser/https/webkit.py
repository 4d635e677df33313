"""Debian's WebKit: its MiniBrowser, driven by Selenium, with Intelligent Tracking Prevention as Safari has it.

It can't be told of an authority, so that it alone takes any certificate.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium.common.exceptions import NoSuchFrameException, NoSuchWindowException, StaleElementReferenceException
from selenium.webdriver import Remote
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from tests.browser.https.proxy import proxy
from tests.browser.https.tabs import CHAT_FRAME, wait_until

NO_WEBKIT = (
    "The browser tests over https need WebKit with its driver, and a display and a mouse for it, and one is missing. "
    "On Debian: apt-get install webkit2gtk-driver xdotool xvfb. Or run `make test`, which installs them."
)
YES_FROM_THE_RIGHT, YES_FROM_THE_TOP = 49, 69


class SeleniumTab:
    """A tab or a window of a WebKit."""

    def __init__(self, driver: Remote, display: str) -> None:
        self._driver = driver
        self._display = display
        self._handle = driver.current_window_handle

    def go(self, url: str) -> None:
        self._enter(framed=False)
        self._driver.get(url)

    def ask(self, script: str, *, framed: bool = False) -> Any:
        try:
            self._enter(framed=framed)
            return self._driver.execute_script(f"return {script}")
        except (NoSuchFrameException, NoSuchWindowException, StaleElementReferenceException):
            return None

    def fill(self, label: str, text: str, *, framed: bool = False) -> None:
        self._enter(framed=framed)
        field = self._driver.find_element(By.XPATH, f"//label[starts-with(normalize-space(), '{label}')]")
        # A frame of another site has no focus to give away before it is clicked.
        field.click()
        self._driver.find_element(By.ID, field.get_attribute("for") or "").send_keys(text)

    def press(self, button: str, *, framed: bool = False) -> None:
        self._enter(framed=framed)
        self._driver.find_element(By.XPATH, f"//button[starts-with(normalize-space(), '{button}')]").click()

    def press_and_agree(self, button: str, *, framed: bool = False) -> None:
        height = self.ask("window.innerHeight")

        def is_asked() -> bool:
            return bool(self.ask("window.innerHeight") < height)

        def goes_on() -> bool:
            return button not in (self.ask("document.body?.innerText", framed=framed) or "")

        self.press(button, framed=framed)
        wait_until(lambda: is_asked() or goes_on())
        if not is_asked():
            return
        # The question is a bar above the page, where only a hand at the mouse gets to "Yes".
        left = self.ask("window.outerWidth") - YES_FROM_THE_RIGHT
        click = [_find("xdotool"), "mousemove", str(left), str(YES_FROM_THE_TOP), "click", "1"]
        subprocess.run(click, env={**os.environ, "DISPLAY": self._display}, check=True)

    def window(self) -> "SeleniumTab | None":
        others = [handle for handle in self._driver.window_handles if handle != self._handle]
        if not others:
            return None
        self._driver.switch_to.window(others[-1])
        return SeleniumTab(self._driver, self._display)

    def _enter(self, *, framed: bool) -> None:
        self._driver.switch_to.window(self._handle)
        if framed:
            frames = self._driver.find_elements(By.CSS_SELECTOR, CHAT_FRAME)
            if not frames:
                raise NoSuchFrameException
            self._driver.switch_to.frame(frames[0])


def _find(name: str) -> str:
    program = shutil.which(name)
    if program is None:
        pytest.fail(NO_WEBKIT)
    return program


@contextmanager
def webkit() -> Iterator[SeleniumTab]:
    """A browser, empty at the start."""
    driver_program = _find("WebKitWebDriver")
    mini_browser = next(Path("/usr/lib").glob("*/webkit*gtk-*/MiniBrowser"), None)
    if mini_browser is None:
        pytest.fail(NO_WEBKIT)
    options = Options()
    options.binary_location = str(mini_browser)
    options.accept_insecure_certs = True
    with _display() as display, proxy() as address:
        for argument in ("--automation", "--enable-itp", f"--proxy={address}"):
            options.add_argument(argument)
        service = Service(driver_program, env={**os.environ, "DISPLAY": display})
        service.start()
        try:
            # Selenium's own class for WebKitGTK still uses what Selenium itself warns of.
            client = RemoteConnection(client_config=ClientConfig(service.service_url))
            with Remote(client, options=options) as driver:
                yield SeleniumTab(driver, display)
        finally:
            service.stop()


@contextmanager
def _display() -> Iterator[str]:
    """The name of a display that nobody sees."""
    readable, writable = os.pipe()
    command = [_find("Xvfb"), "-displayfd", str(writable), "-nolisten", "tcp", "-screen", "0", "1100x760x24"]
    with (
        os.fdopen(readable) as numbers,
        subprocess.Popen(command, pass_fds=[writable], stderr=subprocess.DEVNULL) as running,
    ):
        os.close(writable)
        try:
            yield f":{numbers.readline().strip()}"
        finally:
            running.terminate()
