"""Which cookies of a site reach it from a frame of another site: browsers decide, and the rest stands on it."""

from collections.abc import Callable, Iterable, Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.browser.https.authority import Authority
from tests.browser.https.kinds import Kind
from tests.browser.https.names import CROSS_SITE
from tests.browser.https.page import written
from tests.browser.https.tabs import Tab, wait_until
from tests.browser.serving import serve

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", list(Kind), indirect=True, ids=Kind.id_of)]

SITE_PAGE = """<!doctype html>
<html lang="en">
<title>Not asked</title>
<link rel="icon" href="data:,">
<button>Ask</button>
<p>COOKIES</p>
<script>
  document.querySelector("button").addEventListener("click", async () => {
    try { await document.requestStorageAccess(); } catch { document.title = "Refused"; return; }
    location.search = "asked";
  });
  if (location.search) document.title = "Let in";
</script>
</html>
"""
CHAT_PAGE = """<!doctype html>
<html lang="en">
<title>Chat</title>
<link rel="icon" href="data:,">
<iframe title="Login" src="SOURCE"></iframe>
</html>
"""
COOKIES = {
    "/of-its-own": {"own-lax": "Lax", "own-none": "None"},
    "/in-the-frame": {"lax": "Lax", "none": "None", "partitioned": "None; Partitioned"},
}


def site_application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    cookies = COOKIES.get(environ["PATH_INFO"], {})
    headers = [("Set-Cookie", f"{name}=1; Path=/; Secure; SameSite={value}") for name, value in cookies.items()]
    start_response("200 OK", [("Content-Type", "text/html"), *headers])
    return [SITE_PAGE.replace("COOKIES", environ.get("HTTP_COOKIE", "")).encode()]


@pytest.fixture
def site_origin(authority: Authority) -> Iterator[str]:
    with serve(site_application, name=CROSS_SITE.site, tls=authority.tls_of(CROSS_SITE.site)) as origin:
        yield origin


@pytest.fixture
def chat_origin(authority: Authority, site_origin: str) -> Iterator[str]:
    """Where each page frames the page of the site that has the same path."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/html")])
        return [CHAT_PAGE.replace("SOURCE", f"{site_origin}{environ['PATH_INFO']}").encode()]

    with serve(application, name=CROSS_SITE.chat, tls=authority.tls_of(CROSS_SITE.chat)) as origin:
        yield origin


def cookies_of(page: str) -> set[str]:
    """The cookies that a page of the site was asked for with."""
    return {pair.partition("=")[0] for pair in page.split("; ") if pair}


def cell(cookies: set[str], names: dict[str, str]) -> str:
    """How the page has it: their attributes."""
    return ", ".join(f"`{value}`" for name, value in names.items() if name in cookies) or "—"


def test_which_cookies_come_along(kind: Kind, tab: Tab, site_origin: str, chat_origin: str) -> None:
    def in_frame(*titles: str) -> Callable[[], tuple[str, set[str]] | None]:
        def look() -> tuple[str, set[str]] | None:
            title, text = tab.ask("[document.title, document.querySelector('p')?.innerText]", framed=True) or ("", None)
            return (title, cookies_of(text)) if title in titles and text is not None else None

        return look

    tab.go(f"{site_origin}/of-its-own")
    tab.press("Ask")
    tab.go(f"{chat_origin}/in-the-frame")
    wait_until(in_frame("Not asked"))
    tab.go(f"{chat_origin}/")
    _, cookies = wait_until(in_frame("Not asked"))
    tab.press_and_agree("Ask", framed=True)
    answer, cookies_then = wait_until(in_frame("Refused", "Let in"))
    own, framed = COOKIES["/of-its-own"], COOKIES["/in-the-frame"]
    assert written("Cookies in chat's frame", kind) == [
        cell(cookies, own),
        cell(cookies, framed),
        cell(cookies_then, own) if answer == "Let in" else "refused",
    ]
