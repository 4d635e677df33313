"""Sessions that end though nobody signs out of them, and the chat logins that they leave."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import cast

import pytest
from django.contrib.auth import get_user_model, update_session_auth_hash
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from rocketchat_auth.login import ChatLogin, one_time, store, sweeping, token_for, traces, transitions
from rocketchat_auth.login.identity import existing_session_name, name_of_key
from rocketchat_auth.login.living import SessionsUnknown, living
from rocketchat_auth.login.overdue import Revoked
from rocketchat_auth.login.sweeping import Looked, end_logins, sweep
from rocketchat_auth.login.traces import NO_TRACE, Trace
from rocketchat_auth.models import Account, LoginToken, OneTimeCode
from rocketchat_auth.rest import service
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.login.conftest import Committing, SignIn, again, new_session
from tests.login.engines import COOKIES, SERVED, UseEngine, use_engine

__all__ = ["use_engine"]

pytestmark = pytest.mark.django_db

CHAT = {"Origin": "https://chat.example.com"}
TWO_WEEKS = 14 * 24 * 3600

NOTHING_OVER = (Looked(1, 0), Revoked(0, 0))
ONE_OVER = (Looked(1, 1), Revoked(1, 0))


@pytest.fixture
def fake_clock() -> FakeClock:
    """It begins now, since Django's sessions go by the clock on the wall."""
    return FakeClock(time.time())


@pytest.fixture(params=SERVED)
def served(request: pytest.FixtureRequest, use_engine: UseEngine) -> str:
    """Each engine that keeps sessions on the server."""
    use_engine(request.param)
    return str(request.param)


@pytest.fixture(params=[*SERVED, COOKIES])
def engine(request: pytest.FixtureRequest, use_engine: UseEngine) -> str:
    """Each engine."""
    use_engine(request.param)
    return str(request.param)


@pytest.fixture
def key(rocketchat: StandIn, alice: User, client: Client) -> str:
    """The key of a session of Alice's that has been let into chat."""
    client.force_login(alice)
    assert client.post("/rocketchat/api", headers=CHAT).status_code == 200
    return client.cookies["sessionid"].value


def logins(rocketchat: StandIn) -> int:
    """How many logins Alice has in chat."""
    return len(rocketchat.user("alice")["services"]["resume"]["loginTokens"])


def expire(key: str) -> None:
    """Let the session run out in its engine."""
    session = new_session(key)
    session.set_expiry(-1)
    session.save()


@pytest.mark.usefixtures("engine")
def test_a_session_that_lives_keeps_its_chat_login(rocketchat: StandIn, key: str) -> None:
    rocketchat.reset_calls()

    assert sweep() == NOTHING_OVER
    assert (logins(rocketchat), rocketchat.calls) == (1, [])


@pytest.mark.usefixtures("served")
class TestSessionsOnTheServer:
    def test_that_run_out(self, rocketchat: StandIn, key: str, fake_clock: FakeClock) -> None:
        expire(key)
        fake_clock.advance(TWO_WEEKS)

        assert sweep() == ONE_OVER
        assert (logins(rocketchat), LoginToken.objects.count()) == (0, 0)

    def test_that_are_flushed_without_a_sign_out(self, rocketchat: StandIn, key: str) -> None:
        new_session(key).flush()

        assert sweep() == ONE_OVER
        assert logins(rocketchat) == 0

    def test_that_clearsessions_clears(self, rocketchat: StandIn, key: str) -> None:
        expire(key)
        call_command("clearsessions")

        assert sweep() == ONE_OVER
        assert logins(rocketchat) == 0

    def test_that_go_on_beyond_the_time_that_was_seen(
        self, rocketchat: StandIn, key: str, fake_clock: FakeClock
    ) -> None:
        fake_clock.advance(3 * TWO_WEEKS)

        assert sweep() == NOTHING_OVER
        assert logins(rocketchat) == 1

    def test_that_change_their_key_are_followed(
        self, rocketchat: StandIn, alice: User, key: str, client: Client, rf: RequestFactory
    ) -> None:
        request = rf.get("/")
        request.session, request.user = new_session(key), alice
        request.session.cycle_key()
        transitions.session_key_changed(request, key, request.session.session_key)

        assert sweep() == NOTHING_OVER
        assert LoginToken.objects.get().session == name_of_key(str(request.session.session_key))


