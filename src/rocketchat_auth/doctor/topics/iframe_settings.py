"""Rocket.Chat's settings of iframe login, letter by letter, and those of embedding where they are used.

Those that are compared are public. Letters matter: `Accounts_iframe_url`, but `Accounts_Iframe_api_url`. Who may frame
the chat is not public (`Iframe_Restrict_Access`, `Iframe_X_Frame_Options`), but shows in the headers of its pages, with
what its proxy makes of it.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx2
from django.urls import NoReverseMatch
from django.utils.translation import gettext_lazy as _

from rocketchat_auth import rest
from rocketchat_auth.conf import conf
from rocketchat_auth.doctor.findings import Finding, Found, Severity, Topic
from rocketchat_auth.doctor.frames import Framing
from rocketchat_auth.doctor.patient import Patient
from rocketchat_auth.setting_up import embedding
from rocketchat_auth.setting_up.site import Site

ENABLED = "Accounts_iframe_enabled"
IFRAME_URL = "Accounts_iframe_url"
API_URL = "Accounts_Iframe_api_url"
METHOD = "Accounts_Iframe_api_method"
ORIGINS = {
    "Iframe_Integration_receive_enable": "Iframe_Integration_receive_origin",
    "Iframe_Integration_send_enable": "Iframe_Integration_send_target_origin",
}
# The chat splits these at commas. The origin that it sends to goes to postMessage() as it stands.
LISTS = ("Iframe_Integration_receive_origin",)
METHODS = ("POST", "GET")

_FORM = _("Rocket.Chat shows its own login form, which knows nobody's password.")

SWITCHED_OFF = Finding(
    "D161",
    Severity.PROBLEM,
    _("Iframe login is switched off in Rocket.Chat (Accounts_iframe_enabled)."),
    _FORM,
    _("Administration → Settings → Accounts → Iframe → Enabled; or: python manage.py rocketchat setup --site {site}"),
)
WRONG_IFRAME_URL = Finding(
    "D162",
    Severity.PROBLEM,
    _("The Iframe URL in Rocket.Chat is {found}, and should be {wanted}"),
    _("Its login page shows another page, or none."),
    _("Administration → Settings → Accounts → Iframe → Iframe URL: {wanted}"),
)
WRONG_API_URL = Finding(
    "D163",
    Severity.PROBLEM,
    _("The API URL in Rocket.Chat is {found}, and should be {wanted}"),
    _("Whoever is signed in to the site is not signed in to chat by that."),
    _("Administration → Settings → Accounts → Iframe → API URL: {wanted}"),
)
WRONG_METHOD = Finding(
    "D164",
    Severity.PROBLEM,
    _("The API Method in Rocket.Chat is {found}, and should be POST."),
    _("Whoever is signed in to the site is not signed in to chat by that."),
    _("Administration → Settings → Accounts → Iframe → API Method: POST"),
)
SITE_UNKNOWN = Finding(
    "D165",
    Severity.UNKNOWN,
    _("Whether the Iframe URL and the API URL in Rocket.Chat have the right host can't be told."),
    mend=_("Add --site https://www.example.com: the site's address, as people have it in the browser."),
)
NOT_TOLD = Finding(
    "D166",
    Severity.UNKNOWN,
    _("Rocket.Chat does not tell its settings of iframe login."),
    mend=_("Compare them by hand: Administration → Settings → Accounts → Iframe"),
)
ANY_ORIGIN = Finding(
    "D167",
    Severity.WARNING,
    _("Rocket.Chat exchanges messages with whatever page embeds it: {name} is *."),
    _("A page of a stranger could embed chat, and command it or read along who is there and what is new."),
    _("Administration → Settings → General → Iframe Integration: {name} = {wanted}"),
)
OTHER_ORIGIN = Finding(
    "D168",
    Severity.WARNING,
    _("Rocket.Chat exchanges messages with {found}, and not with the site: {name}."),
    _("The site's page that embeds chat gets no answer from it. Rocket.Chat compares letter by letter, spaces too."),
    _("Administration → Settings → General → Iframe Integration: {name} = {wanted}"),
)
NO_PAGES = Finding(
    "D169",
    Severity.UNKNOWN,
    _("They can't be compared with the site's addresses: {reason}"),
    mend=_('In urlpatterns: path("rocketchat/", include("rocketchat_auth.urls")); and see LOGIN_URL'),
)
FRAME_FORBIDDEN = Finding(
    "D170",
    Severity.PROBLEM,
    _("Chat exchanges messages with {site}, which may not show it in a frame ({header})."),
    _("Where the site's page should show chat, people see “refused to connect”."),
    _(
        "python manage.py rocketchat setup --site {url} --embed; where the header is the proxy's, let it send this one"
        " instead: {wanted}"
    ),
)
FINDINGS = (
    SWITCHED_OFF,
    WRONG_IFRAME_URL,
    WRONG_API_URL,
    WRONG_METHOD,
    SITE_UNKNOWN,
    NOT_TOLD,
    ANY_ORIGIN,
    OTHER_ORIGIN,
    NO_PAGES,
    FRAME_FORBIDDEN,
)

_EMBEDDED = "home?layout=embedded"
_A_SITE = Site.at("https://www.example.com")


def probe(patient: Patient) -> Iterator[Found]:
    """Read the settings and compare them."""
    site = patient.place if patient.site else None
    told = rest.workspace.public_settings(
        patient.client, [ENABLED, IFRAME_URL, API_URL, METHOD, *ORIGINS, *ORIGINS.values()]
    )
    if not {ENABLED, IFRAME_URL, API_URL, METHOD} <= told.keys():
        yield NOT_TOLD.seen()
    else:
        try:
            yield from _of_login(told, site)
        except NoReverseMatch as error:
            yield NO_PAGES.seen(reason=error)
    yield from _of_embedding(told, site)
    if site is not None and any(_admits(told, switch, site.origin) for switch in ORIGINS):
        yield from _of_frame(patient, site)


def _of_login(told: Mapping[str, Any], site: Site | None) -> Iterator[Found]:
    shown = site or _A_SITE
    if told[ENABLED] is not True:
        yield SWITCHED_OFF.seen(site=shown.url)
    right = True
    for name, finding, ways in ((IFRAME_URL, WRONG_IFRAME_URL, _frames(shown)), (API_URL, WRONG_API_URL, _apis(shown))):
        if not (told[name] in ways or (site is None and _fits_somewhere(str(told[name]), ways))):
            right = False
            yield finding.seen(found=told[name] or _("empty"), wanted=ways[0])
    if told[METHOD] not in METHODS:
        yield WRONG_METHOD.seen(found=told[METHOD] or _("empty"))
    if right and site is None:
        yield SITE_UNKNOWN.seen()


def _fits_somewhere(value: str, ways: tuple[str, ...]) -> bool:
    """Whether some site has such a page, at whatever host and below whatever path."""
    host = urlsplit(value).netloc
    return bool(host) and value.partition(host)[2].endswith(tuple(way.removeprefix(_A_SITE.url) for way in ways))


def _frames(site: Site) -> tuple[str, ...]:
    """What may be framed: the login page that leads on to the hand-over page, or that one itself."""
    login, _equals, page = site.iframe_url.rpartition("=")
    pages = (page, f"{page}/")
    quoted = (each.replace("/", "%2F") for each in pages)
    return (*(f"{login}={each}" for each in (*pages, *quoted)), site.redirect_url, f"{site.redirect_url}/")


def _apis(site: Site) -> tuple[str, ...]:
    return site.api_url, f"{site.api_url}/"


def _of_embedding(told: Mapping[str, Any], site: Site | None) -> Iterator[Found]:
    wanted = (site or _A_SITE).origin
    for switch, name in ORIGINS.items():
        if told.get(switch) is not True:
            continue
        if told.get(name) == "*":
            yield ANY_ORIGIN.seen(name=name, wanted=wanted)
        elif site is not None and not _admits(told, switch, wanted):
            yield OTHER_ORIGIN.seen(name=name, found=told.get(name, ""), wanted=wanted)


def _admits(told: Mapping[str, Any], switch: str, origin: str) -> bool:
    """Whether chat exchanges messages with pages of that origin, in the direction that the switch is for."""
    name = ORIGINS[switch]
    origins = str(told.get(name, ""))
    return told.get(switch) is True and (
        origins == "*" or origin in (origins.split(",") if name in LISTS else [origins])
    )


def _of_frame(patient: Patient, site: Site) -> Iterator[Found]:
    page = patient.client.look_at_page(_EMBEDDED)
    framing = Framing(f"{conf.url}/{_EMBEDDED}", httpx2.Headers(page.headers))
    if page.status == 200 and not framing.allows(site.origin):
        wanted = embedding.proxy_header(site.origin)
        yield FRAME_FORBIDDEN.seen(site=site.origin, url=site.url, header=framing.words, wanted=wanted)


TOPIC = Topic(
    "iframe_settings",
    _("Settings of iframe login"),
    FINDINGS,
    probe,
    _("They are the site's addresses, letter by letter."),
)
