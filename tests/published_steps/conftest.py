from tests.browser.conftest import browser, console, context, page, playwright

__all__ = ["browser", "console", "context", "page", "playwright"]
