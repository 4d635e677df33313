"""Who is given which chat account by a rule, and why not."""

from collections.abc import Sequence

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from pytest_django import Settings

from rocketchat_auth import rest, signals
from rocketchat_auth.accounts import claims
from rocketchat_auth.accounts.obstacles import Rule, Vouched
from rocketchat_auth.accounts.provisioning import account_for
from rocketchat_auth.accounts.reading import Progress
from rocketchat_auth.accounts.refusals import SignInRefused
from rocketchat_auth.accounts.sync import NoSuchUser
from rocketchat_auth.accounts.ties import ties_by
from rocketchat_auth.accounts.tying import Tie, make, tie_by_hand
from rocketchat_auth.accounts.tying_list import Entry
from rocketchat_auth.models import Account
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.chat import set_active, set_roles
from tests.signal_log import received

NOTHING = Vouched()
ADMINS_TOO = Vouched(administrators=True)


def ties(
    rule: Rule, *, vouched: Vouched = NOTHING, username: str | None = None, entries: Sequence[Entry] = ()
) -> list[Tie]:
    with ties_by(rule, vouched=vouched, username=username, entries=entries) as found:
        return list(found)


def the_tie(rule: Rule, *, vouched: Vouched = NOTHING, entries: Sequence[Entry] = ()) -> Tie:
    [tie] = ties(rule, vouched=vouched, entries=entries)
    return tie


def listed(user: str, account: str, line: int = 2) -> Entry:
    return Entry(line, user, account)


def user(name: str, email: str = "") -> User:
    return get_user_model().objects.create_user(name, email)


