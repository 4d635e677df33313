import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.chat import Screenshots
from tests.browser.console import Console

FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
)
TIMEOUT = 15_000
# The same engine without the browser around it, which shows a page in a third of the time.
SHELL = "chromium-headless-shell"
NO_CHROMIUM = (
    "The browser tests need Chromium, and there is none on PATH. On Debian and Ubuntu: "
    "apt-get install chromium. Or run `make test`, which installs it."
)


def find_chromium() -> str:
    """Where Debian's Chromium is."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail(NO_CHROMIUM)
    return chromium


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """What drives the browsers.

    Not for the whole run: while Playwright's synchronous interface is open, its event loop counts as running in this
    thread. Tests elsewhere that start a loop of their own would fail, and so would Django's own guard here.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        expect.set_options(timeout=TIMEOUT)
        yield playwright


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium, the whole of it."""
    with playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS) as launched:
        yield launched


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium without its windows, and the whole of it where that is not installed."""
    shell = shutil.which(SHELL) or find_chromium()
    with playwright.chromium.launch(executable_path=shell, args=FLAGS) as launched:
        yield launched


@pytest.fixture
def console() -> Iterator[Console]:
    heard = Console()
    yield heard
    assert heard.unexpected() == []


@pytest.fixture
def context(browser: Browser, console: Console) -> Iterator[BrowserContext]:
    """One person's browser, empty at the start."""
    with browser.new_context(viewport={"width": 1100, "height": 760}) as opened:
        opened.set_default_timeout(TIMEOUT)
        opened.on("console", console.hear_message)
        opened.on("weberror", console.hear_error)
        yield opened


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def screenshots(request: pytest.FixtureRequest) -> Screenshots:
    """Keeps pictures of pages in the directory that `SCREENSHOTS` names, and none where it is not set."""
    directory = os.environ.get("SCREENSHOTS")
    return Screenshots(Path(directory) if directory else None, request.node.name)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browser tests after all others, and each folder of them in one go, so that its browsers start once."""
    items.sort(key=lambda item: str(item.path.parent) if item.get_closest_marker("browser") else "")
