"""The site's login page, which the chat shows in a frame, and the script of the page that comes after it."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rocketchat_auth.conf import conf
from rocketchat_auth.doctor import outside
from rocketchat_auth.doctor.cookies import form_cookies
from rocketchat_auth.doctor.domains import site_of
from rocketchat_auth.doctor.findings import Finding, Found, Severity, Topic
from rocketchat_auth.doctor.frames import Framing
from rocketchat_auth.doctor.outside import Seen
from rocketchat_auth.doctor.patient import Patient

_JAVASCRIPT = {
    *("application/ecmascript", "application/javascript", "application/x-ecmascript", "application/x-javascript"),
    *("text/ecmascript", "text/javascript", "text/x-ecmascript", "text/x-javascript"),
}
# It stays in the script whatever minifies it, and no page has it.
_MARK = b"login-with-token"
_EMPTY_FRAME = gettext_lazy("People see an empty frame, or “refused to connect”, where they should sign in.")
_MIDDLEWARE = '"rocketchat_auth.middleware.RocketChatMiddleware"'

NOT_TOLD = outside.not_told("D211")
UNREACHED = outside.unreached("D212")
NO_PAGE = Finding(
    "D213",
    Severity.PROBLEM,
    gettext_lazy("The login page {url} does not come: {reason}."),
    why=_EMPTY_FRAME,
    mend=gettext_lazy("Open it in a private window and mend what you see there. LOGIN_URL says where it is."),
)
ELSEWHERE = Finding(
    "D214",
    Severity.PROBLEM,
    gettext_lazy("The login page leads on to {origin}, which allows the chat no frame ({header})."),
    why=_EMPTY_FRAME,
    mend=gettext_lazy(
        "Let LOGIN_URL be a page of the site itself with a link to that one, which has target=“_blank” or “_top”."
    ),
)
NO_FRAME = Finding(
    "D215",
    Severity.PROBLEM,
    gettext_lazy("{origin} may not show the login page in a frame ({header})."),
    why=_EMPTY_FRAME,
    mend=gettext_lazy(
        "Add {middleware} as the first line of MIDDLEWARE. If the page is not at LOGIN_URL, name it in"
        " ROCKETCHAT_LOGIN_PAGES. If the header is the reverse proxy's, take it out there."
    ),
)
ANY_FRAME = Finding(
    "D216",
    Severity.WARNING,
    gettext_lazy("Any site can show the login page in a frame."),
    why=gettext_lazy("People can be made to click on what they do not see."),
    mend=gettext_lazy(
        "Add {middleware} as the first line of MIDDLEWARE, and"
        ' "django.middleware.clickjacking.XFrameOptionsMiddleware" further down.'
    ),
)
OTHER_FRAMES = Finding(
    "D271",
    Severity.WARNING,
    gettext_lazy("Besides the chat, others can show the login page in a frame (frame-ancestors): {sources}"),
    why=gettext_lazy("People can be made to click on what they do not see."),
    mend=gettext_lazy(
        "Let frame-ancestors be 'self' {origin} and nothing else. {middleware} as the first line of MIDDLEWARE sees to"
        " that in the site; what the reverse proxy adds has to be taken out there."
    ),
)
COOKIE_STAYS = Finding(
    "D217",
    Severity.PROBLEM,
    gettext_lazy("The login form's cookie {name} has SameSite={same_site}, and {chat} is another site than {site}."),
    why=gettext_lazy("Inside of the chat's frame the form fails: “CSRF verification failed”."),
    mend=gettext_lazy(
        'Best have site and chat below one domain. Else: {setting}_SAMESITE = "None" and {setting}_SECURE = True.'
    ),
)
COOKIE_REFUSED = Finding(
    "D218",
    Severity.PROBLEM,
    gettext_lazy("The login form's cookie {name} has SameSite=None without Secure."),
    why=gettext_lazy("Browsers refuse such a cookie, and the form fails: “CSRF verification failed”."),
    mend="{setting}_SECURE = True",
)
NO_SCRIPT = Finding(
    "D219",
    Severity.PROBLEM,
    gettext_lazy("The script {url}, which hands the login over to the chat, does not come: {reason}."),
    why=gettext_lazy("After signing in, people stay on “Signing you in to chat”."),
    mend=gettext_lazy(
        "manage.py collectstatic; and let the web server look for files below STATIC_URL before it answers with a page."
    ),
)
SCRIPT_TYPE = Finding(
    "D220",
    Severity.PROBLEM,
    gettext_lazy("The script {url} is served as {type}, together with X-Content-Type-Options: nosniff."),
    why=gettext_lazy("Browsers do not run it, and after signing in people stay on “Signing you in to chat”."),
    mend=gettext_lazy(
        "Let whatever serves static files give *.js the type text/javascript (nginx: include mime.types)."
    ),
)
SCRIPT_ELSEWHERE = Finding(
    "D272",
    Severity.PROBLEM,
    gettext_lazy("The script {url}, which hands the login over to the chat, is redirected to {origin}."),
    why=gettext_lazy(
        "The page's Content-Security-Policy takes scripts from the site and from STATIC_URL: browsers block this one,"
        " and after signing in people stay on “Signing you in to chat”."
    ),
    mend=gettext_lazy("Let STATIC_URL be the address at {origin} itself, or serve static files without the redirect."),
)
FINDINGS = (
    NOT_TOLD,
    UNREACHED,
    NO_PAGE,
    ELSEWHERE,
    NO_FRAME,
    ANY_FRAME,
    OTHER_FRAMES,
    COOKIE_STAYS,
    COOKIE_REFUSED,
    NO_SCRIPT,
    SCRIPT_TYPE,
    SCRIPT_ELSEWHERE,
)


def probe(patient: Patient) -> Iterator[Found]:
    """Open the login page as the chat's frame does."""
    if not patient.site:
        yield NOT_TOLD.seen()
        return
    for look, url in (_of_page, outside.login_url(patient)), (_of_script, outside.script_url(patient)):
        try:
            yield from look(patient, url)
        except outside.Unseen as unseen:
            yield UNREACHED.seen(url=url, reason=unseen)
            return


