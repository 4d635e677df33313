"""The attacks that docs/cross-site.md names, as far as a browser wards them off."""

from collections.abc import Iterable, Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from rocketchat_auth.testing import StandIn
from tests.browser.chat import Chat
from tests.browser.console import Console
from tests.browser.https.authority import Authority
from tests.browser.https.names import SAME_SITE
from tests.browser.serving import serve
from tests.browser.site.desk import Site
from tests.chat import CREATE_TOKEN

pytestmark = pytest.mark.browser

PAGE = b'<!doctype html><html lang="en"><title>Stranger</title><link rel="icon" href="data:,"><body></body></html>'
DIGEST = "0" * 64
OPEN = """url => {
    window.heard = [];
    addEventListener("message", ({ data }) => heard.push(data));
    window.opened = window.open(url);
}"""
TELL = """digest => opened.postMessage({ rocketchat: "digest", digest }, "*")"""
READ = """async url => {
    try {
        const response = await fetch(url, { credentials: "include" });
        return [response.status, await response.text()];
    } catch (error) {
        return error.name;
    }
}"""


def stranger_s_page(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/html")])
    return [PAGE]


@pytest.fixture(autouse=True)
def cross_site(settings: Settings) -> None:
    settings.ROCKETCHAT_CROSS_SITE = settings.ROCKETCHAT_TOKEN_IN_URL = True


@pytest.fixture
def stranger(site: Site, page: Page, own_page: Page, authority: Authority) -> Iterator[Page]:
    """A tab on a third site, in a browser that lets all cookies through; `ada` is signed in to the site."""
    site.sign_in(own_page, "ada")
    with serve(stranger_s_page, name=SAME_SITE.site, tls=authority.tls_of(SAME_SITE.site)) as origin:
        page.goto(origin)
        yield page


def test_a_stranger_s_page_that_opens_the_window_is_not_believed(stranger: Page, site: Site) -> None:
    with stranger.expect_popup() as opened:
        stranger.evaluate(OPEN, f"{site.origin}/rocketchat/window?start")
    window = opened.value
    expect(window.get_by_role("status")).to_have_text("One moment, please.")
    stranger.evaluate(TELL, DIGEST)
    window.wait_for_timeout(500)

    assert stranger.evaluate("heard") == []
    assert window.url.endswith("?start")
    window.goto(f"{site.origin}/rocketchat/window")
    expect(window.get_by_text("Nothing was handed over")).to_be_visible()


def test_a_window_that_nobody_opened_says_so(stranger: Page, site: Site) -> None:
    """As by a link in a message."""
    stranger.goto(f"{site.origin}/rocketchat/window?start")

    expect(stranger.get_by_text("Nothing was handed over. Close it, and begin in chat.")).to_be_visible()
    expect(stranger.get_by_role("button")).to_have_count(0)


def test_a_frame_tells_its_digest_to_nobody_but_the_window(chat: Chat, console: Console) -> None:
    """Nor does it tell the window on anybody else's word: neither the chat's page nor a page of the site elsewhere."""
    console.expect("status of 500")
    chat.page.context.route("**/rocketchat/window", lambda route: route.fulfill(status=500))
    chat.open().shows("frame")
    with chat.page.expect_popup() as opened:
        open_window(chat)
    window = opened.value
    expect(window.get_by_text("Nothing was handed over")).to_be_visible()
    frame = chat.iframe.element_handle().content_frame()
    assert frame is not None
    for page in (window, chat.page):
        page.evaluate("() => { window.heard = []; addEventListener('message', ({ data }) => heard.push(data)); }")

    chat.page.evaluate("() => frames[0].postMessage({ rocketchat: 'ready' }, '*')")
    frame.evaluate("() => postMessage({ rocketchat: 'ready' }, '*')")
    chat.page.wait_for_timeout(500)

    assert (window.evaluate("heard"), chat.page.evaluate("heard")) == ([], [])
    window.evaluate("() => opener.postMessage({ rocketchat: 'ready' }, location.origin)")
    window.wait_for_function("() => heard.length === 1 && heard[0].rocketchat === 'digest'")


def open_window(chat: Chat) -> None:
    chat.frame.get_by_role("button", name="Open the window").click()


@pytest.mark.parametrize("path", ["/rocketchat/redirect", "/rocketchat/window", "/rocketchat/top", "/login/", "/"])
def test_a_stranger_cannot_frame_the_ways_in(stranger: Page, site: Site, console: Console, path: str) -> None:
    console.expect("frame-ancestors", "X-Frame-Options", "status of 403", "refused")
    stranger.evaluate(
        "url => { document.body.append(Object.assign(document.createElement('iframe'), { src: url })); }",
        site.origin + path,
    )
    stranger.wait_for_function("frames.length === 1 && document.querySelector('iframe').contentDocument === null")
    stranger.wait_for_timeout(300)

    assert [frame.url for frame in stranger.frames[1:]] == ["chrome-error://chromewebdata/"]


@pytest.mark.parametrize("path", ["/rocketchat/api", "/rocketchat/redirect", "/rocketchat/claim", "/"])
def test_a_stranger_s_page_reads_nothing(
    stranger: Page, site: Site, console: Console, path: str, rocketchat_in_real_time: StandIn
) -> None:
    console.expect("blocked by CORS policy", "net::ERR_FAILED", "status of 40")

    assert stranger.evaluate(READ, site.origin + path) == "TypeError"
    assert CREATE_TOKEN not in rocketchat_in_real_time.calls


@pytest.mark.parametrize("path", ["/rocketchat/redirect", "/rocketchat/", "/rocketchat/window", "/"])
def test_the_chat_s_own_page_reads_nothing_but_the_api(
    chat: Chat, site: Site, own_page: Page, console: Console, path: str
) -> None:
    console.expect("blocked by CORS policy", "net::ERR_FAILED", "status of 40")
    site.sign_in(own_page, "ada")
    chat.open().shows_home_of("ada")

    assert chat.page.evaluate(READ, site.origin + path) == "TypeError"
