"""How an administrator gets into the chat while the site, which is its login, is down."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rocketchat_auth.rest import Version
from rocketchat_auth.setting_up.workspace_settings import SWITCH

CONSOLE_UNTIL: Final = Version(7, 99)
"""The last versions whose web client is known to keep `Meteor` where the console finds it.

Meteor's own bundler makes it a global. In Rocket.Chat's newest source Vite bundles the web client, which makes it none
(apps/meteor/vite.config.mts). Which release after 7.x is the first without it is not established.
"""


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do, and what to type for it."""

    text: Promise
    lines: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """One way in."""

    title: Promise
    steps: tuple[Step, ...]


def ways(url: str, version: Version | None) -> tuple[Way, ...]:
    """All ways that work with a version, the best one first.

    Args:
        url: the address of the chat.
        version: of the server; None where it is not known, and then only what all have.
    """
    ways = (_by_password(url), _by_environment())
    if version is not None and version <= CONSOLE_UNTIL:
        return (*ways, _by_console())
    return ways


def resume_address(url: str, token: str) -> str:
    """The address that signs a browser in with a login token (client/views/root/hooks/useLoginViaQuery.ts)."""
    return f"{url}/home?resumeToken={quote(token, safe='')}"


def _by_password(url: str) -> Way:
    return Way(
        _("With the password of an administrator"),
        (
            Step(
                _("Start this; then type the JSON and Ctrl-D. So the password gets into no history of commands:"),
                f"curl -sS {url}/api/v1/login -H 'Content-Type: application/json' --data @-\n"
                '{"user": "NAME", "password": "PASSWORD"}',
            ),
            Step(
                _('Where it answers "totp-required", do it again with the code of the app or the mail:'),
                '{"user": "NAME", "password": "PASSWORD", "code": "CODE"}',
            ),
            Step(
                _("Open this address in a new private window, with the authToken of the answer:"),
                resume_address(url, "AUTHTOKEN"),
            ),
            Step(
                _("To let all in by password, switch Administration > Settings > Accounts > Iframe > Enabled off."),
            ),
        ),
    )


def _by_environment() -> Way:
    return Way(
        _("In the environment of the Rocket.Chat server, where no administrator has a password"),
        (
            Step(
                _("Set this, and restart the server: it shows its own login form."), f"OVERWRITE_SETTING_{SWITCH}=false"
            ),
            Step(_("Take the variable out again afterwards: it wins over the setting at each start.")),
        ),
    )


def _by_console() -> Way:
    return Way(
        _("In the browser's console"),
        (
            Step(
                _("Open the chat, press F12, and type into the console:"),
                "Meteor.loginWithPassword('NAME', 'PASSWORD')",
            ),
            Step(
                _(
                    "Where a window asks for a code, enter that of the app or the mail."
                    " After a wrong one, type the line again."
                )
            ),
        ),
    )
