"""Debian's Firefox, driven by Playwright through WebDriver BiDi: the one that Playwright would drive otherwise is its
own build, which no package brings.
"""

import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

from tests.browser.https import go_between, names
from tests.browser.https.authority import Authority

NO_FIREFOX = (
    "The browser tests over https need Firefox, and there is none on PATH. On Debian: apt-get install firefox-esr. "
    "Or run `make test`, which installs it."
)


@contextmanager
def firefox(playwright: Playwright, authority: Authority, home: Path) -> Iterator[Browser]:
    """A browser with the home directory `home`, as it comes: with total cookie protection."""
    profile = home / "profile"
    authority.be_trusted_in(profile)
    with playwright.firefox.launch_persistent_context(
        profile,
        channel="moz-firefox",
        executable_path=_launcher(home),
        firefox_user_prefs={
            "network.dns.localDomains": ",".join(names.ALL),
            # Clicks go through the window, as those of a hand do. Else they don't reach frames of another site.
            "remote.events.async.mouse.enabled": True,
            # Its person says yes if the site asks for its cookies on the chat's pages.
            "dom.storage_access.prompt.testing": True,
            "dom.storage_access.prompt.testing.allow": True,
        },
        env={"HOME": str(home)},
    ) as context:
        assert context.browser is not None
        yield context.browser


def _launcher(home: Path) -> Path:
    """A program that starts Firefox behind the go-between."""
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        pytest.fail(NO_FIREFOX)
    launcher = home / "firefox"
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{go_between.__file__}" "{program}" "$@"\n')
    launcher.chmod(launcher.stat().st_mode | stat.S_IXUSR)
    return launcher
