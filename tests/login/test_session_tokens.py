from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings

from rocketchat_auth import rest, signals
from rocketchat_auth.accounts import claims, provisioning
from rocketchat_auth.login import ChatLogin, LoginRefused, RefusalReason, Source, store, token_for
from rocketchat_auth.login.identity import session_name
from rocketchat_auth.models import Account, LoginToken
from rocketchat_auth.rest import service
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.chat import CREATE_TOKEN, CREATE_USER, ME, delete, end_all_logins, is_live, set_active, set_roles
from tests.login.conftest import SignIn, again, together
from tests.signal_log import received


class TestFirstCall:
    def test_gives_a_token_that_signs_the_user_in(self, rocketchat: StandIn, alice: User, sign_in: SignIn) -> None:
        login = token_for(sign_in(alice))

        assert is_live(rocketchat, login)
        assert rocketchat.user("alice")["_id"] == login.user_id

    def test_of_a_linked_account_makes_exactly_one_call(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn
    ) -> None:
        token_for(sign_in(alice))
        rocketchat.reset_calls()

        token_for(sign_in(alice))

        assert rocketchat.calls == [CREATE_TOKEN]

    def test_tells_the_signal(self, rocketchat: StandIn, alice: User, sign_in: SignIn) -> None:
        request = sign_in(alice)

        with received(signals.login_granted) as log:
            token_for(request)

        assert [(sent["user"], sent["account"].username, sent["request"]) for sent in log] == [
            (alice, "alice", request)
        ]

    def test_stores_no_token_in_clear(self, rocketchat: StandIn, alice: User, sign_in: SignIn) -> None:
        login = token_for(sign_in(alice))

        assert login.token.encode() not in bytes(LoginToken.objects.get().token)