@pytest.mark.parametrize("served", ["db", "cached_db"], indirect=True)
def test_rows_of_sessions_that_are_deleted(served: str, rocketchat: StandIn, key: str) -> None:
    Session.objects.all().delete()
    if served == "cached_db":  # Django lets its user in as long as the cache has it
        assert sweep() == NOTHING_OVER
        caches["sessions"].clear()

    assert sweep() == ONE_OVER
    assert logins(rocketchat) == 0


class TestSignedCookies:
    @pytest.fixture(autouse=True)
    def _cookies(self, use_engine: UseEngine) -> None:
        use_engine(COOKIES)

    def test_end_when_the_cookie_does(self, rocketchat: StandIn, key: str, fake_clock: FakeClock) -> None:
        fake_clock.advance(TWO_WEEKS - 60)
        assert sweep() == NOTHING_OVER

        fake_clock.advance(120)
        assert sweep() == ONE_OVER
        assert logins(rocketchat) == 0

    def test_end_with_a_cookie_that_was_signed_long_before_it_was_seen_last(
        self, rocketchat: StandIn, key: str
    ) -> None:
        LoginToken.objects.update(expires_at=service.now())

        assert sweep() == ONE_OVER

    def test_go_on_where_they_are_seen_again(
        self, rocketchat: StandIn, key: str, client: Client, fake_clock: FakeClock, settings: Settings
    ) -> None:
        settings.SESSION_SAVE_EVERY_REQUEST = True
        fake_clock.advance(TWO_WEEKS - 60)
        client.post("/rocketchat/api", headers=CHAT)
        fake_clock.advance(120)

        assert sweep() == NOTHING_OVER

    def test_go_on_with_every_token_that_they_were_given(
        self, rocketchat: StandIn, key: str, client: Client, fake_clock: FakeClock, settings: Settings
    ) -> None:
        settings.SESSION_SAVE_EVERY_REQUEST = True
        fake_clock.advance(TWO_WEEKS - 60)
        client.post("/rocketchat/redirect")
        fake_clock.advance(120)

        assert sweep() == (Looked(2, 0), Revoked(0, 0))


class TestUsersWhoMayNotSignInAnyMore:
    """Whatever the engine: their sessions are there, and Django takes them no longer."""

    pytestmark = pytest.mark.usefixtures("engine")

    def test_one_who_is_not_active(self, rocketchat: StandIn, key: str) -> None:
        get_user_model().objects.update(is_active=False)

        assert sweep() == ONE_OVER
        assert logins(rocketchat) == 0

    def test_one_whose_password_was_changed_in_bulk(self, rocketchat: StandIn, key: str) -> None:
        get_user_model().objects.update(password=make_password("another"))

        assert sweep() == ONE_OVER
        assert logins(rocketchat) == 0

    def test_one_who_was_deleted_and_whose_account_the_site_leaves_alone(
        self, rocketchat: StandIn, alice: User, key: str, committing: Committing, settings: Settings
    ) -> None:
        settings.ROCKETCHAT_ON_DELETE = "nothing"
        with committing():
            alice.delete()
        assert logins(rocketchat) == 1

        assert sweep() == ONE_OVER
        assert logins(rocketchat) == 0


class TestWhatIsFollowedAlready:
    """The signals of these have ended the chat logins, and there is nothing left to do."""

    @pytest.fixture(autouse=True)
    def _nothing_is_left(self, engine: str, rocketchat: StandIn, key: str) -> Iterator[None]:
        yield
        rocketchat.reset_calls()
        assert sweep() == (Looked(0, 0), Revoked(0, 0))
        assert rocketchat.calls == []

    def test_a_password_that_is_changed_in_code(
        self, rocketchat: StandIn, alice: User, key: str, committing: Committing
    ) -> None:
        with committing():
            alice.set_password("another")
            alice.save()

        assert logins(rocketchat) == 0

    def test_is_active_off(self, rocketchat: StandIn, alice: User, key: str, committing: Committing) -> None:
        with committing():
            alice.is_active = False
            alice.save()

        assert logins(rocketchat) == 0

    def test_a_user_who_is_deleted(self, rocketchat: StandIn, alice: User, key: str, committing: Committing) -> None:
        with committing():
            alice.delete()

        assert logins(rocketchat) == 0


@pytest.mark.usefixtures("key")
def test_a_password_that_another_session_changes_while_chat_is_down(
    rocketchat: StandIn, alice: User, sign_in: SignIn, committing: Committing, fake_clock: FakeClock
) -> None:
    elsewhere = sign_in(alice)
    rocketchat.fail_with(503)
    with committing():
        alice.set_password("another")
        alice.save()
        update_session_auth_hash(elsewhere, alice)
    rocketchat.fail_with(None)
    fake_clock.advance(60)

    assert sweep() == ONE_OVER
    assert logins(rocketchat) == 0


