"""The browsers of the tests, and what becomes in each of the cookies of a site that another site frames."""

from enum import StrEnum


class Kind(StrEnum):
    """A browser as a person has it; its value is what the documentation calls it."""

    CHROMIUM = "Chromium, third-party cookies allowed"
    # "Block third-party cookies", which is on in Incognito windows: only partitioned cookies get through.
    CHROMIUM_PARTITIONED = "Chromium, third-party cookies blocked"
    # The person blocked the cookies of the site on the chat's pages: not even those do.
    CHROMIUM_BLOCKED = "Chromium, the site's cookies blocked in chat"
    # Its total cookie protection gives the site another jar of cookies in each site that frames it.
    FIREFOX = "Firefox"
    # With Intelligent Tracking Prevention, as Safari has it: no third-party cookies.
    WEBKIT = "WebKit"

    @staticmethod
    def id_of(kind: "Kind") -> str:
        """What a test that runs in that browser is called."""
        return kind.name.lower()