def _of_page(patient: Patient, url: str) -> Iterator[Found]:
    page = outside.follow(patient, url, Sec_Fetch_Dest="iframe")[-1]
    if page.location:
        yield NO_PAGE.seen(url=url, reason=_("it redirects again and again"))
    elif page.status >= 300:
        yield NO_PAGE.seen(url=page.url, reason=_("the answer is %d") % page.status)
    else:
        yield from _of_frame(page, patient.site)
        yield from _of_cookies(page)


def _of_frame(page: Seen, site: str) -> Iterator[Found]:
    framing, origin = Framing(page.url, page.headers), conf.origin
    if not framing.allows(origin):
        if outside.origin_of(page.url) == outside.origin_of(site):
            yield NO_FRAME.seen(origin=origin, header=framing.words, middleware=_MIDDLEWARE)
        else:
            yield ELSEWHERE.seen(origin=outside.origin_of(page.url), header=framing.words)
    elif framing.allows(outside.STRANGER):
        yield ANY_FRAME.seen(middleware=_MIDDLEWARE)
    elif others := framing.others(origin, outside.origin_of(site)):
        yield OTHER_FRAMES.seen(sources=" ".join(others), origin=origin, middleware=_MIDDLEWARE)


def _of_cookies(page: Seen) -> Iterator[Found]:
    site, chat = (urlsplit(url).hostname or "" for url in (page.url, conf.origin))
    for cookie in form_cookies(page.headers):
        setting = "SESSION_COOKIE" if cookie.is_session else "CSRF_COOKIE"
        if cookie.is_refused:
            yield COOKIE_REFUSED.seen(name=cookie.name, setting=setting)
        elif cookie.same_site != "none" and site_of(site) != site_of(chat):
            same_site = cookie.same_site.title() or _("(not said)")
            yield COOKIE_STAYS.seen(name=cookie.name, same_site=same_site, chat=chat, site=site, setting=setting)


def _of_script(patient: Patient, url: str) -> Iterator[Found]:
    way = outside.follow(patient, url, Sec_Fetch_Dest="script")
    script, own = way[-1], {patient.place.origin, outside.origin_of(way[0].url)}
    strange = [origin for origin in map(outside.origin_of, (seen.url for seen in way)) if not _is_of(origin, own)]
    if strange:
        yield SCRIPT_ELSEWHERE.seen(url=url, origin=strange[0])
    elif reason := _lack(script):
        yield NO_SCRIPT.seen(url=url, reason=reason)
    elif _type(script) not in _JAVASCRIPT and _has_nosniff(script):
        yield SCRIPT_TYPE.seen(url=url, type=_type(script) or _("nothing"))


def _is_of(origin: str, own: set[str]) -> bool:
    """Whether the policy of the hand-over page takes scripts from there; to browsers, http: admits https: as well."""
    return origin in own or origin.replace("https:", "http:", 1) in own


def _lack(script: Seen) -> str:
    """Why what came is no script of this package, or ""."""
    if script.location:
        return _("it redirects again and again")
    if script.status != 200:
        return _("the answer is %d") % script.status
    # What is compressed without having been asked for stays unread.
    if "Content-Encoding" in script.headers or _MARK in script.body:
        return ""
    return _("something else comes in its place (%s)") % (_type(script) or _("of no type"))


def _type(script: Seen) -> str:
    return script.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _has_nosniff(script: Seen) -> bool:
    return script.headers.get("X-Content-Type-Options", "").strip().lower() == "nosniff"


TOPIC = Topic(
    name="login_page",
    title=gettext_lazy("The login page in the chat's frame"),
    findings=FINDINGS,
    probe=probe,
    fine=gettext_lazy("The chat can show the login page in its frame, nobody else can, and its form works there."),
    asks=False,
)