class TestPasswords:
    def test_a_session_that_changed_its_own_goes_on(
        self, rocketchat: StandIn, alice: User, key: str, client: Client, rf: RequestFactory
    ) -> None:
        request = rf.post("/")
        request.session, request.user = new_session(key), alice
        alice.password = make_password("another")
        get_user_model().objects.update(password=alice.password)
        update_session_auth_hash(request, alice)
        request.session.save()
        transitions.session_key_changed(request, key, request.session.session_key)

        assert sweep() == NOTHING_OVER

    def test_the_keys_before_are_good_as_long_as_django_takes_them(
        self, rocketchat: StandIn, key: str, settings: Settings
    ) -> None:
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another"
        assert sweep() == NOTHING_OVER

        settings.SECRET_KEY_FALLBACKS = []
        assert sweep()[0] == Looked(1, 1)


class TestInactiveUsers:
    def test_keep_it_where_the_site_lets_them_sign_in(self, rocketchat: StandIn, key: str, settings: Settings) -> None:
        settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.AllowAllUsersModelBackend"]
        get_user_model().objects.update(is_active=False)

        assert sweep() == NOTHING_OVER

    def test_lose_it_where_nothing_says_so(self, rocketchat: StandIn, key: str, settings: Settings) -> None:
        settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.BaseBackend"]
        get_user_model().objects.update(is_active=False)

        assert sweep() == ONE_OVER


class TestRowsFromBeforeThereWasAKeyInThem:
    @pytest.fixture(autouse=True)
    def _before(self, key: str) -> None:
        LoginToken.objects.update(**NO_TRACE.columns)

    def test_end_when_a_session_would_that_was_not_seen_since(self, rocketchat: StandIn, fake_clock: FakeClock) -> None:
        fake_clock.advance(TWO_WEEKS - 60)
        assert sweep() == NOTHING_OVER

        fake_clock.advance(60)
        assert sweep() == ONE_OVER
        assert logins(rocketchat) == 0

    def test_get_one_when_the_session_is_seen_again(
        self, rocketchat: StandIn, key: str, client: Client, fake_clock: FakeClock
    ) -> None:
        fake_clock.advance(120)
        client.post("/rocketchat/api", headers=CHAT)
        new_session(key).flush()

        assert sweep() == ONE_OVER


class TestRowsOfPhones:
    @pytest.fixture(autouse=True)
    def _phone(self, key: str) -> None:
        LoginToken.objects.update(session="app:a-phone", **NO_TRACE.columns)

    def test_do_not_run_out(self, rocketchat: StandIn, fake_clock: FakeClock) -> None:
        fake_clock.advance(5 * TWO_WEEKS)

        assert sweep() == NOTHING_OVER

    def test_end_with_their_user(self, rocketchat: StandIn) -> None:
        get_user_model().objects.update(is_active=False)

        assert sweep() == ONE_OVER

    def test_end_with_the_password_that_they_are_marked_by(self, rocketchat: StandIn) -> None:
        LoginToken.objects.update(password_mark="of another password")

        assert sweep() == ONE_OVER


class TestWhereChatLoginsOutliveSessions:
    """ROCKETCHAT_LOGOUT = "none"."""

    @pytest.fixture(autouse=True)
    def _none(self, settings: Settings) -> None:
        settings.ROCKETCHAT_LOGOUT = "none"

    def test_they_stay_when_the_session_is_gone(self, rocketchat: StandIn, key: str) -> None:
        new_session(key).flush()

        assert sweep() == NOTHING_OVER

    def test_they_end_when_the_user_is(self, rocketchat: StandIn, key: str) -> None:
        get_user_model().objects.update(is_active=False)

        assert sweep() == ONE_OVER


