"""Work that waits for the end of the request it came up in."""

import asyncio
from collections.abc import Callable

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.core.handlers.asgi import ASGIHandler
from django.core.signals import request_finished, request_started
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from pytest_django import Settings

from rocketchat_auth.login.answered import once_answered
from rocketchat_auth.middleware import RocketChatMiddleware

# The end of a request closes connections that have had their time.
pytestmark = pytest.mark.django_db

done: list[str] = []


def view(request: HttpRequest) -> HttpResponse:
    once_answered(lambda: done.append("work"))
    done.append("view")
    return HttpResponse()


async def async_view(request: HttpRequest) -> HttpResponse:
    return view(request)


def failing_view(request: HttpRequest) -> HttpResponse:
    def fail() -> None:
        raise RuntimeError("on purpose")

    once_answered(fail)
    return view(request)


urlpatterns = [path("view/", view), path("async/", async_view), path("failing/", failing_view)]


@pytest.fixture(autouse=True)
def urls(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__
    done.clear()


@pytest.fixture
def at_close(monkeypatch: pytest.MonkeyPatch) -> None:
    """Note when the answer has been sent: `HttpResponse.close` is what a server calls then."""
    close: Callable[[HttpResponse], None] = HttpResponse.close

    def noted(response: HttpResponse) -> None:
        done.append("sent")
        close(response)

    monkeypatch.setattr(HttpResponse, "close", noted)


@pytest.mark.usefixtures("at_close")
@pytest.mark.parametrize("address", ["/view/", "/async/"])
def test_work_is_done_after_the_answer(address: str) -> None:
    Client().get(address)
    assert done == ["view", "sent", "work"]


def test_a_test_of_a_site_keeps_its_transaction() -> None:
    User.objects.create_user("alice")

    Client().get("/view/")

    assert User.objects.filter(username="alice").exists()


async def get_under_asgi(address: str) -> None:
    """Ask as a server does. Django's AsyncClient would do all in one context, which no server does."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": address,
        "query_string": b"",
        "headers": [(b"host", b"testserver")],
    }
    received = iter([{"type": "http.request"}])

    async def receive() -> dict[str, str]:
        for event in received:
            return event
        return await asyncio.Future()

    async def send(event: object) -> None:
        pass

    await ASGIHandler()(scope, receive, send)


@pytest.mark.usefixtures("at_close")
@pytest.mark.parametrize("address", ["/view/", "/async/"])
def test_work_is_done_after_the_answer_under_asgi(address: str) -> None:
    async_to_sync(get_under_asgi)(address)
    assert done == ["view", "sent", "work"]


def test_work_outside_of_a_request_is_done_at_once() -> None:
    once_answered(lambda: done.append("work"))
    assert done == ["work"]


def test_work_after_a_middleware_that_was_called_by_itself_is_done_at_once(rf: RequestFactory) -> None:
    RocketChatMiddleware(view)(rf.get("/view/"))
    done.clear()

    once_answered(lambda: done.append("work"))

    assert done == ["work"]


def test_work_of_one_request_is_not_done_again_after_the_next() -> None:
    Client().get("/view/")
    request_started.send(sender=None)
    request_finished.send(sender=None)
    assert done == ["view", "work"]


def test_work_that_fails_is_logged_and_the_rest_is_done(caplog: pytest.LogCaptureFixture) -> None:
    assert Client().get("/failing/").status_code == 200
    assert done == ["view", "work"]
    assert "RuntimeError: on purpose" in caplog.text
