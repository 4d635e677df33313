"""Whether site and chat are one site to browsers, and what Chrome, Firefox and Safari make of it if not."""

from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rocketchat_auth.accounts.fetching import is_public
from rocketchat_auth.conf import conf
from rocketchat_auth.doctor import outside
from rocketchat_auth.doctor.cookies import session_cookie
from rocketchat_auth.doctor.domains import domain_of, is_local, site_of
from rocketchat_auth.doctor.findings import Finding, Found, Severity, Topic
from rocketchat_auth.doctor.patient import Address, Patient

_ONE_DOMAIN = gettext_lazy("Best give both a host below one domain: www.example.com and chat.example.com, both https.")

NOT_TOLD = outside.not_told("D221")
STAYS = Finding(
    "D222",
    Severity.PROBLEM,
    gettext_lazy("{site} and {chat} are two sites to browsers, and the session's cookie has SameSite={same_site}."),
    why=gettext_lazy(
        "Chrome, Edge, Firefox and Safari do not send it along when the chat asks: whoever is signed in to the site"
        " sees its login page in the chat all the same."
    ),
    mend=gettext_lazy(
        "{best} Else: ROCKETCHAT_CROSS_SITE = True, with which people get in another way, most of them by one click."
    ),
)
THIRD_PARTY = Finding(
    "D223",
    Severity.PROBLEM,
    gettext_lazy("{site} and {chat} are two sites to browsers, so the session's cookie is a third party's."),
    why=gettext_lazy(
        "Chrome and Edge send it, but not in Incognito and not where people block such cookies. Firefox keeps another"
        " one in the chat: people have to sign in there again. Safari refuses it: people do not get in."
    ),
    mend=gettext_lazy('{best} Else: ROCKETCHAT_CROSS_SITE = True, and SESSION_COOKIE_SAMESITE = "Lax".'),
)
OTHER_SCHEME = Finding(
    "D224",
    Severity.PROBLEM,
    gettext_lazy("The site is at https:// and the chat at http://: two sites to Chrome and Edge."),
    why=gettext_lazy(
        "Chrome and Edge send the session's cookie only if it is SameSite=None and Secure. Firefox and Safari go by the"
        " domain alone and send it. Whoever is on the way reads the logins."
    ),
    mend=gettext_lazy("Serve the chat at https://, and let ROCKETCHAT_URL and Site_Url there say so."),
)
MIXED = Finding(
    "D225",
    Severity.PROBLEM,
    gettext_lazy("The chat is at https:// and the site at http://."),
    why=gettext_lazy("Browsers block both the chat's question for a login and the login page in its frame."),
    mend=gettext_lazy("Serve the site at https://, and let the two URLs in the chat's iframe settings say so."),
)
SECURE_COOKIES = Finding(
    "D226",
    Severity.PROBLEM,
    gettext_lazy("The site is at http://, and {names} is True."),
    why=gettext_lazy("Browsers drop such cookies, and nobody can sign in."),
    mend=gettext_lazy("Serve the site at https://; on a machine for development set it to False."),
)
PRIVATE = Finding(
    "D227",
    Severity.WARNING,
    gettext_lazy("Seen from this server, {site} is at {inner} and {chat} at {outer}."),
    why=gettext_lazy(
        "From 142 on, Chrome asks each person whether the chat may reach a more private network (local network access),"
        " and without https:// it does not even ask. Whoever says no is shown the login page, or an empty frame."
    ),
    mend=gettext_lazy(
        "Have both in the same network as people see them. Else tell people to allow it, or allow it by the policy"
        " LocalNetworkAccessAllowedForUrls of Chrome and Edge."
    ),
)
UNRESOLVED = Finding(
    "D228",
    Severity.UNKNOWN,
    gettext_lazy("The name {host} cannot be resolved on this server."),
    mend=gettext_lazy("Check the name. If browsers know it and this server need not, this does no harm."),
)
PROVIDED_FOR = Finding(
    "D229",
    Severity.FINE,
    gettext_lazy("{site} and {chat} are two sites to browsers, and ROCKETCHAT_CROSS_SITE lets people in all the same."),
    why=gettext_lazy(
        "Where a browser keeps the site's cookies out of the chat, people get in by a click or a window of the site."
    ),
    mend=_ONE_DOMAIN,
)
REFUSED = Finding(
    "D230",
    Severity.PROBLEM,
    gettext_lazy("The session's cookie has SameSite=None without Secure."),
    why=gettext_lazy("Browsers refuse such a cookie, and nobody can sign in, neither to the site nor to chat."),
    mend=gettext_lazy('SESSION_COOKIE_SAMESITE = "Lax"; or, with the site at https://, SESSION_COOKIE_SECURE = True'),
)
FINDINGS = (
    NOT_TOLD,
    STAYS,
    THIRD_PARTY,
    OTHER_SCHEME,
    MIXED,
    SECURE_COOKIES,
    PRIVATE,
    UNRESOLVED,
    PROVIDED_FOR,
    REFUSED,
)


