import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from tests.web.desk import LoginDesk


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> LoginDesk:
    desk = LoginDesk()
    monkeypatch.setattr("rocketchat_auth.login.token_for", desk.token_for)
    monkeypatch.setattr("rocketchat_auth.login.session_key_changed", desk.session_key_changed)
    return desk


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice", "alice@example.com", "wonderland-of-old")


@pytest.fixture
def browser_of_alice(alice: User) -> Client:
    """A browser with a live session, which CSRF protection treats as a real one."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    return client


@pytest.fixture
def no_chat_url(settings: Settings) -> None:
    del settings.ROCKETCHAT_URL
