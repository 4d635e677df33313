"""Signing a phone in by a code: what the login is, and what ends it."""

import logging
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import Settings

from rocketchat_auth import signals
from rocketchat_auth.login import (
    ChatLogin,
    LoginRefused,
    RefusalReason,
    code_for_phone,
    count_phones,
    sign_in_phone,
    sign_out_phones,
    token_for,
    user_of_code,
)
from rocketchat_auth.login.ending import end_logins_of, end_session
from rocketchat_auth.login.identity import session_name
from rocketchat_auth.login.phones import LIFETIME, LOGINS_OF_ONE
from rocketchat_auth.login.sweeping import end_logins
from rocketchat_auth.login.transitions import session_key_changed
from rocketchat_auth.models import Account, LoginToken, OneTimeCode
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from rocketchat_auth.testing.tokens import find_entry
from tests.login.conftest import Committing, SignIn
from tests.signal_log import received


@pytest.fixture
def phone(rf: RequestFactory) -> HttpRequest:
    """A request of a browser that nobody is signed in to."""
    return rf.post("/rocketchat/phone")


ShowCode = Callable[[User], str]


@pytest.fixture
def show_code(rocketchat: StandIn, sign_in: SignIn) -> ShowCode:
    return lambda user: code_for_phone(sign_in(user)).reveal()


def signed_in(phone: HttpRequest, code: str) -> ChatLogin:
    chat_login = sign_in_phone(phone, code)
    assert chat_login is not None
    return chat_login


def is_live(rocketchat: StandIn, chat_login: ChatLogin, username: str = "alice") -> bool:
    return find_entry(rocketchat.user(username), chat_login.token) is not None


def test_a_code_signs_a_phone_in_with_a_login_of_its_own(
    rocketchat: StandIn, alice: User, sign_in: SignIn, phone: HttpRequest
) -> None:
    request = sign_in(alice)
    of_browser = token_for(request)
    code = code_for_phone(request).reveal()

    assert user_of_code(code) == alice
    of_phone = signed_in(phone, code)

    assert is_live(rocketchat, of_phone)
    assert of_phone.token != of_browser.token
    assert token_for(request).token == of_browser.token


def test_a_code_is_good_once(show_code: ShowCode, alice: User, phone: HttpRequest) -> None:
    code = show_code(alice)
    signed_in(phone, code)

    assert user_of_code(code) is None
    assert sign_in_phone(phone, code) is None


def test_a_code_is_good_for_two_minutes(
    show_code: ShowCode, alice: User, phone: HttpRequest, fake_clock: FakeClock
) -> None:
    code = show_code(alice)
    fake_clock.advance(LIFETIME.total_seconds())

    assert sign_in_phone(phone, code) is None


def test_a_new_code_takes_the_place_of_the_last(rocketchat: StandIn, alice: User, sign_in: SignIn) -> None:
    request = sign_in(alice)
    first = code_for_phone(request).reveal()
    second = code_for_phone(request).reveal()

    assert user_of_code(first) is None
    assert user_of_code(second) == alice


def test_a_code_ends_with_the_session_that_shows_it_though_that_never_was_in_chat(
    rocketchat: StandIn, alice: User, sign_in: SignIn, phone: HttpRequest
) -> None:
    request = sign_in(alice)
    code = code_for_phone(request).reveal()

    session_key_changed(phone, str(request.session.session_key), None)

    assert sign_in_phone(phone, code) is None


@pytest.mark.parametrize("field, value", [("is_active", False), ("password", "another")])
def test_a_code_ends_with_the_account_and_with_the_password(
    show_code: ShowCode, alice: User, phone: HttpRequest, field: str, value: object
) -> None:
    code = show_code(alice)
    setattr(alice, field, value)
    alice.save()

    assert user_of_code(code) is None
    assert sign_in_phone(phone, code) is None


def test_the_login_goes_on_when_the_session_ends_that_showed_the_code(
    rocketchat: StandIn, alice: User, sign_in: SignIn, phone: HttpRequest, committing: Committing, fake_clock: FakeClock
) -> None:
    request = sign_in(alice)
    token_for(request)
    of_phone = signed_in(phone, code_for_phone(request).reveal())
    with committing():
        end_session(session_name(request.session))
    fake_clock.advance(80 * 24 * 60 * 60)

    assert end_logins().over == 0
    assert is_live(rocketchat, of_phone)


