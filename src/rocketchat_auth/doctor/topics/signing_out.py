"""Whether the chat's own Logout signs out of the site, as `ROCKETCHAT_LOGOUT_SITE` has it.

The script that tells the site is in a setting that is public (`Custom_Script_On_Logout`).
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from rocketchat_auth import rest
from rocketchat_auth.conf import conf
from rocketchat_auth.doctor.cookies import session_cookie
from rocketchat_auth.doctor.domains import site_of
from rocketchat_auth.doctor.findings import Finding, Found, Severity, Topic
from rocketchat_auth.doctor.patient import Patient
from rocketchat_auth.setting_up.site import Site

SCRIPT = "Custom_Script_On_Logout"

_ONLY_ASKED = _(
    "Who logs out in chat stays signed in to the site, and is asked before they get back into chat. The next person at"
    " the same computer could say yes in their place."
)
_SET_UP = _(
    "python manage.py rocketchat setup --site {site} --logout-script; where the server forbids scripts, leave it so."
)

NO_SCRIPT = Finding(
    "D261",
    Severity.WARNING,
    _("ROCKETCHAT_LOGOUT_SITE is True, and the script that tells the site of a logout is not in Rocket.Chat."),
    _ONLY_ASKED,
    _SET_UP,
)
OTHER_ADDRESS = Finding(
    "D262",
    Severity.WARNING,
    _("The script in Rocket.Chat that tells of a logout does not call {wanted}"),
    _ONLY_ASKED,
    _SET_UP,
)
LEFT_BEHIND = Finding(
    "D263",
    Severity.WARNING,
    _("Rocket.Chat has a script that tells the site of a logout, and ROCKETCHAT_LOGOUT_SITE is False."),
    _("The site answers it with 404, and signs people who log out in chat straight back in."),
    _("ROCKETCHAT_LOGOUT_SITE = True; or: python manage.py rocketchat setup --undo"),
)
COOKIE_STAYS = Finding(
    "D264",
    Severity.WARNING,
    _("{site} and {chat} are two sites to browsers, so the script's call comes without the session's cookie."),
    _ONLY_ASKED,
    _("Best give both a host below one domain: www.example.com and chat.example.com, both https."),
)
NOT_TOLD = Finding(
    "D265",
    Severity.UNKNOWN,
    _("Rocket.Chat does not tell its script for logouts."),
    mend=_("Look by hand: Administration → Settings → Layout → Custom Scripts → Custom Script for Logout Flow"),
)
NO_PAGE = Finding(
    "D266",
    Severity.UNKNOWN,
    _("The script for logouts can't be compared with the site's addresses: {reason}"),
    mend=_('In urlpatterns: path("rocketchat/", include("rocketchat_auth.urls"))'),
)
FINDINGS = (NO_SCRIPT, OTHER_ADDRESS, LEFT_BEHIND, COOKIE_STAYS, NOT_TOLD, NO_PAGE)

_A_SITE = "https://www.example.com"


def probe(patient: Patient) -> Iterator[Found]:
    """Read the script, and compare it with the setting and the site's address."""
    script = rest.workspace.public_settings(patient.client, [SCRIPT]).get(SCRIPT)
    if not isinstance(script, str):
        yield NOT_TOLD.seen()
        return
    try:
        path = reverse("rocketchat_auth:logout")
    except NoReverseMatch as error:
        yield NO_PAGE.seen(reason=error)
        return
    is_there = f'{path}"' in script
    if not conf.logout_site:
        if is_there:
            yield LEFT_BEHIND.seen()
    elif not is_there:
        yield NO_SCRIPT.seen(site=patient.site or _A_SITE)
    elif patient.site:
        yield from _of_address(patient.place, script)


def _of_address(site: Site, script: str) -> Iterator[Found]:
    if f'"{site.logout_url}"' not in script:
        yield OTHER_ADDRESS.seen(wanted=site.logout_url, site=site.url)
    own, chat = urlsplit(site.url).hostname or "", urlsplit(conf.origin).hostname or ""
    if site_of(own) != site_of(chat) and session_cookie().same_site != "none" and not conf.cross_site:
        yield COOKIE_STAYS.seen(site=own, chat=chat)


TOPIC = Topic(
    name="signing_out",
    title=_("Signing out from chat"),
    findings=FINDINGS,
    probe=probe,
    fine=_("The chat's Logout does what ROCKETCHAT_LOGOUT_SITE says."),
)
