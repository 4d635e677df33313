"""`rocketchat/api` as the chat's browser sees it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rocketchat_auth import rest
from rocketchat_auth.conf import conf
from rocketchat_auth.doctor import outside
from rocketchat_auth.doctor.findings import Finding, Found, Severity, Topic
from rocketchat_auth.doctor.outside import Seen
from rocketchat_auth.doctor.patient import Patient
from rocketchat_auth.rest import service

_WITHHELD = gettext_lazy("Browsers keep the answer from the chat, which shows the login page again and again.")
# Rocket.Chat 6 and 7 ask first whether they may, later ones do not.
_NEVER_ASKS_FIRST = rest.Version(8, 0)

NOT_TOLD = outside.not_told("D201")
UNREACHED = outside.unreached("D202")
UNTRUSTED = Finding(
    "D203",
    Severity.PROBLEM,
    gettext_lazy("{url}: {reason}."),
    why=gettext_lazy("Browsers show neither the login page nor an error in the chat's frame."),
    mend=gettext_lazy("Give the site a certificate that browsers trust, with all certificates in between."),
)
REDIRECTED = Finding(
    "D204",
    Severity.PROBLEM,
    gettext_lazy("{url} redirects to {location}."),
    why=gettext_lazy("The chat does not follow: it wants the login itself, or a 401."),
    mend=gettext_lazy(
        "Take the address that is redirected to as API URL in Rocket.Chat if host or scheme differ. Otherwise exempt"
        " the path from what redirects: a rule of the reverse proxy, or a middleware that asks for a login."
    ),
)
OTHER_ANSWER = Finding(
    "D205",
    Severity.PROBLEM,
    gettext_lazy("{url} answers a browser that is not signed in with {answer}, in place of an empty 401."),
    why=gettext_lazy("Something else than this package answers, and the chat gets no login from it."),
    mend=gettext_lazy(
        "Lead the path to the site: look for a password of the reverse proxy, a page that says the site is being worked"
        " on, a wrong host in ALLOWED_HOSTS, or another site at that address."
    ),
)
ORIGIN_LOST = Finding(
    "D206",
    Severity.PROBLEM,
    gettext_lazy("{url} answers 403 to the chat's own origin, {origin}."),
    why=gettext_lazy("The site takes the chat for a stranger, and nobody gets in."),
    mend=gettext_lazy(
        "Let the reverse proxy hand the header Origin on as it came (nginx: no proxy_set_header Origin). If"
        " ROCKETCHAT_URL was changed, restart the site."
    ),
)
PREFLIGHT = Finding(
    "D207",
    Severity.PROBLEM,
    gettext_lazy("{url} answers an OPTIONS request of the chat with {answer}."),
    why=gettext_lazy("Rocket.Chat up to 7.x has its browser ask so before it asks for the login."),
    mend=gettext_lazy(
        "Let OPTIONS through to the site: no reverse proxy may answer it. In MIDDLEWARE,"
        ' "rocketchat_auth.middleware.RocketChatMiddleware" stands first.'
    ),
)
CORS = Finding(
    "D208",
    Severity.PROBLEM,
    gettext_lazy("{url} answers with {header}: {seen} where exactly {wanted} has to stand, once."),
    why=_WITHHELD,
    mend=gettext_lazy(
        "Leave these headers to the site: take Access-Control-... out of the reverse proxy (nginx: add_header), and put"
        ' "rocketchat_auth.middleware.RocketChatMiddleware" first in MIDDLEWARE.'
    ),
)
FORGED = Finding(
    "D209",
    Severity.WARNING,
    gettext_lazy("{url} answers a page of a stranger, {origin}, as it answers the chat."),
    why=gettext_lazy("Any page on the web can take over the chat account of whoever visits it."),
    mend=gettext_lazy(
        "Let the reverse proxy hand the header Origin on as it came, and set no Access-Control-... itself (nginx: no"
        " proxy_set_header Origin, no add_header)."
    ),
)
CACHED = Finding(
    "D210",
    Severity.WARNING,
    gettext_lazy("{url} may be kept by caches: its Cache-Control is {seen}, without no-store."),
    why=gettext_lazy("A cache on the way may give one person the login of another."),
    mend=gettext_lazy(
        "Let the reverse proxy leave Cache-Control as the site sends it (nginx: no expires, no add_header)."
    ),
)
FINDINGS = (
    NOT_TOLD,
    UNREACHED,
    UNTRUSTED,
    REDIRECTED,
    OTHER_ANSWER,
    ORIGIN_LOST,
    PREFLIGHT,
    CORS,
    FORGED,
    CACHED,
)


def probe(patient: Patient) -> Iterator[Found]:
    """Ask as a page of the chat would, and as one of a stranger."""
    if not patient.site:
        yield NOT_TOLD.seen()
        return
    url = outside.api_url(patient)
    try:
        yield from _of_site(patient, url, conf.origin)
    except outside.Unseen as unseen:
        yield (UNTRUSTED if unseen.is_tls else UNREACHED).seen(url=patient.site, reason=unseen)


def _of_site(patient: Patient, url: str, origin: str) -> Iterator[Found]:
    answer = outside.ask(patient, "POST", url, Origin=origin)
    wrong = _wrong_answer(answer, url, origin)
    if wrong is not None:
        yield wrong
        return
    yield from _wrong_headers(answer, url, origin)
    asks_first = _asks_first()
    if asks_first:
        yield from _wrong_preflight(patient, url, origin)
    if _lets_strangers_in(patient, url) or (asks_first and _lets_strangers_ask(patient, url)):
        yield FORGED.seen(url=url, origin=outside.STRANGER)


def _lets_strangers_in(patient: Patient, url: str) -> bool:
    forged = outside.ask(patient, "POST", url, Origin=outside.STRANGER)
    return forged.status != 403 or "Access-Control-Allow-Credentials" in forged.headers


def _lets_strangers_ask(patient: Patient, url: str) -> bool:
    # The chat's own origin in that place is no harm: browsers let nobody else in by it.
    allowed = _preflight(patient, url, outside.STRANGER).values("Access-Control-Allow-Origin")
    return outside.STRANGER in allowed or "*" in allowed


def _wrong_answer(answer: Seen, url: str, origin: str) -> Found | None:
    if answer.location:
        return REDIRECTED.seen(url=url, location=answer.location)
    if answer.status == 403 and answer.is_empty:
        return ORIGIN_LOST.seen(url=url, origin=origin)
    if answer.status != 401:
        return OTHER_ANSWER.seen(url=url, answer=answer.status)
    if "WWW-Authenticate" in answer.headers:
        return OTHER_ANSWER.seen(url=url, answer=_("a question for a password"))
    return None if answer.is_empty else OTHER_ANSWER.seen(url=url, answer=_("a 401 that has a body"))


def _wrong_headers(answer: Seen, url: str, origin: str) -> Iterator[Found]:
    for header, wanted in _wanted(origin).items():
        seen = answer.values(header)
        if seen != [wanted]:
            yield CORS.seen(url=url, header=header, seen=", ".join(seen) or _("nothing"), wanted=wanted)
    caching = answer.values("Cache-Control")
    if "no-store" not in caching:
        yield CACHED.seen(url=url, seen=", ".join(caching) or _("missing"))


def _wrong_preflight(patient: Patient, url: str, origin: str) -> Iterator[Found]:
    answer = _preflight(patient, url, origin)
    if not 200 <= answer.status < 300:
        yield PREFLIGHT.seen(url=url, answer=answer.status)
    elif any(answer.values(header) != [wanted] for header, wanted in _wanted(origin).items()):
        yield PREFLIGHT.seen(url=url, answer=_("headers that do not allow it"))
    elif "content-type" not in map(str.lower, answer.values("Access-Control-Allow-Headers")):
        yield PREFLIGHT.seen(url=url, answer=_("headers that do not allow content-type"))


def _preflight(patient: Patient, url: str, origin: str) -> Seen:
    return outside.ask(
        patient,
        "OPTIONS",
        url,
        Origin=origin,
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="content-type",
    )


def _wanted(origin: str) -> dict[str, str]:
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}


def _asks_first() -> bool:
    """Whether this Rocket.Chat sends preflights; it may where it does not say which version it is."""
    try:
        return service.version() < _NEVER_ASKS_FIRST
    except rest.RocketChatError:
        return True


TOPIC = Topic(
    name="site_api",
    title=gettext_lazy("The site's answer to chat"),
    findings=FINDINGS,
    probe=probe,
    fine=gettext_lazy("The site answers the chat as a browser wants it, and nobody else."),
    asks=False,
)
