import logging
from collections.abc import Callable
from contextvars import copy_context
from io import StringIO

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import alogout, login, logout
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core.management import CommandError, call_command
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django import Settings

from rocketchat_auth import rest, signals
from rocketchat_auth.login import LoginRefused, session_key_changed, store, token_for
from rocketchat_auth.login.ending import end_session
from rocketchat_auth.login.former import COOKIE
from rocketchat_auth.login.identity import session_name
from rocketchat_auth.login.sources.create_token import CreateTokenSource
from rocketchat_auth.models import Account, LoginToken
from rocketchat_auth.rest import service
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.chat import LOGOUT, LOGOUT_EVERYWHERE, is_live
from tests.login.conftest import Committing, SignIn, again, new_session
from tests.signal_log import received

CHAT = {"Origin": "https://chat.example.com"}


class TestSigningOut:
    def test_ends_the_chat_login_of_that_session_alone(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, committing: Committing
    ) -> None:
        leaving, staying = sign_in(alice), sign_in(alice)
        left, stays = token_for(leaving), token_for(staying)

        with committing():
            logout(leaving)

        assert not is_live(rocketchat, left)
        assert is_live(rocketchat, stays)
        assert LoginToken.objects.count() == 1

    def test_ends_every_token_that_the_session_had(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, committing: Committing
    ) -> None:
        request = sign_in(alice)
        tokens = [token_for(request), token_for(request, fresh=True)]

        with committing():
            logout(request)

        assert [is_live(rocketchat, token) for token in tokens] == [False, False]

    def test_works_for_async_code(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, committing: Committing
    ) -> None:
        request = sign_in(alice)
        token = token_for(request)

        async def auser() -> User:
            return alice

        request.auser = auser
        with committing():
            async_to_sync(alogout)(request)

        assert not is_live(rocketchat, token)

    def test_everywhere_ends_all_logins_of_the_account(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, committing: Committing, settings: Settings
    ) -> None:
        settings.ROCKETCHAT_LOGOUT = "everywhere"
        leaving, elsewhere = sign_in(alice), sign_in(alice)
        tokens = [token_for(leaving), token_for(elsewhere)]
        rocketchat.reset_calls()

        with committing():
            logout(leaving)

        assert [is_live(rocketchat, token) for token in tokens] == [False, False]
        assert rocketchat.calls == [LOGOUT_EVERYWHERE]

    def test_everywhere_spares_the_tokens_of_the_service_account(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, committing: Committing, settings: Settings
    ) -> None:
        settings.ROCKETCHAT_LOGOUT = "everywhere"
        request = sign_in(alice)
        token_for(request)
        Account.objects.update(rocketchat_id=rocketchat.admin.user_id)
        rocketchat.reset_calls()

        with committing():
            logout(request)

        assert rocketchat.calls == [LOGOUT]

    def test_none_leaves_chat_signed_in(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, committing: Committing, settings: Settings
    ) -> None:
        settings.ROCKETCHAT_LOGOUT = "none"
        request = sign_in(alice)
        token = token_for(request)

        with committing():
            logout(request)

        assert is_live(rocketchat, token)

    def test_without_a_chat_login_makes_no_call(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, committing: Committing
    ) -> None:
        with committing():
            logout(sign_in(alice))

        assert rocketchat.calls == []

    def test_tells_the_signal(self, rocketchat: StandIn, alice: User, sign_in: SignIn, committing: Committing) -> None:
        request = sign_in(alice)
        token_for(request)

        with received(signals.logged_out) as log, committing():
            logout(request)

        assert [(sent["user"], sent["account"].username, sent["revoked"]) for sent in log] == [(alice, "alice", True)]

    def test_of_somebody_without_a_session_key_is_nothing(self, rf: RequestFactory, db: None) -> None:
        request = rf.post("/logout/")
        request.session = new_session()

        logout(request)

        assert LoginToken.objects.count() == 0


