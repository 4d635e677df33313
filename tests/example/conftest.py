from tests.browser.conftest import browser, console, context, page

__all__ = ["browser", "console", "context", "page"]