class TestLaterCalls:
    def test_give_the_same_token_without_a_call(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, rf: RequestFactory
    ) -> None:
        request = sign_in(alice)
        first = token_for(request)
        rocketchat.reset_calls()

        assert token_for(again(rf, request)) == first
        assert rocketchat.calls == []

    def test_read_one_row_and_write_nothing(
        self,
        rocketchat: StandIn,
        alice: User,
        sign_in: SignIn,
        rf: RequestFactory,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        request = sign_in(alice)
        token_for(request)
        following = again(rf, request)
        rocketchat.reset_calls()

        with django_assert_num_queries(1) as queries:
            token_for(following)

        assert queries.captured_queries[0]["sql"].startswith("SELECT")
        assert rocketchat.calls == []

    def test_ask_after_a_token_older_than_a_minute_once_a_minute(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, fake_clock: FakeClock
    ) -> None:
        request = sign_in(alice)
        first = token_for(request)
        rocketchat.reset_calls()
        fake_clock.advance(61)

        assert token_for(request) == first
        assert token_for(request) == first
        assert rocketchat.calls == [ME]

    def test_replace_a_token_that_died_in_chat(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, fake_clock: FakeClock
    ) -> None:
        request = sign_in(alice)
        first = token_for(request)
        end_all_logins(rocketchat, "alice")
        fake_clock.advance(61)

        second = token_for(request)

        assert second != first
        assert is_live(rocketchat, second)
        assert LoginToken.objects.count() == 1

    def test_issue_a_new_token_where_the_budget_for_asking_is_spent_and_keep_the_old(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, fake_clock: FakeClock
    ) -> None:
        requests = [sign_in(alice) for _ in range(11)]
        firsts = [token_for(request) for request in requests]
        fake_clock.advance(61)

        seconds = [token_for(request) for request in requests]

        assert [first == second for first, second in zip(firsts, seconds, strict=True)] == [True] * 10 + [False]
        assert is_live(rocketchat, firsts[10])
        assert is_live(rocketchat, seconds[10])

    def test_serve_the_token_issued_last(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, rf: RequestFactory
    ) -> None:
        request = sign_in(alice)
        first = token_for(request)
        fresh = token_for(request, fresh=True)

        assert fresh != first
        assert token_for(again(rf, request)) == fresh

    def test_survive_a_new_secret_key(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, settings: Settings
    ) -> None:
        request = sign_in(alice)
        first = token_for(request)
        settings.SECRET_KEY = "another"

        second = token_for(request)

        assert second != first
        assert is_live(rocketchat, second)

    def test_of_another_user_in_the_same_session_get_a_token_of_their_own(
        self, rocketchat: StandIn, alice: User, bob: User, sign_in: SignIn
    ) -> None:
        request = sign_in(alice)
        of_alice = token_for(request)
        request.user = bob

        of_bob = token_for(request)

        assert of_bob.user_id == rocketchat.user("bob")["_id"]
        assert of_bob.user_id != of_alice.user_id


class TestRefusals:
    def refused(self, request: HttpRequest, **kwargs: bool) -> LoginRefused:
        with pytest.raises(LoginRefused) as caught:
            token_for(request, **kwargs)
        return caught.value

    def test_name_their_reference_in_the_log_and_tell_the_signal(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, caplog: pytest.LogCaptureFixture
    ) -> None:
        rocketchat.add_user("alice")

        with received(signals.login_refused) as log:
            refusal = self.refused(sign_in(alice))

        assert refusal.reason == RefusalReason.CONFLICT
        assert refusal.reference in caplog.text
        assert [(sent["reason"], sent["reference"]) for sent in log] == [(refusal.reason, refusal.reference)]

    def test_of_somebody_whom_the_adapter_keeps_out(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, settings: Settings
    ) -> None:
        settings.ROCKETCHAT_ADAPTER = "tests.adapters.NobodyMayChat"

        assert self.refused(sign_in(alice)).reason == RefusalReason.NOT_ALLOWED
        assert rocketchat.calls == []

    def test_of_an_account_deactivated_in_chat_once_somebody_asks_for_a_fresh_token(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn
    ) -> None:
        request = sign_in(alice)
        token_for(request)
        set_active(rocketchat, "alice", active=False)

        assert self.refused(request, fresh=True).reason == RefusalReason.INACTIVE

    def test_of_an_account_deactivated_in_chat_within_the_hour(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, fake_clock: FakeClock
    ) -> None:
        token_for(sign_in(alice))
        set_active(rocketchat, "alice", active=False)
        fake_clock.advance(3601)

        assert self.refused(sign_in(alice)).reason == RefusalReason.INACTIVE

    def test_of_an_account_that_became_administrator(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, settings: Settings
    ) -> None:
        request = sign_in(alice)
        token_for(request)
        set_roles(rocketchat, "alice", "user", "admin")

        assert self.refused(request, fresh=True).reason == RefusalReason.ADMINISTRATOR

        settings.ROCKETCHAT_ADMIN_LOGIN = True
        assert self.refused(request, fresh=True).reason == RefusalReason.ADMINISTRATOR

        alice.is_superuser = True
        alice.save()
        request.user = alice
        assert is_live(rocketchat, token_for(request, fresh=True))

    @pytest.mark.parametrize("failure", [500, "timeout", "drop"])
    def test_while_chat_is_down(self, rocketchat: StandIn, alice: User, sign_in: SignIn, failure: int | str) -> None:
        request = sign_in(alice)
        rocketchat.fail_with(failure)

        assert self.refused(request).reason == RefusalReason.UNAVAILABLE

    def test_of_a_service_account_with_wrong_credentials(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, settings: Settings
    ) -> None:
        settings.ROCKETCHAT_AUTH_TOKEN = "wrong"

        assert self.refused(sign_in(alice)).reason == RefusalReason.MISCONFIGURED

    def test_of_a_wrong_token_secret(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, settings: Settings, caplog: pytest.LogCaptureFixture
    ) -> None:
        settings.ROCKETCHAT_TOKEN_SECRET = "wrong"

        assert self.refused(sign_in(alice)).reason == RefusalReason.MISCONFIGURED
        assert "CREATE_TOKENS_FOR_USERS_SECRET" in caplog.text

    def test_leave_nothing_claimed(self, rocketchat: StandIn, alice: User, sign_in: SignIn) -> None:
        request = sign_in(alice)
        rocketchat.fail_with(500)
        self.refused(request)
        rocketchat.fail_with(None)

        assert is_live(rocketchat, token_for(request))


class TestClaims:
    def test_of_a_twin_that_takes_too_long_are_not_waited_for_for_ever(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, fake_clock: FakeClock
    ) -> None:
        request = sign_in(alice)
        store.claim_new(session_name(request.session), 0, provisioning.account_for(alice))
        before = fake_clock.time()

        assert is_live(rocketchat, token_for(request))
        assert 7 < fake_clock.time() - before < 8

    def test_of_a_twin_that_got_nothing_are_refused_as_busy(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(store, "claim_new", lambda *args: None)

        with pytest.raises(LoginRefused) as caught:
            token_for(sign_in(alice))
        assert caught.value.reason == RefusalReason.BUSY

    def test_left_by_a_crash_run_out(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, fake_clock: FakeClock
    ) -> None:
        request = sign_in(alice)
        store.claim_new(session_name(request.session), 0, provisioning.account_for(alice))
        fake_clock.advance(120)

        assert is_live(rocketchat, token_for(request))

    def test_of_a_check_do_not_pass_for_a_fresh_token(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, fake_clock: FakeClock
    ) -> None:
        request = sign_in(alice)
        first = token_for(request)
        owned = store.newest(session_name(request.session))
        assert owned is not None
        store.claim_check(owned)

        assert token_for(request, fresh=True) != first

    def test_of_a_check_are_waited_for(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        request = sign_in(alice)
        first = token_for(request)
        fake_clock.advance(61)
        monkeypatch.setattr(store, "claim_check", lambda owned: False)

        assert token_for(request) == first

    def test_are_released_where_asking_fails_beyond_reason(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        request = sign_in(alice)
        first = token_for(request)
        fake_clock.advance(61)

        def fails(self: Source, login: ChatLogin) -> bool:
            raise RuntimeError

        with monkeypatch.context() as patched:
            patched.setattr(Source, "is_alive", fails)
            with pytest.raises(RuntimeError):
                token_for(request)

        assert token_for(request) == first

    def test_of_an_account_that_a_twin_made_first_are_left_to_it(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class TwinFirst:
            def db_for_write(self, model: object) -> str:
                monkeypatch.undo()
                provisioning.account_for(alice)
                return "default"

        monkeypatch.setattr(claims, "router", TwinFirst())

        assert is_live(rocketchat, token_for(sign_in(alice)))
        assert rocketchat.calls.count(CREATE_USER) == 1


def test_asking_after_a_token_while_chat_is_down_tells_nothing(
    rocketchat: StandIn, alice: User, sign_in: SignIn
) -> None:
    login = token_for(sign_in(alice))
    rocketchat.fail_with(500)

    assert Source().is_alive(login) is None


def test_a_source_must_say_how_it_issues() -> None:
    with pytest.raises(NotImplementedError):
        Source().issue(Account(), rest.Secret(""))


def test_a_sites_own_source_is_used(rocketchat: StandIn, alice: User, sign_in: SignIn, settings: Settings) -> None:
    settings.ROCKETCHAT_LOGIN_SOURCE = "tests.login.own_source.OwnSource"

    assert token_for(sign_in(alice)).token == "a token of the site's own"


def test_a_login_token_shows_no_token(rocketchat: StandIn, alice: User, sign_in: SignIn) -> None:
    login = token_for(sign_in(alice))
    row = LoginToken.objects.get()

    assert login.token not in repr(login)
    assert str(row) == f"{row.account_id}/0"


class TestAccountsThatAreGone:
    def test_are_set_up_anew(self, rocketchat: StandIn, alice: User, sign_in: SignIn) -> None:
        first = token_for(sign_in(alice))
        delete(rocketchat, "alice")

        second = token_for(sign_in(alice))

        assert second.user_id != first.user_id
        assert is_live(rocketchat, second)

    def test_are_noticed_when_a_fresh_token_is_asked_for(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn
    ) -> None:
        request = sign_in(alice)
        first = token_for(request)
        delete(rocketchat, "alice")

        assert token_for(request, fresh=True).user_id != first.user_id


@pytest.mark.django_db(transaction=True)
class TestConcurrentCalls:
    def test_fifty_of_one_session_have_one_token_issued(
        self, rocketchat_in_real_time: StandIn, alice: User, sign_in: SignIn, rf: RequestFactory
    ) -> None:
        request = sign_in(alice)

        logins = together([again(rf, request) for _ in range(50)])

        assert len(set(logins)) == 1
        assert rocketchat_in_real_time.calls.count(CREATE_TOKEN) == 1
        assert rocketchat_in_real_time.calls.count(CREATE_USER) == 1

    def test_two_sessions_of_one_user_hold_two(
        self, rocketchat_in_real_time: StandIn, alice: User, sign_in: SignIn
    ) -> None:
        logins = together([sign_in(alice), sign_in(alice)])

        assert len(set(logins)) == 2
        assert Account.objects.count() == 1

    def test_ask_after_an_old_token_once(
        self, rocketchat_in_real_time: StandIn, alice: User, sign_in: SignIn, rf: RequestFactory
    ) -> None:
        request = sign_in(alice)
        first = token_for(request)
        LoginToken.objects.update(checked_at=service.now() - timedelta(minutes=2))
        rocketchat_in_real_time.reset_calls()

        logins = together([again(rf, request) for _ in range(20)])

        assert set(logins) == {first}
        assert rocketchat_in_real_time.calls == [ME]
