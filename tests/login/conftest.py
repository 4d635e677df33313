import importlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model, login
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory

from rocketchat_auth.login import ChatLogin, token_for


def new_session(key: str | None = None) -> SessionBase:
    engine = importlib.import_module(django_settings.SESSION_ENGINE)
    session: SessionBase = engine.SessionStore(key)
    return session


@pytest.fixture
def alice(db: None) -> User:
    return get_user_model().objects.create_user("alice", "alice@example.com", "secret", first_name="Alice")


@pytest.fixture
def bob(db: None) -> User:
    return get_user_model().objects.create_user("bob", "bob@example.com", "secret")


OnCommit = Callable[..., AbstractContextManager[list[Callable[[], object]]]]


@pytest.fixture
def committing(django_capture_on_commit_callbacks: OnCommit) -> Callable[[], AbstractContextManager[object]]:
    return lambda: django_capture_on_commit_callbacks(execute=True)


Committing = Callable[[], AbstractContextManager[object]]


SignIn = Callable[[User], HttpRequest]


@pytest.fixture
def sign_in(rf: RequestFactory) -> SignIn:
    """Signs a user in to a new session, as a browser does, and gives a request of that session."""

    def signed_in(user: User) -> HttpRequest:
        request = rf.post("/login/")
        request.session = new_session()
        request.user = user
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        request.session.save()
        return again(rf, request)

    return signed_in


def again(rf: RequestFactory, request: HttpRequest) -> HttpRequest:
    """The browser's next request: the same cookie, the session loaded anew."""
    key = request.session.session_key
    following = rf.post("/rocketchat/api")
    following.COOKIES[django_settings.SESSION_COOKIE_NAME] = str(key)
    following.session = new_session(key)
    following.user = request.user
    return following


def together(requests: list[HttpRequest]) -> list[ChatLogin]:
    """What requests that ask for a login token at the same time get."""

    def call(request: HttpRequest) -> ChatLogin:
        try:
            return token_for(request)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(call, requests))
