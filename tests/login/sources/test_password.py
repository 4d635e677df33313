import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from rocketchat_auth import rest
from rocketchat_auth.login import LoginRefused, RefusalReason, token_for
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.chat import LOGIN, delete, is_live
from tests.login.conftest import SignIn


@pytest.fixture(autouse=True)
def source(rocketchat: StandIn, settings: Settings) -> None:
    settings.ROCKETCHAT_LOGIN_SOURCE = "password"
    settings.ROCKETCHAT_PASSWORD_KEY = "a key of the site's own, kept apart from SECRET_KEY"
    # A real workspace asks for a code by mail as soon as an address is verified.
    rocketchat.settings["Accounts_TwoFactorAuthentication_Enabled"] = False


def refused(sign_in: SignIn, user: User) -> LoginRefused:
    with pytest.raises(LoginRefused) as caught:
        token_for(sign_in(user))
    return caught.value


def test_signs_in_with_the_password_that_the_account_was_made_with(
    rocketchat: StandIn, alice: User, sign_in: SignIn
) -> None:
    login = token_for(sign_in(alice))

    assert is_live(rocketchat, login)
    assert rocketchat.calls.count(LOGIN) == 1


def test_sets_the_password_again_where_it_was_changed(
    rocketchat: StandIn, alice: User, sign_in: SignIn, settings: Settings
) -> None:
    token_for(sign_in(alice))
    settings.ROCKETCHAT_PASSWORD_KEY = "another key of the site's own, after the first one leaked"

    assert is_live(rocketchat, token_for(sign_in(alice)))


def test_never_replaces_the_password_of_an_account_that_it_did_not_make(
    rocketchat: StandIn, alice: User, sign_in: SignIn
) -> None:
    theirs = rocketchat.add_user("alice", password="their own")
    Account.objects.create(user=alice, rocketchat_id=theirs["_id"], username="alice", state=Account.State.LINKED)

    assert refused(sign_in, alice).reason == RefusalReason.CONFLICT
    assert rocketchat.user("alice")["services"]["password"] == theirs["services"]["password"]


def test_waits_for_its_turn_within_the_read_timeout(
    rocketchat: StandIn, alice: User, sign_in: SignIn, fake_clock: FakeClock
) -> None:
    token_for(sign_in(alice))
    for _ in range(9):
        token_for(sign_in(alice))
    fake_clock.advance(service.login_budget().wait() - 2)
    before = fake_clock.time()

    assert is_live(rocketchat, token_for(sign_in(alice)))
    assert 1 < fake_clock.time() - before < 5


def test_says_when_to_try_again_where_the_wait_is_too_long(
    rocketchat: StandIn, alice: User, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(10):
        token_for(sign_in(alice))

    refusal = refused(sign_in, alice)

    assert refusal.reason == RefusalReason.BUSY
    assert refusal.retry_after is not None
    assert 5 < refusal.retry_after <= 60
    assert "API_Enable_Rate_Limiter_Limit_Calls_Default" in caplog.text
    assert rocketchat.calls.count(LOGIN) == 10


def test_believes_the_server_that_others_used_the_logins_up(
    rocketchat: StandIn, alice: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, fake_clock: FakeClock
) -> None:
    def too_many(*args: object, **kwargs: object) -> None:
        refusal = rest.RateLimited("slow down", status=429)
        refusal.reset_at, refusal.wait = fake_clock.time() + 30, 30
        raise refusal

    monkeypatch.setattr(rest.users, "login_with_password", too_many)

    refusal = refused(sign_in, alice)
    assert (refusal.reason, refusal.retry_after) == (RefusalReason.BUSY, 30)


def test_is_busy_where_somebody_else_took_the_turn_it_waited_for(
    alice: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest.Budget, "take", lambda budget: False)
    monkeypatch.setattr(rest.Budget, "wait", lambda budget: 1.0)

    assert refused(sign_in, alice).reason == RefusalReason.BUSY


def test_names_the_setting_where_a_second_factor_is_asked_for(
    alice: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def asks(*args: object, **kwargs: object) -> None:
        raise rest.SecondFactorRequired("TOTP Required", status=401)

    monkeypatch.setattr(rest.users, "login_with_password", asks)

    assert refused(sign_in, alice).reason == RefusalReason.MISCONFIGURED
    assert "Accounts_TwoFactorAuthentication_By_Email_Auto_Opt_In" in caplog.text


def test_says_so_where_no_password_will_do(
    rocketchat: StandIn, alice: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*args: object, **kwargs: object) -> None:
        raise rest.CredentialsRefused("Unauthorized", status=401)

    monkeypatch.setattr(rest.users, "login_with_password", refuses)

    assert refused(sign_in, alice).reason == RefusalReason.MISCONFIGURED


def test_sets_an_account_up_anew_that_is_gone(rocketchat: StandIn, alice: User, sign_in: SignIn) -> None:
    first = token_for(sign_in(alice))
    delete(rocketchat, "alice")

    assert token_for(sign_in(alice)).user_id != first.user_id