class TestSweeping:
    def test_ends_the_codes_of_the_session_too(self, rocketchat: StandIn, alice: User, key: str) -> None:
        of_another = name_of_key("the-key-of-another-session")
        for session in cast("str", name_of_key(key)), cast("str", of_another):
            one_time.issue(OneTimeCode.Purpose.APP, alice, session, timedelta(minutes=5))
        new_session(key).flush()

        sweep()

        assert [code.session for code in OneTimeCode.objects.all()] == [of_another]

    def test_only_counts_where_it_is_to_be_dry(self, rocketchat: StandIn, key: str) -> None:
        new_session(key).flush()

        assert end_logins(dry_run=True) == Looked(1, 1)
        assert LoginToken.objects.get().ended_at is None

    def test_twice_does_no_more_than_once(self, rocketchat: StandIn, key: str) -> None:
        new_session(key).flush()
        end_logins()
        ended_at = LoginToken.objects.get().ended_at

        assert end_logins() == Looked(0, 0)
        assert LoginToken.objects.get().ended_at == ended_at

    def test_ends_every_token_of_the_session(self, rocketchat: StandIn, key: str) -> None:
        row = LoginToken.objects.get()
        login = cast("ChatLogin", store.login_of(row))
        store.add(row.session, 1, row.account, login, Trace(bytes(row.sealed_key)))
        new_session(key).flush()

        assert end_logins() == Looked(2, 2)

    def test_spares_a_row_that_follows_its_session_meanwhile(
        self, rocketchat: StandIn, key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        new_session(key).flush()

        def moving_meanwhile(overdue: dict[str, bool]) -> set[str]:
            LoginToken.objects.update(session="another")
            return living(overdue)

        monkeypatch.setattr(sweeping, "living", moving_meanwhile)

        assert end_logins() == Looked(1, 0)
        assert LoginToken.objects.get().ended_at is None

    def test_ends_nothing_where_the_engine_cannot_tell(
        self, rocketchat: StandIn, key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unknown(overdue: dict[str, bool]) -> set[str]:
            raise SessionsUnknown("nobody knows")

        new_session(key).flush()
        monkeypatch.setattr(sweeping, "living", unknown)

        with pytest.raises(SessionsUnknown):
            sweep()

        assert logins(rocketchat) == 1


Grants = Callable[[int], None]


@pytest.fixture
def grants(rocketchat: StandIn, db: None) -> Grants:
    """Makes chat logins of so many people, each with a session that lives."""

    def make(count: int) -> None:
        users = User.objects.bulk_create(User(username=f"user{number}", password="!") for number in range(count))
        accounts = Account.objects.bulk_create(Account(user=user, rocketchat_id=user.username) for user in users)
        Session.objects.bulk_create(
            Session(session_key=f"key-of-{account.rocketchat_id}", expire_date=timezone.now() + timedelta(days=1))
            for account in accounts
        )
        LoginToken.objects.bulk_create(
            LoginToken(
                session=f"session-of-{account.rocketchat_id}",
                account=account,
                sealed_key=traces.sealed(f"key-of-{account.rocketchat_id}"),
                checked_at=service.now(),
                expires_at=service.now() - timedelta(days=1),
            )
            for account in accounts
        )

    return make


class TestCost:
    @pytest.mark.parametrize("chunks", [1, 2, 5])
    def test_is_three_queries_for_each_chunk_and_no_call_where_nothing_is_over(
        self, rocketchat: StandIn, grants: Grants, monkeypatch: pytest.MonkeyPatch, chunks: int
    ) -> None:
        monkeypatch.setattr(sweeping, "_CHUNK", 20)
        grants(20 * chunks)

        with CaptureQueriesContext(connection) as queries:
            assert end_logins() == Looked(20 * chunks, 0)

        assert len(queries) == 3 * chunks + 1
        assert {query["sql"].split()[0] for query in queries} == {"SELECT"}
        assert rocketchat.calls == []

    def test_tells_how_far_it_has_come(self, grants: Grants, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sweeping, "_CHUNK", 20)
        grants(50)
        told: list[int] = []

        end_logins(on_progress=told.append)

        assert told == [20, 40, 50]

    def test_is_two_writes_for_each_chunk_in_which_some_are_over(
        self, grants: Grants, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sweeping, "_CHUNK", 20)
        grants(60)
        over = [f"key-of-user{number}" for number in (0, 1, 59)]
        Session.objects.filter(session_key__in=over).delete()

        with CaptureQueriesContext(connection) as queries:
            assert end_logins() == Looked(60, 3)

        written = [query["sql"].split()[0] for query in queries if not query["sql"].startswith("SELECT")]
        assert written == ["UPDATE", "DELETE"] * 2


def test_asking_again_within_a_minute_takes_no_query_more_than_before(
    rocketchat: StandIn, alice: User, sign_in: SignIn, rf: RequestFactory
) -> None:
    request = sign_in(alice)
    token_for(request)
    assert existing_session_name(request.session)
    following = again(rf, request)

    with CaptureQueriesContext(connection) as queries:
        token_for(following)

    assert len(queries) == 1