@pytest.fixture
def come_and_go(alice: User, sign_in: SignIn, committing: Committing) -> Callable[[], None]:
    """A session of Alice's, from sign-in by way of chat to sign-out."""

    def session() -> None:
        request = sign_in(alice)
        token_for(request)
        with committing():
            logout(request)

    return session


class TestWhileChatIsDown:
    @pytest.fixture
    def left(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, committing: Committing
    ) -> tuple[HttpRequest, object]:
        request = sign_in(alice)
        token = token_for(request)
        rocketchat.fail_with("timeout")
        with committing():
            logout(request)
        return request, token

    def test_signing_out_goes_on_and_the_token_is_kept_for_later(
        self, left: tuple[HttpRequest, object], caplog: pytest.LogCaptureFixture
    ) -> None:
        assert left[0].session.is_empty()
        assert LoginToken.objects.exclude(ended_at=None).count() == 1
        assert "sweep" in caplog.get_records("setup")[-1].getMessage()

    def test_signing_out_waits_for_one_call_however_many_tokens_are_to_end(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, committing: Committing
    ) -> None:
        request, former = sign_in(alice), sign_in(alice)
        token_for(former)
        for _generation in range(3):
            token_for(request, fresh=True)
        rocketchat.fail_with("timeout")
        with committing():
            logout(former)
        rocketchat.reset_calls()

        with committing():
            logout(request)

        assert rocketchat.calls == [LOGOUT]
        assert LoginToken.objects.exclude(ended_at=None).count() == 4

    def test_making_up_for_earlier_ones_waits_for_one_call_too(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, committing: Committing, fake_clock: FakeClock
    ) -> None:
        requests = [sign_in(alice) for _ in range(3)]
        for request in requests:
            token_for(request)
        rocketchat.fail_with("timeout")
        for request in requests[:2]:
            with committing():
                logout(request)
        fake_clock.advance(60)
        rocketchat.fail_with(None)
        rocketchat.reset_calls()

        def fail_from_now_on(**kwargs: object) -> None:
            rocketchat.fail_with("timeout")

        signals.logged_out.connect(fail_from_now_on)
        try:
            with committing():
                logout(requests[2])
        finally:
            signals.logged_out.disconnect(fail_from_now_on)

        assert rocketchat.calls == [LOGOUT, LOGOUT]
        assert LoginToken.objects.exclude(ended_at=None).count() == 2

    def test_sweep_says_what_is_left(self, left: tuple[HttpRequest, object]) -> None:
        with pytest.raises(CommandError, match="1 is left"):
            call_command("rocketchat", "sweep", stdout=StringIO())

    def test_sweep_ends_it_once_chat_is_back(
        self, left: tuple[HttpRequest, object], rocketchat: StandIn, fake_clock: FakeClock
    ) -> None:
        rocketchat.fail_with(None)
        fake_clock.advance(60)
        said = StringIO()

        call_command("rocketchat", "sweep", stdout=said)

        assert said.getvalue().splitlines()[-1] == "Ended 1 chat login."
        assert LoginToken.objects.count() == 0
        assert LOGOUT in rocketchat.calls

    @pytest.mark.usefixtures("left")
    def test_a_later_sign_out_makes_up_for_it(
        self, rocketchat: StandIn, come_and_go: Callable[[], None], fake_clock: FakeClock
    ) -> None:
        rocketchat.fail_with(None)
        fake_clock.advance(60)

        come_and_go()

        assert LoginToken.objects.count() == 0
        assert rocketchat.user("alice")["services"]["resume"]["loginTokens"] == []

    @pytest.mark.usefixtures("left")
    def test_a_later_sign_out_that_can_end_no_more_than_its_own_says_nothing_of_the_rest(
        self,
        rocketchat: StandIn,
        come_and_go: Callable[[], None],
        fake_clock: FakeClock,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        rocketchat.fail_with(None)
        fake_clock.advance(60)
        rocketchat.add_user("eve")
        for login_of_eve in [rocketchat.log_in("eve") for _ in range(9)]:
            rest.users.logout(service.client(), rest.Credentials(login_of_eve.user_id, login_of_eve.auth_token))
        caplog.clear()

        come_and_go()

        assert LoginToken.objects.exclude(ended_at=None).count() == 1
        assert caplog.messages == []

    @pytest.mark.usefixtures("left")
    def test_a_later_sign_out_leaves_a_sweep_what_it_is_at(
        self, rocketchat: StandIn, come_and_go: Callable[[], None], fake_clock: FakeClock
    ) -> None:
        rocketchat.fail_with(None)
        fake_clock.advance(60)
        LoginToken.objects.update(claimed_at=service.now())

        come_and_go()

        assert LoginToken.objects.exclude(ended_at=None).count() == 1

    def test_all_logins_end_later_where_all_were_to_end(
        self, rocketchat: StandIn, come_and_go: Callable[[], None], settings: Settings, fake_clock: FakeClock
    ) -> None:
        come_and_go()
        elsewhere = rocketchat.log_in("alice")
        settings.ROCKETCHAT_LOGOUT = "everywhere"
        rocketchat.fail_with(500, path="/api/v1/users.logout")
        come_and_go()
        rocketchat.fail_with(None)
        fake_clock.advance(60)

        call_command("rocketchat", "sweep", stdout=StringIO())

        assert not rocketchat.is_alive(elsewhere)

    def test_sweep_keeps_to_its_limit(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, committing: Committing, fake_clock: FakeClock
    ) -> None:
        requests = [sign_in(alice) for _ in range(3)]
        for request in requests:
            token_for(request)
        rocketchat.fail_with(500)
        for request in requests:
            with committing():
                logout(request)
        rocketchat.fail_with(None)
        fake_clock.advance(60)

        said = StringIO()
        call_command("rocketchat", "sweep", "--limit", "2", stdout=said)

        assert said.getvalue().splitlines()[-2:] == ["Ended 2 chat logins.", "1 is left for the next run."]
        assert LoginToken.objects.count() == 1


def test_a_token_that_no_key_opens_is_forgotten(
    rocketchat: StandIn, alice: User, sign_in: SignIn, committing: Committing, settings: Settings
) -> None:
    request = sign_in(alice)
    token_for(request)
    settings.SECRET_KEY = "another"

    with committing():
        end_session(session_name(request.session))

    assert LoginToken.objects.count() == 0
    assert LOGOUT not in rocketchat.calls


def test_signals_without_a_request_are_nothing(alice: User) -> None:
    user_logged_in.send(sender=User, request=None, user=alice)
    user_logged_out.send(sender=User, request=None, user=alice)


def test_a_receiver_that_fails_is_logged_and_signing_out_goes_on(
    alice: User, sign_in: SignIn, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ROCKETCHAT_LOGOUT = "no such thing"
    request = sign_in(alice)

    with caplog.at_level(logging.ERROR, "rocketchat_auth.login"):
        logout(request)

    assert request.session.is_empty()
    assert "the site's own went on" in caplog.text


class TestSessionsThatEndWhileATokenIsIssued:
    def test_give_no_token(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, rf: RequestFactory, committing: Committing
    ) -> None:
        request = sign_in(alice)
        same = again(rf, request)
        request.session.flush()

        with committing(), pytest.raises(LoginRefused):
            token_for(same)

        assert LoginToken.objects.count() == 0

    def test_are_noticed_while_rocket_chat_is_asked(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        request = sign_in(alice)
        issue = CreateTokenSource.issue
        issued: list[rest.Secret] = []

        def ending_meanwhile(self: CreateTokenSource, account: Account, proposed: rest.Secret) -> rest.Secret:
            secret = issue(self, account, proposed)
            issued.append(secret)
            store.end(session_name(request.session))
            return secret

        monkeypatch.setattr(CreateTokenSource, "issue", ending_meanwhile)

        with pytest.raises(LoginRefused):
            token_for(request)

        entries = rocketchat.user("alice")["services"].get("resume", {}).get("loginTokens", [])
        assert len(issued) == 1
        assert entries == []


def ask_meanwhile(client: Client) -> int:
    """Ask the API as another worker would serve it: not as a part of the request that is under way."""
    return copy_context().run(client.post, "/rocketchat/api", headers=CHAT).status_code


class TestAChatThatAsksWhileItsSessionEnds:
    """Django sends user_logged_out before it flushes the session, and a chat whose login ends asks again at once."""

    @pytest.fixture
    def twin(self, rocketchat: StandIn, alice: User, client: Client) -> Client:
        client.force_login(alice)
        client.post("/rocketchat/api", headers=CHAT)
        twin = Client()
        twin.cookies["sessionid"] = client.cookies["sessionid"].value
        return twin

    @pytest.mark.django_db(transaction=True)
    def test_is_not_let_in_again(
        self, rocketchat: StandIn, client: Client, twin: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        end_login = rest.users.logout
        answers: list[int] = []

        def asks_at_once(chat: rest.Client, credentials: rest.Credentials) -> None:
            end_login(chat, credentials)
            answers.append(ask_meanwhile(twin))

        monkeypatch.setattr(rest.users, "logout", asks_at_once)
        client.post("/logout/")

        assert answers == [401]
        assert rocketchat.user("alice")["services"]["resume"]["loginTokens"] == []

    @pytest.fixture
    def no_middleware(self, settings: Settings) -> None:
        settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "RocketChat" not in name]

    @pytest.mark.usefixtures("no_middleware")
    @pytest.mark.django_db(transaction=True)
    def test_keeps_nothing_that_it_still_got_on_a_site_without_the_middleware(
        self, rocketchat: StandIn, client: Client, twin: Client
    ) -> None:
        answers: list[int] = []

        def ask(**kwargs: object) -> None:
            answers.append(ask_meanwhile(twin))

        user_logged_out.connect(ask)
        try:
            client.post("/logout/")
        finally:
            user_logged_out.disconnect(ask)

        assert answers == [200]
        assert rocketchat.user("alice")["services"]["resume"]["loginTokens"] == []
        assert LoginToken.objects.count() == 0


class TestAnotherUserInTheSameBrowser:
    def test_never_meets_the_formers_chat(
        self, rocketchat: StandIn, alice: User, bob: User, sign_in: SignIn, committing: Committing
    ) -> None:
        request = sign_in(alice)
        of_alice = token_for(request)

        with committing():
            login(request, bob, backend="django.contrib.auth.backends.ModelBackend")

        assert not is_live(rocketchat, of_alice)
        assert token_for(request).user_id == rocketchat.user("bob")["_id"]

    @pytest.mark.usefixtures("alice", "bob")
    def test_not_even_with_logout_none(
        self, rocketchat: StandIn, client: Client, committing: Committing, settings: Settings
    ) -> None:
        settings.ROCKETCHAT_LOGOUT = "none"
        headers = {"Origin": "https://chat.example.com"}
        client.login(username="alice", password="secret")
        client.post("/rocketchat/api", headers=headers)
        of_alice = rocketchat.user("alice")
        with committing():
            client.post("/logout/")
        assert rocketchat.user("alice") == of_alice

        with committing():
            client.post("/login/", {"username": "bob", "password": "secret"})

        assert rocketchat.user("alice")["services"]["resume"]["loginTokens"] == []

    @pytest.mark.usefixtures("alice", "bob")
    @pytest.mark.parametrize("address", ["/rocketchat/api", "/rocketchat/redirect"])
    def test_not_even_after_a_session_that_ran_out_in_the_browser(
        self, rocketchat: StandIn, client: Client, committing: Committing, address: str
    ) -> None:
        client.login(username="alice", password="secret")
        client.get(address, headers=CHAT)
        assert len(rocketchat.user("alice")["services"]["resume"]["loginTokens"]) == 1
        del client.cookies["sessionid"]

        with committing():
            client.post("/login/", {"username": "bob", "password": "secret"})

        assert rocketchat.user("alice")["services"]["resume"]["loginTokens"] == []

    def test_is_looked_for_by_a_cookie_that_is_set_once(self, rocketchat: StandIn, alice: User, client: Client) -> None:
        client.force_login(alice)

        set_cookies = [COOKIE in client.post("/rocketchat/api", headers=CHAT).cookies for _ in range(2)]

        assert set_cookies == [True, False]

    def test_while_the_same_user_goes_on_with_it(
        self, rocketchat: StandIn, alice: User, client: Client, committing: Committing, settings: Settings
    ) -> None:
        settings.ROCKETCHAT_LOGOUT = "none"
        headers = {"Origin": "https://chat.example.com"}
        client.login(username="alice", password="secret")
        first = client.post("/rocketchat/api", headers=headers).json()
        with committing():
            client.post("/logout/")
            client.post("/login/", {"username": "alice", "password": "secret"})

        assert client.post("/rocketchat/api", headers=headers).json() == first


class TestAChangedKey:
    def test_at_a_sign_in_without_a_chat_login_is_nothing(
        self, rocketchat: StandIn, alice: User, bob: User, client: Client
    ) -> None:
        client.force_login(alice)
        client.post("/login/", {"username": "bob", "password": "secret"})

        assert rocketchat.calls == []

    def test_of_a_session_without_a_chat_login_is_nothing(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn
    ) -> None:
        request = sign_in(alice)

        assert session_key_changed(request, "an-old-key", request.session.session_key) is None
        assert LoginToken.objects.count() == 0

    def test_to_itself_keeps_the_chat_login(self, rocketchat: StandIn, alice: User, sign_in: SignIn) -> None:
        request = sign_in(alice)
        first = token_for(request)
        key = str(request.session.session_key)

        session_key_changed(request, key, key)

        assert token_for(request) == first

    def test_to_a_session_with_a_chat_login_of_its_own_ends_the_former(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, committing: Committing
    ) -> None:
        former, latter = sign_in(alice), sign_in(alice)
        first, second = token_for(former), token_for(latter)

        with committing():
            session_key_changed(latter, str(former.session.session_key), latter.session.session_key)

        assert [is_live(rocketchat, first), is_live(rocketchat, second)] == [False, True]


class TestAChangedPassword:
    def test_keeps_the_chat_login_under_the_new_session_key(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn
    ) -> None:
        request = sign_in(alice)
        first = token_for(request)
        old_key = str(request.session.session_key)
        request.session.cycle_key()

        session_key_changed(request, old_key, request.session.session_key)

        assert token_for(request) == first

    def test_ends_logins_of_sessions_that_it_invalidates(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, committing: Committing
    ) -> None:
        request = sign_in(alice)
        first = token_for(request)
        old_key = str(request.session.session_key)
        request.session.flush()

        with committing():
            session_key_changed(request, old_key, None)

        assert not is_live(rocketchat, first)


class TestSignedCookieSessions:
    @pytest.fixture(autouse=True)
    def engine(self, settings: Settings) -> None:
        settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"

    def test_own_one_token_that_signing_out_ends(
        self, rocketchat: StandIn, alice: User, client: Client, committing: Committing
    ) -> None:
        headers = {"Origin": "https://chat.example.com"}
        client.force_login(alice)
        first = client.post("/rocketchat/api", headers=headers).json()

        assert client.post("/rocketchat/api", headers=headers).json() == first

        with committing():
            client.post("/logout/")
        assert rocketchat.user("alice")["services"]["resume"]["loginTokens"] == []

    def test_of_another_user_follow(
        self, rocketchat: StandIn, alice: User, bob: User, client: Client, committing: Committing
    ) -> None:
        headers = {"Origin": "https://chat.example.com"}
        client.force_login(alice)
        client.post("/rocketchat/api", headers=headers)

        with committing():
            client.post("/login/", {"username": "bob", "password": "secret"})

        assert rocketchat.user("alice")["services"]["resume"]["loginTokens"] == []
        assert client.post("/rocketchat/api", headers=headers).status_code == 200
