"""Debian's Chromium as a person has it who chose what becomes of third-party cookies."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Playwright

from tests.browser.conftest import FLAGS, find_chromium
from tests.browser.https import names
from tests.browser.https.authority import Authority


class Cookies(StrEnum):
    """What becomes of the cookies of a site that another site frames."""

    ALLOWED = "allowed"
    # "Block third-party cookies", which is on in windows opened as Incognito: only partitioned cookies get through.
    PARTITIONED = "partitioned"
    # The person blocked the cookies of the site on the chat's pages: not even those do.
    BLOCKED = "blocked"


_BLOCK = 2
_PREFERENCES: dict[Cookies, dict[str, Any]] = {
    Cookies.ALLOWED: {"cookie_controls_mode": 0},
    Cookies.PARTITIONED: {"cookie_controls_mode": 1},
    Cookies.BLOCKED: {
        "cookie_controls_mode": 0,
        "content_settings": {
            "exceptions": {
                "cookies": {
                    f"https://{names.CROSS_SITE.site},https://{names.CROSS_SITE.chat}": {"setting": _BLOCK},
                }
            }
        },
    },
}


@contextmanager
def chromium(playwright: Playwright, cookies: Cookies, authority: Authority, home: Path) -> Iterator[Browser]:
    """A browser with the home directory `home`; the contexts that it opens follow the choice that its person made."""
    authority.be_trusted_in(home / ".pki" / "nssdb")
    profile = home / "profile"
    (profile / "Default").mkdir(parents=True)
    (profile / "Default" / "Preferences").write_text(json.dumps({"profile": _PREFERENCES[cookies]}))
    rules = ", ".join(f"MAP {name} 127.0.0.1" for name in names.ALL)
    with playwright.chromium.launch_persistent_context(
        profile,
        executable_path=find_chromium(),
        args=[*FLAGS, f"--host-resolver-rules={rules}"],
        env={"HOME": str(home)},
    ) as context:
        assert context.browser is not None
        yield context.browser
