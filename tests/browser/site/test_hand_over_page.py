"""The script of `rocketchat/redirect`: whom it gives the token, whom it believes, and what is there without it."""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.tokens import find_entry
from tests.browser.serving import serve
from tests.browser.site.desk import Site, fill_login_form

pytestmark = pytest.mark.browser

# A page that only listens, where the stand-in's would act on what it hears.
LISTENER = b"""<!doctype html>
<html lang="en">
<title>Listener</title>
<link rel="icon" href="data:,">
<script>
  window.heard = [];
  addEventListener("message", ({ origin, data }) => heard.push({ origin, data }));
</script>
<body></body>
</html>
"""
ADD_FRAME = """([url, title]) => {
    document.body.append(Object.assign(document.createElement("iframe"), { src: url, title, width: 600, height: 400 }));
}"""
SAY_FAILED = """to => { to.postMessage({ event: "login-error", response: "You've been logged out." }, "*"); }"""


def listener(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/html")])
    return [LISTENER]


@pytest.fixture
def chat_origin(rocketchat_in_real_time: StandIn, settings: Settings) -> Iterator[str]:
    """The chat's origin, where a browser finds the listener at every path, and the site the stand-in's REST API."""
    with serve(listener) as origin:
        settings.ROCKETCHAT_URL = origin
        yield origin


@pytest.fixture
def site(chat_origin: str, live_server: LiveServer, settings: Settings) -> Site:
    settings.ROOT_URLCONF = "tests.browser.site.urls"
    site = Site(live_server.url)
    site.add_user("ada")
    return site


@pytest.fixture
def framed(chat_origin: str, site: Site, page: Page) -> FrameLocator:
    """The hand-over page of `ada`, in a frame of the page at the chat's origin."""
    site.sign_in(page, "ada")
    page.goto(chat_origin)
    page.evaluate(ADD_FRAME, [f"{site.origin}/rocketchat/redirect", "Login"])
    page.wait_for_function("heard.length === 1")
    return page.frame_locator('iframe[title="Login"]')


def heard(page: Page) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = page.evaluate("heard")
    return messages


def shows_no_problem(framed: FrameLocator) -> None:
    expect(framed.get_by_role("status")).to_have_text("One moment, please.")
    expect(framed.get_by_role("button")).to_have_count(0)


def test_the_chat_is_handed_a_live_token_and_nothing_else(
    framed: FrameLocator, page: Page, site: Site, rocketchat_in_real_time: StandIn
) -> None:
    [message] = heard(page)
    assert message["origin"] == site.origin
    assert set(message["data"]) == {"event", "loginToken"}
    assert message["data"]["event"] == "login-with-token"
    assert find_entry(rocketchat_in_real_time.user("ada"), message["data"]["loginToken"]) is not None
    shows_no_problem(framed)


def test_the_token_is_not_left_in_the_page(framed: FrameLocator, page: Page) -> None:
    [message] = heard(page)
    assert message["data"]["loginToken"] not in framed.locator("html").inner_html()


def test_a_refusal_by_the_chat_is_told_and_only_a_person_tries_again(framed: FrameLocator, page: Page) -> None:
    page.evaluate(f"({SAY_FAILED})(frames[0])")
    expect(framed.get_by_role("alert")).to_contain_text("Chat did not let you in")
    assert len(heard(page)) == 1

    framed.get_by_role("button", name="Try again").click()
    page.wait_for_function("heard.length === 2")
    first, second = heard(page)
    assert second["data"]["event"] == "login-with-token"
    assert second["data"]["loginToken"] != first["data"]["loginToken"]


def test_another_message_of_the_chat_changes_nothing(framed: FrameLocator, page: Page) -> None:
    for data in ({"event": "login"}, "login-error", None, {"eventName": "login-error"}, 7):
        page.evaluate("data => { frames[0].postMessage(data, '*'); }", data)
    page.wait_for_timeout(200)
    shows_no_problem(framed)


def test_another_window_at_the_chat_s_origin_is_not_believed(
    framed: FrameLocator, page: Page, chat_origin: str
) -> None:
    page.evaluate(ADD_FRAME, [f"{chat_origin}/sibling", "Sibling"])
    sibling = page.frame_locator('iframe[title="Sibling"]').locator("body")
    sibling.evaluate(f"() => ({SAY_FAILED})(parent.frames[0])")
    page.wait_for_timeout(200)
    shows_no_problem(framed)


def test_a_frame_at_another_origin_is_not_believed(framed: FrameLocator, page: Page) -> None:
    with serve(listener) as stranger:
        page.evaluate(ADD_FRAME, [f"{stranger}/stranger", "Stranger"])
        frame = page.frame_locator('iframe[title="Stranger"]').locator("body")
        frame.evaluate(f"() => ({SAY_FAILED})(parent.frames[0])")
        page.wait_for_timeout(200)
    shows_no_problem(framed)


def test_a_chat_that_says_nothing_for_long_is_told_and_can_be_asked_again(
    chat_origin: str, site: Site, page: Page
) -> None:
    site.sign_in(page, "ada")
    page.clock.install()
    page.goto(chat_origin)
    page.evaluate(ADD_FRAME, [f"{site.origin}/rocketchat/redirect", "Login"])
    page.wait_for_function("heard.length === 1")
    framed = page.frame_locator('iframe[title="Login"]')
    shows_no_problem(framed)
    page.clock.fast_forward(10_000)
    expect(framed.get_by_role("alert")).to_contain_text("This takes longer than it should")
    framed.get_by_role("button", name="Try again").click()
    page.wait_for_function("heard.length === 2")


def test_in_the_web_view_of_the_mobile_app_the_token_is_handed_to_the_app(
    chat_origin: str, site: Site, page: Page, rocketchat_in_real_time: StandIn
) -> None:
    page.add_init_script("window.ReactNativeWebView = { postMessage() {} };")
    page.goto(f"{site.origin}/rocketchat/redirect")
    fill_login_form(page, "ada")
    page.wait_for_url(f"{chat_origin}/home**")
    address, _, message = page.url.partition("#")
    assert address == f"{chat_origin}/home"
    # The app decodes the whole address once, and takes what stands behind the first # for JSON.
    assert "#" not in message
    credentials = json.loads(unquote(message))
    assert credentials["event"] == "login-with-token"
    assert find_entry(rocketchat_in_real_time.user("ada"), credentials["loginToken"]) is not None


def test_in_a_frame_within_that_web_view_the_chat_is_handed_the_token_as_ever(
    chat_origin: str, site: Site, page: Page
) -> None:
    site.sign_in(page, "ada")
    page.add_init_script("window.ReactNativeWebView = { postMessage() {} };")
    page.goto(chat_origin)
    page.evaluate(ADD_FRAME, [f"{site.origin}/rocketchat/redirect", "Login"])
    page.wait_for_function("heard.length === 1")
    assert page.url == f"{chat_origin}/"


def test_without_scripts_a_person_comes_to_the_chat_all_the_same(
    browser: Browser, chat_origin: str, site: Site
) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site.origin}/rocketchat/redirect")
        fill_login_form(page, "ada")
        page.wait_for_url(f"{chat_origin}/")


def test_a_chat_below_a_path_is_gone_to_there_and_handed_the_token_at_its_origin(
    chat_origin: str, site: Site, page: Page, settings: Settings
) -> None:
    page.goto(f"{site.origin}/rocketchat/redirect")
    fill_login_form(page, "ada")
    page.wait_for_url(f"{chat_origin}/")
    settings.ROCKETCHAT_URL = f"{chat_origin}/chat"
    page.goto(f"{site.origin}/rocketchat/redirect")
    page.wait_for_url(f"{chat_origin}/chat/")
    page.evaluate(ADD_FRAME, [f"{site.origin}/rocketchat/redirect", "Login"])
    page.wait_for_function("heard.length === 1")
