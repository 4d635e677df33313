import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from pytest_django import Settings

from rocketchat_auth import rest, signals
from rocketchat_auth.accounts.provisioning import account_for, check, forget, set_up_anew
from rocketchat_auth.accounts.refusals import RefusalReason, SignInRefused
from rocketchat_auth.adapter import Adapter
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.chat import CREATE_USER, LOGIN, delete, set_active, set_roles
from tests.signal_log import received


def refused(user: User) -> SignInRefused:
    with pytest.raises(SignInRefused) as caught:
        account_for(user)
    return caught.value


class TestCreating:
    def test_makes_an_account_with_the_users_data_in_the_default_channels(
        self, rocketchat: StandIn, alice: User
    ) -> None:
        account = account_for(alice)

        made = rocketchat.user("alice")
        assert (made["name"], made["emails"][0]["address"]) == ("Alice", "alice@example.com")
        assert made["active"] is True
        assert not made.get("requirePasswordChange")
        assert (account.rocketchat_id, account.created_here, account.is_linked) == (made["_id"], True, True)

    @pytest.mark.parametrize("verified", [True, False])
    def test_says_whether_the_address_is_known_to_be_theirs(
        self, rocketchat: StandIn, alice: User, monkeypatch: pytest.MonkeyPatch, verified: bool
    ) -> None:
        monkeypatch.setattr(Adapter, "email_is_verified", lambda self, user: verified)

        account_for(alice)

        assert rocketchat.user("alice")["emails"] == [{"address": "alice@example.com", "verified": verified}]

    @pytest.mark.parametrize("stand_in", ["6.5", "7.13", "8.4", "9.0"], indirect=True)
    def test_works_on_every_version(self, rocketchat: StandIn, alice: User) -> None:
        assert account_for(alice).is_linked

    def test_happens_once(self, rocketchat: StandIn, alice: User) -> None:
        assert account_for(alice) == account_for(alice)
        assert rocketchat.calls.count(CREATE_USER) == 1

    def test_tells_the_signal(self, rocketchat: StandIn, alice: User) -> None:
        with received(signals.account_created) as log:
            account_for(alice)

        assert [sent["user"] for sent in log] == [alice]

    def test_numbers_namesakes_of_the_site(self, rocketchat: StandIn, db: None) -> None:
        users = [
            get_user_model().objects.create_user(name, f"{n}@example.com") for n, name in enumerate(["a b", "a+b"])
        ]

        assert [account_for(user).username for user in users] == ["a.b", "a.b-2"]

    def test_goes_around_a_name_that_only_the_server_knows_to_be_blocked(
        self, rocketchat: StandIn, alice: User
    ) -> None:
        rocketchat.settings["Accounts_SystemBlockedUsernameList"] = "alice"

        assert account_for(alice).username == "alice-2"

    def test_goes_around_a_name_that_an_account_of_the_site_was_given_in_chat(
        self, rocketchat: StandIn, alice: User, bob: User
    ) -> None:
        account_for(bob)
        rocketchat.rename_user("bob", "alice")

        assert account_for(alice).username == "alice-2"

    def test_needs_an_address(self, rocketchat: StandIn, alice: User, settings: Settings) -> None:
        alice.email = ""

        assert refused(alice).reason == RefusalReason.NO_EMAIL

        settings.ROCKETCHAT_PLACEHOLDER_EMAIL_DOMAIN = "users.example.com"
        account_for(alice)
        assert rocketchat.user("alice")["emails"][0]["address"] == f"user-{alice.pk}@users.example.com"

    def test_says_what_data_the_workspace_does_not_take(self, rocketchat: StandIn, alice: User) -> None:
        alice.email = "not an address"

        assert refused(alice).reason == RefusalReason.CONFLICT

    def test_gives_up_where_no_spelling_fits(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.settings["UTF8_User_Names_Validation"] = "[0-9]{30}"

        assert refused(alice).reason == RefusalReason.CONFLICT


class TestAccountsThatWereThereBefore:
    @pytest.mark.parametrize("username", ["alice", "Alice", "ALICE"])
    def test_are_never_taken_over_by_name(self, rocketchat: StandIn, alice: User, username: str) -> None:
        rocketchat.add_user(username, email="somebody@else.example")

        assert refused(alice).reason == RefusalReason.CONFLICT
        account = Account.objects.get(user=alice)
        assert account.state == Account.State.CONFLICT
        assert account.rocketchat_id is None
        assert "alice" in account.reason

    def test_are_never_taken_over_by_address(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.add_user("somebody", email="alice@example.com")

        assert refused(alice).reason == RefusalReason.CONFLICT

    def test_are_tried_with_no_password_where_they_came_after_a_refusal(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.add_user("somebody", email="alice@example.com")
        refused(alice)
        rocketchat.add_user("alice", email="another@else.example")
        rocketchat.reset_calls()

        assert refused(alice).reason == RefusalReason.CONFLICT
        assert LOGIN not in rocketchat.calls

    def test_keep_a_site_user_admin_out_of_the_chats_admin(
        self, rocketchat: StandIn, db: None, settings: Settings
    ) -> None:
        admin = get_user_model().objects.create_superuser("admin", "root@example.com", "secret")

        for rule in "never", "username", "email":
            settings.ROCKETCHAT_LINK_EXISTING = rule
            try:
                account = account_for(admin)
            except SignInRefused:
                continue
            assert account.rocketchat_id != rocketchat.admin.user_id
        assert not Account.objects.filter(rocketchat_id=rocketchat.admin.user_id).exists()

    def test_are_free_again_once_the_conflict_is_mended(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.add_user("alice", email="somebody@else.example")
        refused(alice)
        delete(rocketchat, "alice")

        assert account_for(alice).is_linked
        assert Account.objects.get().reason == ""


class TestLinkingByRule:
    def test_by_address_needs_a_verified_one_on_both_sides(
        self, rocketchat: StandIn, alice: User, settings: Settings
    ) -> None:
        settings.ROCKETCHAT_LINK_EXISTING = "email"
        theirs = rocketchat.add_user("al", email="Alice@Example.com", verified=True)

        assert refused(alice).reason == RefusalReason.CONFLICT

        settings.ROCKETCHAT_ADAPTER = "tests.adapters.VerifiedEmail"
        with received(signals.account_linked) as log:
            account = account_for(alice)
        assert (account.rocketchat_id, account.created_here) == (theirs["_id"], False)
        assert [(sent["user"], sent["rule"]) for sent in log] == [(alice, "email")]

    def test_by_address_leaves_an_unverified_one_alone(
        self, rocketchat: StandIn, alice: User, settings: Settings
    ) -> None:
        settings.ROCKETCHAT_LINK_EXISTING = "email"
        settings.ROCKETCHAT_ADAPTER = "tests.adapters.VerifiedEmail"
        rocketchat.add_user("al", email="alice@example.com", verified=False)

        assert refused(alice).reason == RefusalReason.CONFLICT

    def test_by_username(self, rocketchat: StandIn, alice: User, settings: Settings) -> None:
        settings.ROCKETCHAT_LINK_EXISTING = "username"
        theirs = rocketchat.add_user("alice", email="somebody@else.example")

        assert account_for(alice).rocketchat_id == theirs["_id"]

    def test_creates_where_there_is_none(self, rocketchat: StandIn, alice: User, settings: Settings) -> None:
        settings.ROCKETCHAT_LINK_EXISTING = "username"

        assert account_for(alice).created_here

    def test_never_adopts_an_administrator(self, rocketchat: StandIn, alice: User, settings: Settings) -> None:
        settings.ROCKETCHAT_LINK_EXISTING = "username"
        rocketchat.add_user("alice", roles=("user", "admin"))

        assert refused(alice).reason == RefusalReason.ADMINISTRATOR
        assert Account.objects.get().state == Account.State.CONFLICT

    @pytest.mark.parametrize("rule", ["username", "email"])
    def test_never_adopts_the_service_account(
        self, rocketchat: StandIn, alice: User, settings: Settings, rule: str
    ) -> None:
        rocketchat.add_user("alice", email="alice@example.com", verified=True, roles=("bot",))
        rocketchat.grant("view-full-other-user-info", "bot")
        service_account = rocketchat.log_in("alice")
        settings.ROCKETCHAT_USER_ID = service_account.user_id
        settings.ROCKETCHAT_AUTH_TOKEN = service_account.auth_token
        settings.ROCKETCHAT_LINK_EXISTING = rule
        settings.ROCKETCHAT_ADAPTER = "tests.adapters.VerifiedEmail"

        assert refused(alice).reason == RefusalReason.CONFLICT
        assert Account.objects.get().rocketchat_id is None
        assert "service account" in Account.objects.get().reason

    def test_never_adopts_a_deactivated_account(self, rocketchat: StandIn, alice: User, settings: Settings) -> None:
        settings.ROCKETCHAT_LINK_EXISTING = "username"
        rocketchat.add_user("alice", active=False)

        assert refused(alice).reason == RefusalReason.INACTIVE

    def test_never_gives_one_account_to_two(
        self, rocketchat: StandIn, alice: User, bob: User, settings: Settings
    ) -> None:
        settings.ROCKETCHAT_LINK_EXISTING = "username"
        theirs = rocketchat.add_user("alice")
        Account.objects.create(user=bob, rocketchat_id=theirs["_id"], username="alice", state=Account.State.LINKED)

        assert refused(alice).reason == RefusalReason.CONFLICT


class TestALostAnswer:
    @pytest.fixture
    def lost(self, rocketchat: StandIn, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
        create = rest.users.create

        def made_but_not_told(client: rest.Client, new_user: rest.NewUser) -> rest.User:
            create(client, new_user)
            raise rest.TimedOut("lost", endpoint="v1/users.create")

        with monkeypatch.context() as patched:
            patched.setattr(rest.users, "create", made_but_not_told)
            with pytest.raises(rest.TimedOut):
                account_for(alice)

    def test_is_recovered_by_the_password_that_only_the_site_knows(
        self, lost: None, rocketchat: StandIn, alice: User
    ) -> None:
        account = account_for(alice)

        assert account.rocketchat_id == rocketchat.user("alice")["_id"]
        assert account.created_here
        assert rocketchat.user("alice")["services"]["resume"]["loginTokens"] == []

    def test_is_a_conflict_where_somebody_else_made_the_account(
        self, lost: None, rocketchat: StandIn, alice: User
    ) -> None:
        delete(rocketchat, "alice")
        rocketchat.add_user("alice", password="another")

        assert refused(alice).reason == RefusalReason.CONFLICT

    def test_is_forgotten_where_no_account_was_made(self, lost: None, rocketchat: StandIn, alice: User) -> None:
        delete(rocketchat, "alice")

        assert account_for(alice).is_linked

    def test_takes_a_second_factor_for_a_right_password(
        self, lost: None, rocketchat: StandIn, alice: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def asks(*args: object, **kwargs: object) -> None:
            raise rest.SecondFactorRequired("TOTP Required", status=400)

        monkeypatch.setattr(rest.users, "login_with_password", asks)

        assert account_for(alice).is_linked


class TestChecking:
    def test_asks_at_most_once_an_hour(self, rocketchat: StandIn, alice: User, fake_clock: FakeClock) -> None:
        account = account_for(alice)
        rocketchat.reset_calls()

        check(account)
        assert rocketchat.calls == []

        fake_clock.advance(3601)
        check(account)
        check(account)
        assert len(rocketchat.calls) == 1

    @pytest.mark.parametrize("reason", [RefusalReason.INACTIVE, RefusalReason.ADMINISTRATOR])
    def test_refuses(self, rocketchat: StandIn, alice: User, reason: RefusalReason) -> None:
        account = account_for(alice)
        if reason == RefusalReason.INACTIVE:
            set_active(rocketchat, "alice", active=False)
        else:
            set_roles(rocketchat, "alice", "admin")

        with pytest.raises(SignInRefused) as caught:
            check(account, for_sure=True)
        assert caught.value.reason == reason

    def test_follows_a_new_chat_username(self, rocketchat: StandIn, alice: User) -> None:
        account = account_for(alice)
        rocketchat.users.update(account.linked_id, {"username": "alice.b"})

        assert check(account, for_sure=True).username == "alice.b"

    def test_sets_up_anew_what_is_gone(self, rocketchat: StandIn, alice: User) -> None:
        former = account_for(alice).rocketchat_id
        delete(rocketchat, "alice")

        assert check(account_for(alice), for_sure=True).rocketchat_id not in (None, former)

    def test_sets_up_once_what_several_requests_find_gone(self, rocketchat: StandIn, alice: User) -> None:
        late = account_for(alice)
        delete(rocketchat, "alice")
        anew = check(Account.objects.get(), for_sure=True)

        assert set_up_anew(late).rocketchat_id == anew.rocketchat_id == rocketchat.user("alice")["_id"]
        assert rocketchat.calls.count(CREATE_USER) == 2

    def test_asks_after_an_administrator_every_time(self, rocketchat: StandIn, alice: User, settings: Settings) -> None:
        settings.ROCKETCHAT_ADMIN_LOGIN = True
        alice.is_superuser = True
        account = account_for(alice)
        set_roles(rocketchat, "alice", "admin")
        check(account, for_sure=True)
        alice.is_superuser = False

        with pytest.raises(SignInRefused) as caught:
            check(account)

        assert caught.value.reason == RefusalReason.ADMINISTRATOR


class TestComingBack:
    """Signing in to an account that this site deactivated."""

    @pytest.fixture
    def former(self, rocketchat: StandIn, alice: User) -> Account:
        account = account_for(alice)
        set_active(rocketchat, "alice", active=False)
        Account.objects.update(state=Account.State.DEACTIVATED)
        rocketchat.reset_calls()
        return account

    def test_revives_it(self, rocketchat: StandIn, alice: User, former: Account) -> None:
        with received(signals.account_revived) as log:
            account = account_for(alice)

        assert (account.rocketchat_id, account.state) == (former.rocketchat_id, Account.State.LINKED)
        assert rocketchat.user("alice")["active"]
        assert Account.objects.get().state == Account.State.LINKED
        assert [(sent["user"], sent["account"]) for sent in log] == [(alice, account)]
        assert CREATE_USER not in rocketchat.calls

    def test_sets_up_another_where_it_is_gone(self, rocketchat: StandIn, alice: User, former: Account) -> None:
        delete(rocketchat, "alice")

        with received(signals.account_revived) as log:
            account = account_for(alice)

        assert account.is_linked
        assert account.rocketchat_id == rocketchat.user("alice")["_id"] != former.rocketchat_id
        assert log == []

    def test_leaves_it_as_it_is_where_chat_does_not_answer(
        self, rocketchat: StandIn, alice: User, former: Account
    ) -> None:
        rocketchat.fail_with(503)

        with pytest.raises(rest.Unavailable):
            account_for(alice)

        assert Account.objects.get().state == Account.State.DEACTIVATED

    def test_is_for_accounts_that_are_known(self, rocketchat: StandIn, alice: User) -> None:
        Account.objects.create(user=alice, state=Account.State.DEACTIVATED)

        assert account_for(alice).created_here


class TestForgetting:
    @pytest.fixture
    def account(self, rocketchat: StandIn, alice: User) -> Account:
        account = account_for(alice)
        now = service.now()
        Account.objects.update(
            told={"rooms": ["channels:news"]},
            wanted_mark="x",
            synced_at=now,
            failed_at=now,
            seen_at=now,
            reason="x",
            state=Account.State.DEACTIVATED,
        )
        return account

    def test_leaves_nothing_of_the_account(self, account: Account, alice: User) -> None:
        assert forget(account)

        blank = Account()
        left_alone = ("id", "user", "created_at", "updated_at")
        for row in (account, Account.objects.get()):
            assert row.user == alice
            for field in Account._meta.concrete_fields:
                if field.name not in left_alone:
                    assert getattr(row, field.attname) == getattr(blank, field.attname), field.name

    def test_of_one_that_was_replaced_meanwhile_does_nothing(self, account: Account) -> None:
        Account.objects.update(rocketchat_id="another")

        assert not forget(account)

        assert account.rocketchat_id == "another"
        assert Account.objects.get().reason == "x"


class TestClaims:
    def test_of_another_request_are_waited_for_and_then_refused_as_busy(self, rocketchat: StandIn, alice: User) -> None:
        Account.objects.create(user=alice, claimed_at=service.now())

        assert refused(alice).reason == RefusalReason.BUSY

    def test_left_by_a_crash_run_out(self, rocketchat: StandIn, alice: User, fake_clock: FakeClock) -> None:
        Account.objects.create(user=alice, claimed_at=service.now())
        fake_clock.advance(120)

        assert account_for(alice).is_linked

    def test_are_given_up_when_chat_is_down(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.fail_with(500)
        with pytest.raises(rest.Unavailable):
            account_for(alice)

        assert Account.objects.get().claimed_at is None


def test_an_account_that_is_not_linked_has_no_id() -> None:
    with pytest.raises(ValueError, match="not linked"):
        _ = Account().linked_id


def test_an_account_is_shown_by_its_chat_username() -> None:
    assert str(Account(username="alice")) == "alice"
    assert str(Account()) == "chat account without a name"
