"""Whether the site may frame the chat that exchanges messages with it."""

from collections.abc import Callable, Iterator

import httpx2
import pytest
from pytest_django import Settings

from rocketchat_auth.doctor import Severity
from rocketchat_auth.doctor.topics.iframe_settings import TOPIC
from rocketchat_auth.rest.service import install_transport
from rocketchat_auth.setting_up.site import Site
from rocketchat_auth.setting_up.workspace_settings import for_login
from rocketchat_auth.testing import StandIn
from tests.doctor.topics.conftest import FoundOf

SITE = "https://www.example.com"
EMBEDDING = {
    "Iframe_Integration_receive_enable": True,
    "Iframe_Integration_receive_origin": SITE,
    "Iframe_Integration_send_enable": True,
    "Iframe_Integration_send_target_origin": SITE,
}


@pytest.fixture
def chat(rocketchat: StandIn) -> StandIn:
    rocketchat.settings.update({**for_login(Site.at(SITE)), **EMBEDDING})
    return rocketchat


class TestFrames:
    @pytest.mark.parametrize("stand_in", ["6.5", "7.13", "8.4", "9.0"], indirect=True)
    @pytest.mark.parametrize("options", ["sameorigin", "SAMEORIGIN", "deny"])
    def test_of_the_site_may_be_forbidden(self, chat: StandIn, found: FoundOf, options: str) -> None:
        chat.settings["Iframe_X_Frame_Options"] = options

        problems = found(TOPIC, site=SITE)

        assert {number: each.severity for number, each in problems.items()} == {"D170": Severity.PROBLEM}
        assert f"{SITE}, which may not show it in a frame (X-Frame-Options: {options})" in problems["D170"].text
        assert f"setup --site {SITE} --embed" in problems["D170"].mend
        assert f"Content-Security-Policy: frame-ancestors 'self' {SITE}" in problems["D170"].mend

    def test_may_be_allowed(self, chat: StandIn, found: FoundOf) -> None:
        chat.settings["Iframe_Restrict_Access"] = False

        assert found(TOPIC, site=SITE) == {}

    @pytest.mark.parametrize("options", ["", "ALLOWALL", f"ALLOW-FROM {SITE}"])
    def test_may_be_allowed_by_a_word_that_browsers_do_not_know(
        self, chat: StandIn, found: FoundOf, options: str
    ) -> None:
        chat.settings["Iframe_X_Frame_Options"] = options

        assert found(TOPIC, site=SITE) == {}

    @pytest.mark.parametrize("options, numbers", [("sameorigin", set()), ("deny", {"D170"})])
    def test_of_the_chat_s_own_origin_are_no_strangers(
        self, chat: StandIn, found: FoundOf, settings: Settings, options: str, numbers: set[str]
    ) -> None:
        settings.ROCKETCHAT_URL = SITE
        chat.settings["Iframe_X_Frame_Options"] = options

        assert set(found(TOPIC, site=SITE)) == numbers

    def test_are_a_matter_of_one_direction_as_well(self, chat: StandIn, found: FoundOf) -> None:
        chat.settings.update({"Iframe_Integration_receive_enable": False, "Iframe_Integration_send_target_origin": "*"})

        assert set(found(TOPIC, site=SITE)) == {"D167", "D170"}

    @pytest.mark.parametrize(
        "other",
        [
            {"Iframe_Integration_receive_enable": False, "Iframe_Integration_send_enable": False},
            {
                "Iframe_Integration_receive_origin": "https://other.example.com",
                "Iframe_Integration_send_target_origin": "https://other.example.com",
            },
        ],
    )
    def test_are_of_no_matter_where_the_site_embeds_nothing(
        self, chat: StandIn, found: FoundOf, other: dict[str, object]
    ) -> None:
        chat.settings.update(other)

        assert "D170" not in found(TOPIC, site=SITE)

    def test_are_not_known_of_a_site_that_was_not_told(self, chat: StandIn, found: FoundOf) -> None:
        assert set(found(TOPIC)) == {"D165"}


class Proxy(httpx2.BaseTransport):
    """In front of the chat: it sends another status or headers of its own with pages."""

    def __init__(self, chat: StandIn, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.chat = httpx2.WSGITransport(app=chat.wsgi)
        self.status = status
        self.headers = headers or {}

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        response = self.chat.handle_request(request)
        if not request.url.path.startswith("/api/"):
            response.status_code = self.status
            response.headers.update(self.headers)
        return response


@pytest.fixture
def put_behind(chat: StandIn) -> Iterator[Callable[[Proxy], None]]:
    undo: list[Callable[[], None]] = []
    yield lambda proxy: undo.append(install_transport(proxy))
    for each in undo:
        each()


@pytest.mark.parametrize("restricted", [True, False])
@pytest.mark.parametrize("ancestors, numbers", [(f"'self' {SITE}", set()), ("'self'", {"D170"})])
def test_the_header_of_the_proxy_decides_on_frames(
    chat: StandIn,
    found: FoundOf,
    put_behind: Callable[[Proxy], None],
    restricted: bool,
    ancestors: str,
    numbers: set[str],
) -> None:
    chat.settings["Iframe_Restrict_Access"] = restricted
    put_behind(Proxy(chat, headers={"Content-Security-Policy": f"frame-ancestors {ancestors}"}))

    assert set(found(TOPIC, site=SITE)) == numbers


def test_what_is_no_page_of_the_chat_tells_nothing_of_frames(
    chat: StandIn, found: FoundOf, put_behind: Callable[[Proxy], None]
) -> None:
    put_behind(Proxy(chat, status=403))

    assert found(TOPIC, site=SITE) == {}