class TestByUsername:
    def test_equal_names_make_a_tie(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.add_user("alice")

        tie = the_tie(Rule.USERNAME)

        assert (tie.user, tie.account, tie.is_open) == (alice, "alice", True)

    def test_upper_and_lower_case_are_alike(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.add_user("Alice")

        assert the_tie(Rule.USERNAME).account == "Alice"

    def test_addresses_do_not_matter(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.add_user("al", email="alice@example.com")

        assert ties(Rule.USERNAME) == []

    def test_two_users_of_one_name_in_another_case_get_nothing(self, rocketchat: StandIn, alice: User) -> None:
        user("ALICE")
        rocketchat.add_user("alice")

        assert [tie.username for tie in ties(Rule.USERNAME)] == ["ALICE", "alice"]
        assert {tie.obstacle for tie in ties(Rule.USERNAME)} == {
            "more than one user would get it; name the right one by --csv or by hand"
        }

    def test_the_adapter_says_which_name(self, rocketchat: StandIn, alice: User, settings: Settings) -> None:
        settings.ROCKETCHAT_ADAPTER = "tests.adapters.MailboxName"
        alice.email = "liddell@example.com"
        alice.save()
        rocketchat.add_user("liddell")

        assert the_tie(Rule.USERNAME).account == "liddell"

    def test_whoever_has_no_account_there_is_counted(self, rocketchat: StandIn, alice: User, bob: User) -> None:
        rocketchat.add_user("alice")

        with ties_by(Rule.USERNAME, vouched=NOTHING) as found:
            assert found.users_left_over == 1
            assert found.accounts_left_over == len(list(rest.users.every(rest.service.client()))) - 1

    def test_one_user_alone_is_told_that_there_is_none(self, rocketchat: StandIn, alice: User, bob: User) -> None:
        rocketchat.add_user("bob")

        [tie] = ties(Rule.USERNAME, username="alice")

        assert (tie.user, tie.obstacle) == (alice, "Rocket.Chat has no such account")

    def test_one_user_alone_still_has_rivals(self, rocketchat: StandIn, alice: User) -> None:
        user("ALICE")
        rocketchat.add_user("alice")

        [tie] = ties(Rule.USERNAME, username="alice")

        assert not tie.is_open

    def test_somebody_whom_the_site_does_not_know_is_an_error(self, rocketchat: StandIn, db: None) -> None:
        with pytest.raises(NoSuchUser, match="nobody"):
            ties(Rule.USERNAME, username="nobody")

    def test_all_pages_are_read_and_progress_is_told(self, rocketchat: StandIn, alice: User) -> None:
        for number in range(120):
            rocketchat.add_user(f"somebody{number}")
        rocketchat.add_user("alice")
        told: list[Progress] = []

        with ties_by(Rule.USERNAME, vouched=NOTHING, on_progress=told.append) as found:
            assert [tie.account for tie in found] == ["alice"]

        total = 120 + 1 + 2
        assert told == [
            Progress("users", 1, 1),
            Progress("chat accounts", 100, total),
            Progress("chat accounts", total, total),
        ]

    def test_a_service_account_that_sees_no_roles_is_an_error(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.add_user("alice")
        set_roles(rocketchat, "admin", "user")

        with pytest.raises(rest.PermissionRefused):
            ties(Rule.USERNAME)


class TestByEmail:
    @pytest.fixture(autouse=True)
    def _verified_on_the_site(self, settings: Settings) -> None:
        settings.ROCKETCHAT_ADAPTER = "tests.adapters.VerifiedEmail"

    def test_equal_verified_addresses_make_a_tie(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.add_user("al", email="Alice@Example.com")

        tie = the_tie(Rule.EMAIL)

        assert (tie.user, tie.account, tie.is_open, tie.note) == (alice, "al", True, "")

    def test_names_do_not_matter(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.add_user("alice", email="other@example.com")

        assert ties(Rule.EMAIL) == []

    def test_users_without_an_address_are_left_out(self, rocketchat: StandIn, db: None) -> None:
        user("carol", "")
        rocketchat.add_user("carol", email="")

        assert ties(Rule.EMAIL) == []

    def test_an_address_that_is_not_verified_in_chat_does_not_count(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.add_user("al", email="alice@example.com", verified=False)

        assert the_tie(Rule.EMAIL).obstacle == "the address is not verified in Rocket.Chat; see --trust-emails"

    def test_nor_does_one_that_is_not_verified_on_the_site(
        self, rocketchat: StandIn, alice: User, settings: Settings
    ) -> None:
        settings.ROCKETCHAT_ADAPTER = "rocketchat_auth.adapter.Adapter"
        rocketchat.add_user("al", email="alice@example.com")

        assert the_tie(Rule.EMAIL).obstacle == "the address is not verified on the site; see --trust-emails"

    def test_both_count_where_the_operator_vouches_for_them(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.add_user("al", email="alice@example.com", verified=False)

        tie = the_tie(Rule.EMAIL, vouched=Vouched(emails=True))

        assert (tie.is_open, tie.note) == (True, "the address is not verified in Rocket.Chat")

    def test_two_users_of_one_address_get_nothing(self, rocketchat: StandIn, alice: User) -> None:
        user("alice2", "ALICE@example.com")
        rocketchat.add_user("al", email="alice@example.com")

        assert [tie.is_open for tie in ties(Rule.EMAIL)] == [False, False]

    def test_a_user_whose_address_two_accounts_have_gets_nothing(self, rocketchat: StandIn, alice: User) -> None:
        for name, address in ("al", "alice@example.com"), ("al2", "ALICE@example.com"):
            rocketchat.add_user(name, email=address)

        assert {tie.obstacle for tie in ties(Rule.EMAIL)} == {
            "more than one account fits; name the right one by its _id"
        }


class TestByList:
    def test_accounts_may_be_named_by_username_or_id(self, rocketchat: StandIn, alice: User, bob: User) -> None:
        rocketchat.add_user("al")
        bo = rocketchat.add_user("bo")

        found = ties(Rule.CSV, entries=[listed("alice", "AL"), listed("bob", bo["_id"], line=3)])

        assert [(tie.username, tie.account, tie.is_open) for tie in found] == [
            ("alice", "al", True),
            ("bob", "bo", True),
        ]

    def test_what_is_in_the_way_is_said_with_the_line(self, rocketchat: StandIn, alice: User) -> None:
        entries = [listed("nobody", "al", line=2), listed("alice", "nothing", line=3)]

        assert [(tie.username, tie.account, tie.obstacle) for tie in ties(Rule.CSV, entries=entries)] == [
            ("nobody", "al", "line 2: the site has no such user"),
            ("alice", "nothing", "line 3: Rocket.Chat has no such account"),
        ]

    def test_users_have_to_be_named_exactly(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.add_user("al")

        assert the_tie(Rule.CSV, entries=[listed("Alice", "al")]).obstacle == "line 2: the site has no such user"

    def test_two_lines_for_one_account_are_in_each_others_way(
        self, rocketchat: StandIn, alice: User, bob: User
    ) -> None:
        made = rocketchat.add_user("al")

        found = ties(Rule.CSV, entries=[listed("alice", "al"), listed("bob", made["_id"], line=3)])

        assert [tie.is_open for tie in found] == [False, False]

    def test_an_account_with_the_role_admin_needs_a_word(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.add_user("al", roles=("admin",))
        entries = [listed("alice", "al")]

        assert the_tie(Rule.CSV, entries=entries).obstacle == "line 2: it has the role admin, which needs --allow-admin"
        assert the_tie(Rule.CSV, entries=entries, vouched=ADMINS_TOO).is_open


class TestByHand:
    def test_a_user_gets_the_account_that_is_named(self, rocketchat: StandIn, alice: User) -> None:
        made = rocketchat.add_user("al")

        by_name, by_id = tie_by_hand("alice", "al", NOTHING), tie_by_hand("alice", made["_id"], NOTHING)

        assert by_name == by_id
        assert (by_name.user, by_name.account, by_name.is_open) == (alice, "al", True)

    def test_somebody_whom_the_site_does_not_know_is_an_error(self, rocketchat: StandIn, db: None) -> None:
        with pytest.raises(NoSuchUser, match="nobody"):
            tie_by_hand("nobody", "al", NOTHING)

    def test_an_account_that_is_not_there_is_in_the_way(self, rocketchat: StandIn, alice: User) -> None:
        assert tie_by_hand("alice", "al", NOTHING).obstacle == "Rocket.Chat has no such account"

    def test_a_name_that_is_anothers_id_fits_two(self, rocketchat: StandIn, alice: User) -> None:
        made = rocketchat.add_user("al")
        rocketchat.add_user(made["_id"])

        assert "more than one account" in tie_by_hand("alice", made["_id"], NOTHING).obstacle

    def test_an_account_with_the_role_admin_needs_a_word(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.add_user("al", roles=("admin",))

        assert "--allow-admin" in tie_by_hand("alice", "al", NOTHING).obstacle
        assert tie_by_hand("alice", "al", ADMINS_TOO).is_open


class TestObstacles:
    def test_a_user_who_is_linked_keeps_the_account(self, rocketchat: StandIn, alice: User) -> None:
        account_for(alice)
        rocketchat.add_user("other")

        tie = tie_by_hand("alice", "other", NOTHING)

        assert tie.obstacle == "the user is linked to alice already; unlink that in the admin first"

    def test_so_does_one_whose_account_this_site_deactivated(self, rocketchat: StandIn, alice: User) -> None:
        account_for(alice)
        Account.objects.update(state=Account.State.DEACTIVATED)
        rocketchat.add_user("other")

        assert "is linked to alice already" in tie_by_hand("alice", "other", NOTHING).obstacle

    def test_an_account_that_is_linked_stays_with_its_user(self, rocketchat: StandIn, alice: User, bob: User) -> None:
        account_for(alice)

        assert tie_by_hand("bob", "alice", NOTHING).obstacle == "it is linked to alice already"

    def test_the_account_of_a_deleted_user_is_not_given_away(self, rocketchat: StandIn, alice: User, bob: User) -> None:
        account_for(alice)
        Account.objects.update(user=None)

        assert tie_by_hand("bob", "alice", NOTHING).obstacle == "it is a deleted user's; unlink it in the admin first"

    def test_a_tie_that_is_there_is_no_obstacle_and_nothing_to_do(self, rocketchat: StandIn, alice: User) -> None:
        account_for(alice)

        tie = the_tie(Rule.USERNAME)

        assert (tie.is_tied, tie.is_open, tie.obstacle) == (True, False, "")

    def test_an_administrator_is_given_by_no_rule(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.add_user("alice", roles=("user", "admin"))

        assert the_tie(Rule.USERNAME).obstacle == "it has the role admin; name it by --csv or by hand"

    def test_the_service_account_is_nobodys(self, rocketchat: StandIn, db: None) -> None:
        user("admin")

        assert the_tie(Rule.USERNAME).obstacle == "it is the service account of this site"
        assert "service account" in tie_by_hand("admin", "admin", ADMINS_TOO).obstacle

    def test_a_deactivated_account_has_to_be_activated_first(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.add_user("alice")
        set_active(rocketchat, "alice", active=False)

        assert the_tie(Rule.USERNAME).obstacle == "it is deactivated; activate it in Rocket.Chat first"

    @pytest.mark.parametrize("change", [{"type": "bot"}, {"type": "app"}, {"roles": ["user", "bot"]}])
    def test_bots_and_apps_are_nobodys(self, rocketchat: StandIn, alice: User, change: dict[str, object]) -> None:
        made = rocketchat.add_user("alice")
        rocketchat.users.update(made["_id"], change)

        assert the_tie(Rule.USERNAME).obstacle == "it is a bot's or an app's, and not a person's"

    def test_accounts_of_other_servers_are_nobodys(self, rocketchat: StandIn, alice: User) -> None:
        made = rocketchat.add_user("@alice:elsewhere.example.com", email="a@example.com")

        assert the_tie(Rule.CSV, entries=[listed("alice", made["_id"])]).obstacle == (
            "line 2: it is at home on another server"
        )

    def test_somebody_who_may_not_chat_gets_none(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.add_user("alice")
        alice.is_active = False
        alice.save()

        assert the_tie(Rule.USERNAME).obstacle == "the user may not chat"

    @pytest.mark.usefixtures("alice", "bob")
    @pytest.mark.parametrize("adapter", ["NamelessAlice", "UndecidedOnAlice"])
    def test_an_adapter_that_fails_for_one_user_stops_no_other(
        self, rocketchat: StandIn, settings: Settings, adapter: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        settings.ROCKETCHAT_ADAPTER = f"tests.adapters.{adapter}"
        rocketchat.add_user("alice")
        rocketchat.add_user("bob")

        found = {tie.username: tie for tie in ties(Rule.USERNAME)}

        assert found["alice"].obstacle == "the adapter of this site failed with ZeroDivisionError; the log has more"
        assert found["bob"].is_open
        assert [record.exc_info is not None for record in caplog.records] == [True]
        assert [tie.username for tie in ties(Rule.USERNAME, username="bob")] == ["bob"]


class TestMaking:
    def test_links_the_user_to_the_account_as_it_is(self, rocketchat: StandIn, alice: User) -> None:
        made = rocketchat.add_user("Al", name="Al Capone")
        tie = tie_by_hand("alice", "al", NOTHING)
        rocketchat.reset_calls()

        assert make(tie, Rule.HAND) == ""

        account = Account.objects.get(user=alice)
        assert (account.rocketchat_id, account.username, account.site_username) == (made["_id"], "Al", "alice")
        assert account.is_linked
        assert not account.created_here
        assert rocketchat.user("Al")["name"] == "Al Capone"
        assert rocketchat.calls == []

    @pytest.mark.parametrize("rule", Rule)
    def test_tells_the_signal_by_which_rule(self, rocketchat: StandIn, alice: User, rule: Rule) -> None:
        rocketchat.add_user("al")

        with received(signals.account_linked) as log:
            make(tie_by_hand("alice", "al", NOTHING), rule)

        assert [(sent["user"], sent["account"].username, sent["rule"]) for sent in log] == [(alice, "al", rule.value)]

    def test_ends_a_conflict(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.add_user("alice")
        with pytest.raises(SignInRefused):
            account_for(alice)
        assert Account.objects.get().state == Account.State.CONFLICT

        make(the_tie(Rule.USERNAME), Rule.USERNAME)

        account = Account.objects.get()
        assert (account.state, account.reason) == (Account.State.LINKED, "")
        assert account_for(alice) == account

    @pytest.mark.parametrize("rule", [Rule.USERNAME, Rule.CSV])
    def test_leaves_nothing_to_be_done_by_a_second_run(self, rocketchat: StandIn, alice: User, rule: Rule) -> None:
        rocketchat.add_user("alice")
        entries = [listed("alice", "alice")]
        make(the_tie(rule, entries=entries), rule)

        assert the_tie(rule, entries=entries).is_tied

    def test_gives_way_to_a_sign_in_that_was_first(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.add_user("al")
        tie = tie_by_hand("alice", "al", NOTHING)
        account_for(alice)

        assert make(tie, Rule.HAND) == "the user was linked to alice meanwhile"
        assert Account.objects.get().username == "alice"

    def test_gives_way_to_another_user_who_was_first(self, rocketchat: StandIn, alice: User, bob: User) -> None:
        rocketchat.add_user("al")
        late = tie_by_hand("alice", "al", NOTHING)
        make(tie_by_hand("bob", "al", NOTHING), Rule.HAND)

        with received(signals.account_linked) as log:
            assert make(late, Rule.HAND) == "it was linked to another user meanwhile"

        assert log == []
        account = Account.objects.get(user=alice)
        assert (account.state, account.claimed_at) == (Account.State.PENDING, None)

    def test_waits_for_a_sign_in_and_says_when_it_takes_too_long(
        self, rocketchat: StandIn, alice: User, fake_clock: FakeClock
    ) -> None:
        rocketchat.add_user("al")
        claims.claim(alice)

        with pytest.raises(SignInRefused):
            make(tie_by_hand("alice", "al", NOTHING), Rule.HAND)

        assert fake_clock.slept


def test_a_user_who_is_deleted_meanwhile_is_left_out(rocketchat: StandIn, alice: User) -> None:
    rocketchat.add_user("alice")

    with ties_by(Rule.USERNAME, vouched=NOTHING) as found:
        alice.delete()

        assert list(found) == []