def probe(patient: Patient) -> Iterator[Found]:
    """Compare the two addresses, by name and by network, and look at the session's cookie."""
    if session_cookie().is_refused:
        yield REFUSED.seen()
    chat = urlsplit(conf.origin)
    if not patient.site:
        yield NOT_TOLD.seen()
        yield from _by_settings(chat)
        return
    site = urlsplit(patient.site)
    yield from _of_schemes(site, chat)
    if site_of(_host(site)) != site_of(_host(chat)):
        yield _across(_host(site), _host(chat))
    yield from _of_networks(patient, _host(site), _host(chat))


def _by_settings(chat: SplitResult) -> Iterator[Found]:
    """ALLOWED_HOSTS tells where the site may be; where all of that is on other sites, one of it stands for all."""
    hosts = [host.lstrip(".") for host in settings.ALLOWED_HOSTS if domain_of(host.lstrip("."))]
    if hosts and all(domain_of(host) != domain_of(_host(chat)) for host in hosts):
        yield _across(hosts[0], _host(chat))


def _of_schemes(site: SplitResult, chat: SplitResult) -> Iterator[Found]:
    if site.scheme == "https" and chat.scheme == "http":
        yield OTHER_SCHEME.seen()
    if site.scheme == "https" or is_local(_host(site)):
        return
    if chat.scheme == "https":
        yield MIXED.seen()
    names = [name for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE") if getattr(settings, name)]
    if names:
        yield SECURE_COOKIES.seen(names=", ".join(names))


def _across(site: str, chat: str) -> Found:
    if conf.cross_site:
        return PROVIDED_FOR.seen(site=site, chat=chat)
    cookie = session_cookie()
    if cookie.same_site == "none" and not cookie.is_refused:
        return THIRD_PARTY.seen(site=site, chat=chat, best=_ONE_DOMAIN)
    same_site = _("None without Secure") if cookie.is_refused else cookie.same_site.title() or _("(not said)")
    return STAYS.seen(site=site, chat=chat, same_site=same_site, best=_ONE_DOMAIN)


def _of_networks(patient: Patient, site: str, chat: str) -> Iterator[Found]:
    addresses = {host: patient.look_up(host) for host in (site, chat)}
    for host, found in addresses.items():
        if not found:
            yield UNRESOLVED.seen(host=host)
    if not all(addresses.values()):
        return
    inner, outer = min(addresses[site], key=_openness), min(addresses[chat], key=_openness)
    if _openness(inner) < _openness(outer):
        yield PRIVATE.seen(site=site, chat=chat, inner=inner, outer=outer)


def _openness(address: Address) -> int:
    """How public an address is: this machine's, that of a private network, the internet's."""
    return 0 if address.is_loopback else 2 if is_public(address) else 1


def _host(parts: SplitResult) -> str:
    return parts.hostname or ""


TOPIC = Topic(
    name="same_site",
    title=gettext_lazy("Site and chat as one site"),
    findings=FINDINGS,
    probe=probe,
    fine=gettext_lazy("To browsers site and chat are one site, so Chrome, Firefox and Safari send the cookies along."),
    asks=False,
)