@pytest.mark.parametrize("field, value", [("is_active", False), ("password", "another")])
def test_the_login_ends_with_the_account_and_with_the_password(
    show_code: ShowCode, alice: User, phone: HttpRequest, field: str, value: object
) -> None:
    signed_in(phone, show_code(alice))
    setattr(alice, field, value)
    alice.save()

    assert end_logins().over == 1


def test_the_login_ends_with_all_logins_of_the_account(
    rocketchat: StandIn, show_code: ShowCode, alice: User, phone: HttpRequest
) -> None:
    of_phone = signed_in(phone, show_code(alice))

    end_logins_of(Account.objects.get(user=alice))

    assert not is_live(rocketchat, of_phone)


def test_a_person_signs_all_phones_out_and_nothing_else(
    rocketchat: StandIn, alice: User, bob: User, sign_in: SignIn, phone: HttpRequest, committing: Committing
) -> None:
    request = sign_in(alice)
    of_browser = token_for(request)
    of_phone = signed_in(phone, code_for_phone(request).reveal())
    of_bob = signed_in(phone, code_for_phone(sign_in(bob)).reveal())
    code = code_for_phone(request).reveal()
    assert count_phones(alice) == 1

    with committing():
        sign_out_phones(alice)

    assert count_phones(alice) == 0
    assert not is_live(rocketchat, of_phone)
    assert is_live(rocketchat, of_browser)
    assert is_live(rocketchat, of_bob, "bob")
    assert user_of_code(code) is None


def test_the_oldest_phone_makes_room(
    rocketchat: StandIn, show_code: ShowCode, alice: User, phone: HttpRequest, committing: Committing
) -> None:
    with committing():
        logins = [signed_in(phone, show_code(alice)) for _ in range(LOGINS_OF_ONE + 1)]

    assert [is_live(rocketchat, chat_login) for chat_login in logins] == [False] + [True] * LOGINS_OF_ONE


def test_who_may_not_chat_gets_no_phone_in(
    show_code: ShowCode, alice: User, phone: HttpRequest, caplog: pytest.LogCaptureFixture
) -> None:
    alice.email = ""
    alice.save()
    code = show_code(alice)

    with received(signals.login_refused) as told, caplog.at_level(logging.DEBUG), pytest.raises(LoginRefused):
        sign_in_phone(phone, code)

    assert [refusal["user"] for refusal in told] == [alice]
    assert f"primary key {alice.pk}" in caplog.text
    assert code not in caplog.text
    assert not LoginToken.objects.exists()
    assert not OneTimeCode.objects.exists()


def test_a_fault_on_the_way_is_told_of_the_user_of_the_code(
    show_code: ShowCode, alice: User, phone: HttpRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise OperationalError("disk I/O error")

    code = show_code(alice)
    monkeypatch.setattr("rocketchat_auth.login.phones.issue_for", fail)

    with received(signals.login_refused) as told, pytest.raises(LoginRefused):
        sign_in_phone(phone, code)

    assert [(refusal["user"], refusal["reason"]) for refusal in told] == [(alice, RefusalReason.UNEXPECTED)]


def test_the_adapter_s_no_holds_on_a_phone_too(
    show_code: ShowCode, alice: User, phone: HttpRequest, settings: Settings
) -> None:
    code = show_code(alice)
    settings.ROCKETCHAT_REQUIRED_PERMISSION = "rocketchat_auth.chat"

    with pytest.raises(LoginRefused):
        sign_in_phone(phone, code)


def test_the_login_is_told_to_who_keeps_an_audit_log(show_code: ShowCode, alice: User, phone: HttpRequest) -> None:
    granted: list[tuple[object, object]] = []

    def listen(user: object, request: object, **kwargs: object) -> None:
        granted.append((user, request))

    signals.login_granted.connect(listen)
    try:
        signed_in(phone, show_code(alice))
    finally:
        signals.login_granted.disconnect(listen)

    assert granted == [(alice, phone)]
