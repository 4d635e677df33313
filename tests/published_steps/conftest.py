from tests.browser.conftest import chromium as browser
from tests.browser.conftest import console, context, page, playwright

__all__ = ["browser", "console", "context", "page", "playwright"]
