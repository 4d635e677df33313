"""A page of neither the site nor the chat gets nothing, whoever looks at it."""

from collections.abc import Iterable, Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from playwright.sync_api import Page, expect

from rocketchat_auth.testing import StandIn
from tests.browser.chat import Chat
from tests.browser.console import Console
from tests.browser.serving import serve
from tests.browser.site.desk import Site
from tests.chat import CREATE_TOKEN, CREATE_USER

pytestmark = pytest.mark.browser

PAGE = b'<!doctype html><html lang="en"><title>Stranger</title><link rel="icon" href="data:,"><body></body></html>'
READ = """async ([url, options]) => {
    try {
        const response = await fetch(url, { credentials: "include", ...options });
        return [response.type, response.status, await response.text()];
    } catch (error) {
        return error.name;
    }
}"""


def stranger_s_page(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/html")])
    return [PAGE]


@pytest.fixture
def stranger(site: Site, page: Page, own_page: Page) -> Iterator[Page]:
    """A tab on a third origin of the same host, so that the site's cookies go along; `ada` is signed in to the site."""
    site.sign_in(own_page, "ada")
    with serve(stranger_s_page) as origin:
        page.goto(origin)
        yield page


@pytest.mark.parametrize("path", ["/login/?next=/rocketchat/redirect", "/admin/login/", "/rocketchat/redirect"])
def test_a_stranger_cannot_frame_what_the_chat_frames(stranger: Page, site: Site, console: Console, path: str) -> None:
    console.expect("frame-ancestors")
    with stranger.expect_console_message(lambda message: "frame-ancestors" in message.text):
        stranger.evaluate(
            "url => { document.body.append(Object.assign(document.createElement('iframe'), { src: url })); }",
            site.origin + path,
        )
    stranger.wait_for_function("frames.length === 1 && document.querySelector('iframe').contentDocument === null")
    assert [frame.url for frame in stranger.frames[1:]] == ["chrome-error://chromewebdata/"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_stranger_cannot_read_the_api_nor_set_anything_off(
    stranger: Page, site: Site, stand_in: StandIn, console: Console, method: str
) -> None:
    console.expect("blocked by CORS policy", "net::ERR_FAILED", "status of 403")
    api = f"{site.origin}/rocketchat/api"
    assert stranger.evaluate(READ, [api, {"method": method}]) == "TypeError"
    assert stranger.evaluate(READ, [api, {"method": method, "mode": "no-cors"}]) == ["opaque", 0, ""]
    preflighted = {"method": method, "headers": {"Content-Type": "application/json"}}
    assert stranger.evaluate(READ, [api, preflighted]) == "TypeError"
    assert CREATE_USER not in stand_in.calls
    assert CREATE_TOKEN not in stand_in.calls


def test_a_stranger_cannot_send_the_login_form(stranger: Page, site: Site, console: Console) -> None:
    """CSRF protection is on for the page that the chat frames."""
    console.expect("status of 403")
    stranger.evaluate(
        """url => {
            const form = Object.assign(document.createElement("form"), { method: "post", action: url });
            document.body.append(form);
            form.submit();
        }""",
        f"{site.origin}/login/",
    )
    expect(stranger.get_by_text("CSRF verification failed")).to_be_visible()


def test_the_login_page_may_be_framed_by_exactly_the_chat(site: Site, chat: Chat, own_page: Page) -> None:
    response = own_page.goto(f"{site.origin}/login/")
    assert response is not None
    assert response.headers["content-security-policy"] == f"frame-ancestors {chat.url}"
    assert "x-frame-options" not in response.headers
    elsewhere = own_page.goto(f"{site.origin}/")
    assert elsewhere is not None
    assert elsewhere.headers["x-frame-options"] == "DENY"
