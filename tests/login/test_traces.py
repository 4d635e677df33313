from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.backends import signed_cookies
from django.core import signing
from pytest_django import Settings

from rocketchat_auth.accounts.wanted import password_marks
from rocketchat_auth.login.encryption import unseal
from rocketchat_auth.login.traces import NO_TRACE, key_in, trace_of
from rocketchat_auth.rest import service
from rocketchat_auth.testing.clock import FakeClock
from tests.login.conftest import SignIn, again, new_session

pytestmark = pytest.mark.usefixtures("rocketchat")

TWO_WEEKS = timedelta(seconds=14 * 24 * 3600)


def test_keeps_the_key_for_this_site_alone(alice: User, sign_in: SignIn, settings: Settings) -> None:
    session = sign_in(alice).session

    trace = trace_of(session)

    assert key_in(trace.sealed_key) == session.session_key
    assert str(session.session_key).encode() not in trace.sealed_key
    assert str(session.session_key) not in repr(trace)
    settings.SECRET_KEY = "another"
    assert key_in(trace.sealed_key) is None


def test_a_key_is_never_taken_for_a_login_token(alice: User, sign_in: SignIn) -> None:
    assert unseal(trace_of(sign_in(alice).session).sealed_key) is None


def test_where_there_is_no_key_none_is_found() -> None:
    assert key_in(NO_TRACE.sealed_key) is None


def test_marks_the_password_by_what_django_keeps_of_it(alice: User, sign_in: SignIn) -> None:
    session = sign_in(alice).session
    session.load()
    assert session.get("_auth_user_hash")

    assert trace_of(session).password_mark == password_marks(alice)[0]


def test_has_no_mark_of_a_session_that_tells_of_no_password(alice: User, sign_in: SignIn) -> None:
    session = sign_in(alice).session
    del session["_auth_user_hash"]

    assert trace_of(session).password_mark == ""


def test_a_session_that_nobody_loaded_stays_so(alice: User, sign_in: SignIn) -> None:
    session = sign_in(alice).session
    key = session.session_key
    new_session(key).flush()

    trace = trace_of(session)

    assert (session.accessed, session.session_key) == (False, key)
    assert (trace.password_mark, trace.expires_at) == ("", service.now() + TWO_WEEKS)


def test_ends_when_the_session_does(alice: User, sign_in: SignIn) -> None:
    session = sign_in(alice).session
    session.set_expiry(300)

    assert trace_of(session).expires_at == service.now() + timedelta(minutes=5)


class TestSignedCookies:
    @pytest.fixture
    def cookie(self) -> str:
        """A cookie that was signed a week ago."""
        now, signer = service.clock().time(), signing.TimestampSigner(salt="of a test")
        signer.timestamp = lambda: signing.b62_encode(int(now) - 7 * 24 * 3600)  # type: ignore[method-assign]
        return signer.sign("data")

    @pytest.fixture
    def session(self, cookie: str) -> signed_cookies.SessionStore:
        session = signed_cookies.SessionStore(cookie)
        vars(session)["_session_cache"] = {}
        return session

    def test_have_no_key(self, session: signed_cookies.SessionStore) -> None:
        assert trace_of(session).sealed_key == b""

    def test_end_two_weeks_after_they_were_signed(self, session: signed_cookies.SessionStore) -> None:
        assert trace_of(session).expires_at == service.now() + TWO_WEEKS / 2

    def test_without_time_zones_too(self, session: signed_cookies.SessionStore, settings: Settings) -> None:
        settings.USE_TZ = False

        assert trace_of(session).expires_at == service.now() + TWO_WEEKS / 2

    def test_are_signed_anew_when_they_change(self, session: signed_cookies.SessionStore) -> None:
        session["seen"] = True

        assert trace_of(session).expires_at == service.now() + TWO_WEEKS

    def test_are_signed_anew_at_each_request_where_the_site_says_so(
        self, session: signed_cookies.SessionStore, settings: Settings
    ) -> None:
        settings.SESSION_SAVE_EVERY_REQUEST = True

        assert trace_of(session).expires_at == service.now() + TWO_WEEKS

    @pytest.mark.parametrize("cookie", ["no time in it", "a:!:b", "a:zzzzzzzzzzzz:b"])
    def test_that_tell_no_time_are_as_if_new(self, session: signed_cookies.SessionStore) -> None:
        assert trace_of(session).expires_at == service.now() + TWO_WEEKS


def test_follows_the_browsers_session_to_the_next_request(
    alice: User, sign_in: SignIn, rf: object, fake_clock: FakeClock
) -> None:
    request = sign_in(alice)
    first = trace_of(request.session)
    fake_clock.advance(3600)

    second = trace_of(again(rf, request).session)  # type: ignore[arg-type]

    assert key_in(second.sealed_key) == key_in(first.sealed_key)
    assert first.sealed_key != second.sealed_key
