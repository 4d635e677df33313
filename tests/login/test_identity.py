"""Whatever keeps the site's sessions: each owns one chat login, which ends with it."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory
from pytest_django import Settings

from rocketchat_auth.login import LoginRefused, token_for
from rocketchat_auth.login.identity import session_goes_on
from rocketchat_auth.login.sources.create_token import CreateTokenSource
from rocketchat_auth.models import LoginToken
from rocketchat_auth.testing import StandIn
from tests.login.conftest import Committing, SignIn, again, new_session

SERVER_SIDE = ["db", "cache", "cached_db", "file"]


@pytest.fixture(params=SERVER_SIDE)
def engine(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> str:
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{request.param}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    return str(request.param)


def test_a_session_is_served_one_token(
    engine: str, rocketchat: StandIn, alice: User, sign_in: SignIn, rf: RequestFactory
) -> None:
    request = sign_in(alice)

    assert token_for(request) == token_for(again(rf, request))


def test_a_session_goes_on_until_somebody_signs_out(engine: str, alice: User, sign_in: SignIn) -> None:
    request = sign_in(alice)
    assert session_goes_on(request.session)

    new_session(request.session.session_key).delete()

    assert not session_goes_on(request.session)


@pytest.mark.usefixtures("engine")
def test_a_session_that_ended_while_its_token_was_issued_keeps_none(
    rocketchat: StandIn,
    alice: User,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    committing: Committing,
) -> None:
    request = sign_in(alice)
    issue = CreateTokenSource.issue
    issued = []

    def issue_while_signing_out(*args: object) -> object:
        secret = issue(*args)  # type: ignore[arg-type]
        issued.append(secret)
        new_session(request.session.session_key).delete()
        return secret

    monkeypatch.setattr(CreateTokenSource, "issue", issue_while_signing_out)

    with pytest.raises(LoginRefused), committing():
        token_for(request)

    assert len(issued) == 1
    assert rocketchat.user("alice")["services"]["resume"]["loginTokens"] == []
    assert LoginToken.objects.count() == 0


def test_a_signed_cookie_goes_on_in_its_browser(settings: Settings, alice: User, rf: RequestFactory) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    session = new_session()
    session["any"] = "thing"
    session.save()

    assert session_goes_on(session)
