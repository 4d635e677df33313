"""Debian's Chromium, with what its person chose to become of third-party cookies."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright

from tests.browser.conftest import FLAGS, find_chromium
from tests.browser.https import names
from tests.browser.https.authority import Authority
from tests.browser.https.kinds import Kind

_BLOCK = 2
_PREFERENCES: dict[Kind, dict[str, Any]] = {
    Kind.CHROMIUM: {"cookie_controls_mode": 0},
    Kind.CHROMIUM_PARTITIONED: {"cookie_controls_mode": 1},
    Kind.CHROMIUM_BLOCKED: {
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
def chromium(playwright: Playwright, kind: Kind, authority: Authority, home: Path) -> Iterator[Browser]:
    """A browser with the home directory `home`; the contexts that it opens follow the choice that its person made."""
    authority.be_trusted_in(home / ".pki" / "nssdb")
    profile = home / "profile"
    (profile / "Default").mkdir(parents=True)
    (profile / "Default" / "Preferences").write_text(json.dumps({"profile": _PREFERENCES[kind]}))
    rules = ", ".join(f"MAP {name} 127.0.0.1" for name in names.ALL)
    with playwright.chromium.launch_persistent_context(
        profile,
        executable_path=find_chromium(),
        args=[*FLAGS, f"--host-resolver-rules={rules}"],
        env={"HOME": str(home)},
    ) as context:
        assert context.browser is not None
        yield context.browser


def agree(page: Page) -> None:
    """Say yes, before it is asked, to the site's having its cookies on the chat's pages.

    Without a window, Chromium refuses instead of asking.
    """
    browser = page.context.browser
    assert browser is not None
    target = page.context.new_cdp_session(page).send("Target.getTargetInfo")["targetInfo"]
    browser.new_browser_cdp_session().send(
        "Browser.setPermission",
        {
            "permission": {"name": "storage-access"},
            "setting": "granted",
            "browserContextId": target["browserContextId"],
            "origin": f"https://{names.CROSS_SITE.chat}",
            "embeddedOrigin": f"https://{names.CROSS_SITE.site}",
        },
    )
