"""Chat in a page of the site: one room in a frame, by the tag and the element of the package."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from playwright.sync_api import FrameLocator, Page, expect
from pytest_django import Settings

from rocketchat_auth.setting_up import embedding
from rocketchat_auth.testing import StandInServer
from tests.browser.chat import Screenshots
from tests.browser.console import Console
from tests.browser.serving import serve
from tests.browser.site.desk import Site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROOM = "rocketchat-room"
FRAME = "rocketchat-room iframe"
# Only a page of the chat may frame the login page, and here a page of the site is around the chat.
LOGIN_PAGE_KEPT_OUT = "frame-ancestors"
HEARD = """() => {
    window.heard = [];
    window.messages = [];
    window.addEventListener("message", (event) => window.messages.push(event.data));
    for (const name of ["startup", "room-opened", "status-changed", "unread-changed"]) {
        document.addEventListener(`rocketchat:${name}`, (event) => window.heard.push([name, event.detail]));
    }
}"""


class StrictPolicy:
    """A middleware of the site's own, as sites on Django 5.2 have one for their Content-Security-Policy."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.get_response(request)
        response.headers["Content-Security-Policy"] = "default-src 'none'; script-src 'self'; img-src data:"
        return response


class Talk:
    """The page of the site with the room in it."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page = page
        self.url = f"{site.origin}/talk/"

    def open(self) -> "Talk":
        self.page.add_init_script(f"({HEARD})()")
        self.page.goto(self.url)
        return self

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator(FRAME)

    def shows_chat_of(self, username: str) -> None:
        expect(self.frame.locator(f'body[data-state="home"][data-username="{username}"]')).to_be_attached()

    def has_heard(self, *event: object) -> None:
        self.page.wait_for_function("event => window.heard.some((one) => String(one) === event)", arg=_as_text(event))

    def call(self, method: str, *arguments: object) -> None:
        self.page.evaluate(
            "([room, method, args]) => document.querySelector(room)[method](...args)", [ROOM, method, list(arguments)]
        )

    @property
    def unread_heard(self) -> list[object]:
        """The unread counts that the page heard of."""
        heard = self.page.evaluate("() => window.heard.filter(([name]) => name === 'unread-changed')")
        return [count for _, count in heard if count != ""]

    def has_heard_only(self, count: int) -> None:
        """Chat tells of so many unread messages, and that is all that the page hears of by then."""
        self.chat_tells("unread-changed", count)
        self.has_heard("unread-changed", count)
        assert self.unread_heard == [count]

    def chat_tells(self, name: str, data: object) -> None:
        """Something happens in chat, by other people."""
        detail = {"eventName": name, "data": data}
        self.frame.locator("body").evaluate(
            "(body, detail) => window.dispatchEvent(new CustomEvent('stand-in:tell', { detail }))", detail
        )


def _as_text(event: tuple[object, ...]) -> str:
    return ",".join("true" if part is True else str(part) for part in event)


@pytest.fixture
def talk(site: Site, page: Page, stand_in_server: StandInServer) -> Talk:
    """The page, with the workspace set up for it as `setup --embed` does."""
    chat = stand_in_server.stand_in
    chat.settings.update(embedding.wanted({}, site=site.origin, chat=stand_in_server.url))
    return Talk(page, site)


@pytest.fixture
def signed_in(talk: Talk, site: Site) -> Talk:
    site.sign_in(talk.page, "ada")
    return talk.open()


def test_whoever_is_signed_in_to_the_site_is_in_the_room(signed_in: Talk, screenshots: Screenshots) -> None:
    signed_in.shows_chat_of("ada")

    expect(signed_in.frame.get_by_role("heading", name="# general")).to_be_visible()
    expect(signed_in.page.get_by_title("Chat: general")).to_be_visible()
    expect(signed_in.page.get_by_role("link", name="Open general in chat")).to_be_hidden()
    screenshots.take(signed_in.page)


def test_who_is_not_signed_in_gets_a_link(talk: Talk) -> None:
    talk.open()

    expect(talk.page.get_by_role("link", name="Open general in chat")).to_be_visible()
    expect(talk.page.locator(FRAME)).to_have_count(0)


def test_signing_out_of_the_site_in_another_tab_ends_it(
    signed_in: Talk, own_page: Page, site: Site, console: Console
) -> None:
    console.expect(LOGIN_PAGE_KEPT_OUT)
    signed_in.shows_chat_of("ada")

    site.sign_out(own_page)
    signed_in.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")

    expect(signed_in.page.get_by_text("You are signed out of this site, and so of chat.")).to_be_visible()
    expect(signed_in.page.locator(FRAME)).to_be_hidden()
    expect(signed_in.page.get_by_role("link", name="Open general in chat")).to_be_visible()


def test_whoever_signs_in_next_is_in_the_room_next(
    signed_in: Talk, own_page: Page, site: Site, console: Console
) -> None:
    console.expect(LOGIN_PAGE_KEPT_OUT)
    signed_in.shows_chat_of("ada")
    site.add_user("grace", first_name="Grace")

    site.sign_out(own_page)
    site.sign_in(own_page, "grace")
    signed_in.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")

    signed_in.shows_chat_of("grace")


def test_it_goes_to_another_room(signed_in: Talk) -> None:
    signed_in.shows_chat_of("ada")

    signed_in.call("go", "/group/board")
    expect(signed_in.frame.get_by_role("heading", name="# board")).to_be_visible()

    signed_in.page.locator(ROOM).evaluate("room => room.setAttribute('path', '/direct/grace')")
    expect(signed_in.frame.get_by_role("heading", name="@grace")).to_be_visible()


def test_what_is_commanded_before_chat_has_started_is_done_then(talk: Talk, site: Site) -> None:
    site.sign_in(talk.page, "ada")
    talk.page.add_init_script(
        f"customElements.whenDefined('{ROOM}').then(() => document.querySelector('{ROOM}').go('/channel/news'))"
    )
    talk.open()

    expect(talk.frame.get_by_role("heading", name="# news")).to_be_visible()


def test_it_sets_the_status_and_logs_out(signed_in: Talk, console: Console) -> None:
    console.expect(LOGIN_PAGE_KEPT_OUT)
    signed_in.shows_chat_of("ada")

    signed_in.call("setStatus", "away")
    signed_in.has_heard("status-changed", "away")
    signed_in.call("logout")

    expect(signed_in.frame.locator('body[data-username="ada"]')).to_have_count(0)


def test_events_of_chat_are_events_of_the_page(signed_in: Talk) -> None:
    signed_in.shows_chat_of("ada")

    signed_in.has_heard("startup", True)
    # What chat tells while it is not shown yet is not passed on: it may be of whoever was here before.
    expect(signed_in.page.locator(FRAME)).to_be_visible()
    signed_in.call("go", "/channel/news")
    signed_in.page.wait_for_function(
        "window.heard.some(([name, room]) => name === 'room-opened' && room.t === 'c' && room.name === 'news')"
    )


@pytest.mark.parametrize(
    "unread,text",
    [
        (3, "Unread messages in chat: 3"),
        ("999+", "Unread messages in chat: 999+"),
        ("•", "There are unread messages in chat."),
        ("", ""),
        (0, ""),
    ],
)
def test_the_unread_count_is_shown(signed_in: Talk, unread: object, text: str) -> None:
    signed_in.shows_chat_of("ada")
    signed_in.chat_tells("unread-changed", 7)
    expect(signed_in.page.get_by_role("status").filter(has_text="7")).to_be_visible()

    signed_in.chat_tells("unread-changed", unread)

    expect(signed_in.page.locator("rocketchat-unread")).to_have_text(text)


FORGE = "() => parent.postMessage({ eventName: 'unread-changed', data: 66 }, '*')"


def test_messages_of_the_page_itself_are_not_chat_s(signed_in: Talk) -> None:
    signed_in.shows_chat_of("ada")

    signed_in.page.evaluate("() => window.postMessage({ eventName: 'unread-changed', data: 66 }, '*')")

    signed_in.has_heard_only(5)


def test_messages_of_chat_in_another_frame_are_not_the_room_s(signed_in: Talk, stand_in_server: StandInServer) -> None:
    signed_in.shows_chat_of("ada")
    address = f"{stand_in_server.url}/api/info"
    signed_in.page.evaluate(
        """(url) => new Promise((done) => {
            const frame = document.createElement("iframe");
            frame.name = "other";
            frame.addEventListener("load", done);
            frame.src = url;
            document.body.append(frame);
        })""",
        address,
    )
    other = signed_in.page.frame("other")
    assert other is not None

    other.evaluate(FORGE)

    signed_in.has_heard_only(5)


def test_messages_of_another_origin_in_the_room_s_frame_are_not_chat_s(signed_in: Talk) -> None:
    signed_in.shows_chat_of("ada")
    signed_in.chat_tells("unread-changed", 5)
    signed_in.has_heard("unread-changed", 5)
    frame = signed_in.page.locator(FRAME).element_handle().content_frame()
    assert frame is not None
    with serve(_elsewhere) as elsewhere:
        frame.goto(elsewhere)

        frame.evaluate(FORGE)

        # By the same way, and so after it.
        frame.evaluate("() => parent.postMessage('said', '*')")
        signed_in.page.wait_for_function("() => window.messages.includes('said')")
    assert signed_in.unread_heard == [5]


def test_a_page_of_another_origin_in_the_room_s_frame_is_told_nothing(signed_in: Talk, console: Console) -> None:
    console.expect("target origin provided")
    signed_in.shows_chat_of("ada")
    frame = signed_in.page.locator(FRAME).element_handle().content_frame()
    assert frame is not None
    with serve(_elsewhere) as elsewhere:
        frame.goto(elsewhere)
        frame.evaluate("() => { window.told = []; addEventListener('message', ({ data }) => window.told.push(data)); }")

        signed_in.call("setStatus", "away")

        # By the same way, and so after it.
        signed_in.page.evaluate("() => frames[0].postMessage('said', '*')")
        frame.wait_for_function("() => window.told.includes('said')")
        assert frame.evaluate("window.told") == ["said"]


def test_the_page_s_sign_out_ends_the_chat_login_by_itself_too(
    signed_in: Talk, own_page: Page, site: Site, settings: Settings, console: Console
) -> None:
    settings.ROCKETCHAT_LOGOUT = "none"
    console.expect(LOGIN_PAGE_KEPT_OUT)
    signed_in.shows_chat_of("ada")

    site.sign_out(own_page)
    signed_in.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")

    expect(signed_in.frame.locator('body[data-username="ada"]')).to_have_count(0)


def test_a_chat_that_does_not_start_is_said_and_can_be_tried_again(
    talk: Talk, site: Site, stand_in_server: StandInServer
) -> None:
    stand_in_server.stand_in.settings["Iframe_Integration_send_enable"] = False
    site.sign_in(talk.page, "ada")
    talk.page.clock.install()
    talk.open()
    expect(talk.page.get_by_text("Chat is loading.")).to_be_visible()

    talk.page.clock.run_for(20_000)

    expect(talk.page.get_by_text("Chat did not start.")).to_be_visible()
    expect(talk.page.get_by_role("link", name="Open general in chat")).to_be_visible()
    stand_in_server.stand_in.settings["Iframe_Integration_send_enable"] = True
    talk.page.get_by_role("button", name="Try again").press("Enter")
    talk.shows_chat_of("ada")
    expect(talk.page.get_by_text("Chat did not start.")).to_be_hidden()


def test_what_is_commanded_of_a_chat_that_does_not_start_is_done_once_it_does(
    talk: Talk, site: Site, stand_in_server: StandInServer
) -> None:
    stand_in_server.stand_in.settings["Iframe_Integration_send_enable"] = False
    site.sign_in(talk.page, "ada")
    talk.page.clock.install()
    talk.open()
    talk.page.evaluate(
        f"() => {{ document.querySelector('{ROOM}').go('/channel/news').then(() => window.went = true); }}"
    )
    talk.page.clock.run_for(20_000)
    stand_in_server.stand_in.settings["Iframe_Integration_send_enable"] = True

    talk.page.get_by_role("button", name="Try again").click()

    expect(talk.frame.get_by_role("heading", name="# news")).to_be_visible()
    assert talk.page.evaluate("window.went")


def test_who_cannot_be_let_in_reads_where_to_see_why(
    talk: Talk, site: Site, stand_in_server: StandInServer, console: Console
) -> None:
    stand_in_server.stand_in.add_user("ada")
    console.expect("503", LOGIN_PAGE_KEPT_OUT)
    site.sign_in(talk.page, "ada")
    talk.open()

    expect(talk.page.get_by_text("You could not be signed in to chat.")).to_be_visible()
    expect(talk.page.get_by_role("link", name="Open general in chat")).to_be_visible()


def test_a_strict_policy_of_the_site_s_own_lets_it_in(talk: Talk, site: Site, settings: Settings) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.StrictPolicy"]
    site.sign_in(talk.page, "ada")

    talk.open().shows_chat_of("ada")


@pytest.mark.since_django(6, 0)
def test_a_strict_policy_of_django_s_own_lets_it_in(talk: Talk, site: Site, settings: Settings) -> None:
    from django.utils.csp import CSP

    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.middleware.csp.ContentSecurityPolicyMiddleware"]
    settings.SECURE_CSP = {"default-src": [CSP.NONE], "script-src": [CSP.NONCE, "'strict-dynamic'"], "img-src": "data:"}
    site.sign_in(talk.page, "ada")

    talk.open().shows_chat_of("ada")


def test_without_scripts_there_is_a_link(talk: Talk, site: Site, page: Page) -> None:
    site.sign_in(page, "ada")
    browser = page.context.browser
    assert browser is not None
    with browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state()) as without:
        plain = without.new_page()
        plain.goto(talk.url)

        expect(plain.get_by_role("link", name="Open general in chat")).to_be_visible()


def test_the_frame_takes_the_focus_and_has_a_title(signed_in: Talk) -> None:
    signed_in.shows_chat_of("ada")

    signed_in.page.locator(FRAME).focus()

    assert signed_in.page.evaluate("() => document.activeElement.title") == "Chat: general"


def _elsewhere(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/html")])
    return [b'<!doctype html><title>Elsewhere</title><link rel="icon" href="data:,">']
