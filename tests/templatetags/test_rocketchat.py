"""What the tags render, and for whom."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from rocketchat_auth.web import embedding

CHAT = "https://chat.example.com"


@pytest.fixture
def request_of_ada(rf: RequestFactory) -> HttpRequest:
    request = rf.get("/")
    request.user = User(username="ada")
    return request


def rendered(request: HttpRequest | None, tag: str, **values: object) -> str:
    context = Context({**values, **({"request": request} if request is not None else {})})
    return Template("{% load rocketchat %}{% " + tag + " %}").render(context)


def attribute(html: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', html)
    assert found is not None
    return found[1]


class TestRoom:
    def test_is_an_element_with_a_link_in_it(self, request_of_ada: HttpRequest) -> None:
        html = rendered(request_of_ada, 'rocketchat room="general"')

        assert "<rocketchat-room " in html
        assert attribute(html, "chat") == CHAT
        assert attribute(html, "path") == "/channel/general"
        assert attribute(html, "token-url") == "/rocketchat/token"
        assert attribute(html, "title-of-frame") == "Chat: general"
        assert f'href="{CHAT}/channel/general"' in html
        assert 'type="module" src="/static/rocketchat_auth/embed.js"' in html
        assert "<script>" not in html
        assert "style=" not in html

    def test_is_named_by_a_path(self, request_of_ada: HttpRequest) -> None:
        html = rendered(request_of_ada, 'rocketchat path="/group/board" title="The board"')

        assert attribute(html, "path") == "/group/board"
        assert "Open The board in chat" in html

    def test_of_a_path_is_called_by_its_end(self, request_of_ada: HttpRequest) -> None:
        assert "Open board in chat" in rendered(request_of_ada, 'rocketchat path="/group/board"')

    def test_may_have_any_name(self, request_of_ada: HttpRequest) -> None:
        html = rendered(request_of_ada, "rocketchat room=name", name='a/b "c" <d>')

        assert attribute(html, "path") == "/channel/a%2Fb%20%22c%22%20%3Cd%3E"
        assert "<d>" not in html

    def test_speaks_the_language_of_the_page(self, request_of_ada: HttpRequest) -> None:
        with translation.override("xx"):
            assert attribute(rendered(request_of_ada, 'rocketchat room="general"'), "text-retry") == "Try again"

    def test_is_a_link_for_who_is_not_signed_in(self, rf: RequestFactory) -> None:
        request = rf.get("/")
        request.user = AnonymousUser()

        html = rendered(request, 'rocketchat room="general"')

        assert f'href="{CHAT}/channel/general"' in html
        assert "rocketchat-room" not in html
        assert "script" not in html
        assert not hasattr(request, "_rocketchat_auth_embeds")

    def test_is_shown_where_the_template_knows_no_request(self) -> None:
        assert "<rocketchat-room " in rendered(None, 'rocketchat room="general"')

    def test_bears_the_nonce_of_the_request(self, request_of_ada: HttpRequest) -> None:
        request_of_ada.csp_nonce = "abc"  # type: ignore[attr-defined]

        assert rendered(request_of_ada, 'rocketchat room="general"').count('nonce="abc"') == 2

    def test_is_left_out_where_no_chat_is_set(
        self, request_of_ada: HttpRequest, settings: object, caplog: pytest.LogCaptureFixture
    ) -> None:
        del settings.ROCKETCHAT_URL  # type: ignore[attr-defined]

        assert rendered(request_of_ada, 'rocketchat room="general"') == ""
        assert "showed nothing" in caplog.text

    @pytest.mark.parametrize("tag", ["rocketchat", 'rocketchat room="a" path="/group/b"', 'rocketchat path="group/b"'])
    def test_that_is_not_named_is_an_error_of_the_template(self, request_of_ada: HttpRequest, tag: str) -> None:
        with pytest.raises(TemplateSyntaxError, match="Write "):
            rendered(request_of_ada, tag)

    def test_is_noted_for_the_policy_of_the_page(self, request_of_ada: HttpRequest) -> None:
        rendered(request_of_ada, 'rocketchat room="general"')

        assert getattr(request_of_ada, embedding._NOTED) is True


class TestUnread:
    def test_is_an_element_that_says_nothing_yet(self, request_of_ada: HttpRequest) -> None:
        html = rendered(request_of_ada, "rocketchat_unread")

        assert attribute(html, "text-count") == "Unread messages in chat: {count}"
        assert re.search(r"<rocketchat-unread [^>]*></rocketchat-unread>", html)

    def test_is_nothing_for_who_is_not_signed_in(self, rf: RequestFactory) -> None:
        request = rf.get("/")
        request.user = AnonymousUser()

        assert rendered(request, "rocketchat_unread").strip() == ""
