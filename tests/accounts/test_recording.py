from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User

from rocketchat_auth import signals
from rocketchat_auth.accounts import recording
from rocketchat_auth.accounts.changes import AccountPlan, Action, Change, Outcome, Result, Step
from rocketchat_auth.models import Account, LoginToken
from rocketchat_auth.rest import service
from rocketchat_auth.testing.clock import FakeClock
from tests.accounts.samples import plan_of, wanted
from tests.signal_log import received

pytestmark = pytest.mark.usefixtures("rocketchat")

UPDATE = Change(Action.UPDATE, "name", "Ada", "Augusta")
WANTED = wanted(username="augusta", password_marks=("today's", "older"))


@pytest.fixture
def account(alice: User) -> Account:
    return Account.objects.create(
        user=alice, rocketchat_id="id-of-ada", username="ada", state=Account.State.LINKED, site_username="ada"
    )


@pytest.fixture
def orphan(db: None) -> Account:
    return Account.objects.create(rocketchat_id="id-of-ada", username="ada", state=Account.State.LINKED)


def result(account: Account, *changes: Change, failed: tuple[tuple[Change, str], ...] = ()) -> Result:
    done = [Step(change, Outcome.DONE) for change in changes]
    steps = (*done, *(Step(change, Outcome.FAILED, reason) for change, reason in failed))
    return Result(plan_of(account, *(step.change for step in steps)), tuple(steps))


def record(account: Account, *changes: Change, failed: tuple[tuple[Change, str], ...] = ()) -> Account:
    recording.record(account, None if account.user is None else WANTED, result(account, *changes, failed=failed))
    return Account.objects.get()


def join(kind: str, name: str) -> Change:
    return Change(Action.JOIN, kind, after=name)


def leave(kind: str, name: str) -> Change:
    return Change(Action.LEAVE, kind, before=name)


class TestWhatOthersDidMeanwhile:
    def test_an_account_that_was_untied_stays_so(self, account: Account) -> None:
        Account.objects.update(rocketchat_id=None, state=Account.State.PENDING)

        row = record(account, UPDATE)

        assert (row.rocketchat_id, row.state, row.synced_at) == (None, Account.State.PENDING, None)

    def test_a_row_that_was_deleted_stays_so(self, orphan: Account) -> None:
        Account.objects.all().delete()

        recording.record(orphan, None, result(orphan, Change(Action.DEACTIVATE)))

        assert not Account.objects.exists()

    def test_a_user_who_was_deleted_is_not_asked_after(self, account: Account, alice: User) -> None:
        User.objects.filter(pk=alice.pk).delete()

        recording.note_in_order(account, WANTED)

        assert Account.objects.get().user is None
        assert Account.objects.get().synced_at == service.now()


class TestState:
    def test_says_when_it_was(self, account: Account, fake_clock: FakeClock) -> None:
        row = record(account, UPDATE)

        assert row.synced_at == datetime.fromtimestamp(fake_clock.time(), row.created_at.tzinfo)
        assert (row.failed_at, row.reason, row.wanted_mark) == (None, "", WANTED.mark)

    def test_takes_a_failure_back_that_is_over(self, account: Account) -> None:
        account.failed_at, account.reason = service.now(), "no answer"

        row = record(account, UPDATE)

        assert (row.failed_at, row.reason) == (None, "")

    def test_says_why_something_failed_each_reason_once(self, account: Account) -> None:
        account.wanted_mark = WANTED.mark
        failures = ((UPDATE, "no answer"), (join("channels", "a"), "no room"), (join("channels", "b"), "no answer"))

        row = record(account, Change(Action.REVIVE), failed=failures)

        assert row.failed_at == row.synced_at is not None
        assert (row.reason, row.wanted_mark) == ("no answer\nno room", "")

    def test_says_what_was_left_which_is_no_failure(self, account: Account) -> None:
        account.failed_at, account.wanted_mark = service.now(), WANTED.mark
        left = Step(leave("channels", "news"), Outcome.LEFT, "the last owner")

        recording.record(account, WANTED, Result(plan_of(account, left.change), (left,)))

        row = Account.objects.get()
        assert (row.failed_at, row.reason, row.wanted_mark) == (None, "the last owner", "")
        assert row.synced_at == service.now()

    def test_leaves_a_conflict_one(self, account: Account) -> None:
        account.state, account.reason = Account.State.CONFLICT, "two of them"

        row = record(account, Change(Action.FORGET))

        assert (row.state, row.reason, row.wanted_mark) == (Account.State.CONFLICT, "two of them", "")

    @pytest.mark.parametrize(
        "action, before, after",
        [
            (Action.DEACTIVATE, Account.State.LINKED, Account.State.DEACTIVATED),
            (Action.REVIVE, Account.State.DEACTIVATED, Account.State.LINKED),
            (Action.SIGN_OUT, Account.State.LINKED, Account.State.LINKED),
        ],
    )
    def test_follows_what_was_done(self, account: Account, action: Action, before: str, after: str) -> None:
        account.state = before

        assert record(account, Change(action)).state == after

    def test_does_not_follow_what_failed(self, account: Account) -> None:
        assert record(account, failed=((Change(Action.DEACTIVATE), "no"),)).state == Account.State.LINKED


class TestWhatWasTold:
    def test_is_kept_where_lists_do_not_show_it(self, account: Account) -> None:
        account.told = {"avatar": "old.png", "custom_fields": {"unit": "1"}}
        changes = [
            Change(Action.UPDATE, "bio", "", "First."),
            Change(Action.UPDATE, "avatar", "old.png", "new.png"),
            UPDATE,
            Change(Action.UPDATE, "email", "", "ada@example.com"),
        ]

        row = record(account, *changes, failed=((Change(Action.UPDATE, "custom_fields", {}, {"unit": "2"}), "no"),))

        assert row.told == {"avatar": "new.png", "custom_fields": {"unit": "1"}, "bio": "First."}

    def test_has_the_rooms_of_an_account_that_was_looked_at(self, account: Account) -> None:
        account.told = {"rooms": ["channels:news", "teams:crew"]}

        row = record(
            account,
            leave("channels", "news"),
            leave("channels", "unheard"),
            join("groups", "board"),
            join("roles", "moderator"),
            leave("roles", "bot"),
            failed=((leave("teams", "crew"), "last owner"), (join("channels", "staff"), "no room")),
        )

        assert row.told == {"rooms": ["groups:board", "teams:crew"]}

    def test_has_the_rooms_of_a_new_account(self, account: Account) -> None:
        assert record(account, Change(Action.CREATE)).told == {"rooms": []}
        assert record(account, Change(Action.CREATE), join("channels", "news")).told == {"rooms": ["channels:news"]}

    def test_does_not_pretend_to_know_those_of_another(self, account: Account) -> None:
        assert record(account, Change(Action.LINK), join("channels", "news")).told == {}

    def test_has_no_room_left_where_all_were(self, account: Account) -> None:
        account.told = {"rooms": ["channels:news"]}

        assert record(account, leave("channels", "news")).told == {"rooms": []}


class TestMarks:
    def test_of_the_password_follow_its_sign_out(self, account: Account) -> None:
        account.password_mark = "yesterday's"

        assert record(account, UPDATE).password_mark == "yesterday's"
        assert record(account, failed=((Change(Action.SIGN_OUT), "no"),)).password_mark == "yesterday's"
        assert record(account, Change(Action.SIGN_OUT)).password_mark == "today's"

    def test_of_the_username_follow_the_renaming(self, account: Account) -> None:
        assert record(account, UPDATE).site_username == "ada"
        assert record(account, Change(Action.UPDATE, "username", "ada", "augusta")).site_username == "augusta"

    def test_are_taken_where_there_are_none(self, account: Account) -> None:
        account.site_username = ""

        row = record(account, UPDATE)

        assert (row.site_username, row.password_mark) == ("augusta", "today's")

    def test_are_not_taken_of_who_is_gone(self, orphan: Account) -> None:
        changes = [Change(Action.SIGN_OUT), Change(Action.UPDATE, "username", "ada", "x"), Change(Action.DEACTIVATE)]

        row = record(orphan, *changes)

        assert (row.site_username, row.password_mark, row.wanted_mark) == ("", "", "")
        assert row.state == Account.State.DEACTIVATED


class TestLogins:
    @pytest.fixture(autouse=True)
    def _login(self, account: Account) -> None:
        LoginToken.objects.create(session="s", account=account, checked_at=service.now())

    @pytest.mark.parametrize("action", [Action.SIGN_OUT, Action.DEACTIVATE, Action.DELETE])
    def test_end_with_what_ends_them(self, account: Account, bob: User, action: Action) -> None:
        other = Account.objects.create(user=bob)
        LoginToken.objects.create(session="t", account=other, checked_at=service.now())

        recording.record(account, WANTED, result(account, Change(action)))

        assert [token.account for token in LoginToken.objects.all()] == [other]

    @pytest.mark.parametrize("action", [Action.UPDATE, Action.REVIVE])
    def test_go_on_else(self, account: Account, action: Action) -> None:
        record(account, Change(action))
        record(account, failed=((Change(Action.SIGN_OUT), "no"),))

        assert LoginToken.objects.exists()


class TestRows:
    @pytest.mark.parametrize("action", [Action.DELETE, Action.FORGET])
    def test_of_who_is_gone_end_with_the_account(self, orphan: Account, action: Action) -> None:
        recording.record(orphan, None, result(orphan, Change(action)))

        assert not Account.objects.exists()

    def test_of_users_stay(self, account: Account) -> None:
        record(account, Change(Action.FORGET))

        assert Account.objects.exists()

    def test_of_who_is_gone_stay_where_that_failed(self, orphan: Account) -> None:
        assert record(orphan, failed=((Change(Action.DELETE), "no"),)).reason == "no"

    def test_that_setting_up_made_take_the_result(self, alice: User) -> None:
        Account.objects.create(user=alice, state=Account.State.CONFLICT, reason="has the name")
        new = Account(user=alice)

        row = record(new, failed=((Change(Action.CREATE), "has the name"),))

        assert (row.state, row.reason) == (Account.State.CONFLICT, "has the name")
        assert row.failed_at is not None

    def test_are_not_made_for_a_failure(self, alice: User) -> None:
        new = Account(user=alice)

        recording.record(new, WANTED, result(new, failed=((Change(Action.CREATE), "no answer"),)))

        assert not Account.objects.exists()


ALL = {
    "updated": signals.account_updated,
    "membership": signals.membership_changed,
    "deactivated": signals.account_deactivated,
    "revived": signals.account_revived,
    "failed": signals.account_failed,
}

Told = dict[str, list[dict[str, Any]]]


class TestSignals:
    @pytest.fixture
    def told(self) -> Iterator[Told]:
        """What every signal was sent with."""
        with ExitStack() as stack:
            yield {name: stack.enter_context(received(signal)) for name, signal in ALL.items()}

    def test_tell_what_was_done_each_kind_once(self, told: Told, account: Account, alice: User) -> None:
        bio = Change(Action.UPDATE, "bio", "", "First.")
        record(
            account,
            UPDATE,
            bio,
            Change(Action.REVIVE),
            leave("roles", "bot"),
            join("channels", "news"),
            join("teams", "crew"),
            failed=((join("channels", "staff"), "no room"),),
        )

        (updated,), (membership,), (revived,), (failed,) = (
            told[name] for name in ("updated", "membership", "revived", "failed")
        )
        for sent in (updated, membership, revived, failed):
            assert (sent["sender"], sent["user"], sent["account"]) == (Account, alice, account)
        assert updated["changes"] == [UPDATE, bio]
        assert membership["joined"] == [("channels", "news"), ("teams", "crew")]
        assert membership["left"] == [("roles", "bot")]
        assert failed["reason"] == "no room"
        assert told["deactivated"] == []

    @pytest.mark.parametrize("change, joined, left", [(join("teams", "crew"), 1, 0), (leave("teams", "crew"), 0, 1)])
    def test_tell_of_either_direction(
        self, told: Told, account: Account, change: Change, joined: int, left: int
    ) -> None:
        record(account, change)

        (sent,) = told["membership"]
        assert (len(sent["joined"]), len(sent["left"])) == (joined, left)

    @pytest.mark.parametrize("action", [Action.SIGN_OUT, Action.DEACTIVATE])
    def test_tell_of_each_login_that_ended(self, account: Account, alice: User, action: Action) -> None:
        for session in ("one", "other"):
            LoginToken.objects.create(session=session, account=account, checked_at=service.now())

        with received(signals.logged_out) as log:
            record(account, Change(action, reason="why"))

        assert [(sent["user"], sent["account"], sent["revoked"]) for sent in log] == [(alice, account, True)] * 2
        assert not LoginToken.objects.exists()

    @pytest.mark.parametrize("action", [Action.DEACTIVATE, Action.DELETE])
    def test_tell_of_the_end_of_who_is_gone(self, told: Told, orphan: Account, action: Action) -> None:
        recording.record(orphan, None, result(orphan, Change(action, reason="the user was deleted")))

        (sent,) = told["deactivated"]
        assert (sent["user"], sent["account"].username, sent["reason"]) == (None, "ada", "the user was deleted")

    def test_tell_nothing_where_nothing_was_done(self, told: Told, account: Account) -> None:
        record(account, Change(Action.SIGN_OUT))

        assert told == {name: [] for name in ALL}

    def test_come_after_the_row_was_written(self, account: Account) -> None:
        seen: list[str] = []

        def receiver(**kwargs: Any) -> None:
            seen.append(Account.objects.get().state)

        signals.account_deactivated.connect(receiver)
        try:
            record(account, Change(Action.DEACTIVATE))
        finally:
            signals.account_deactivated.disconnect(receiver)

        assert seen == [Account.State.DEACTIVATED]


class TestNotingAConflict:
    PLAN = (Change(Action.CONFLICT, reason="two of them"), Change(Action.CONFLICT, reason="a third"))

    def test_of_a_user_without_a_row_makes_one(self, alice: User) -> None:
        for _ in range(2):
            recording.note_conflict(AccountPlan(str(alice.pk), None, "alice", changes=self.PLAN))

        row = Account.objects.get()
        assert (row.user, row.state, row.reason) == (alice, Account.State.CONFLICT, "two of them\na third")

    def test_of_a_row_that_is_not_tied_yet_says_so(self, alice: User) -> None:
        row = Account.objects.create(user=alice)

        recording.note_conflict(plan_of(row, *self.PLAN))

        row.refresh_from_db()
        assert (row.state, row.reason) == (Account.State.CONFLICT, "two of them\na third")

    def test_leaves_an_account_tied(self, account: Account) -> None:
        recording.note_conflict(plan_of(account, *self.PLAN))

        account.refresh_from_db()
        assert (account.state, account.reason) == (Account.State.LINKED, "two of them\na third")

    def test_touches_no_other(self, account: Account, bob: User) -> None:
        other = Account.objects.create(user=bob, rocketchat_id="other", state=Account.State.LINKED)

        recording.note_conflict(plan_of(account, *self.PLAN))

        other.refresh_from_db()
        assert other.reason == ""


class TestNotingThatAllIsInOrder:
    def test_takes_the_marks(self, account: Account) -> None:
        account.failed_at, account.reason = service.now(), "no answer"

        recording.note_in_order(account, WANTED)

        row = Account.objects.get()
        assert row.synced_at == service.now()
        assert (row.failed_at, row.reason) == (None, "")
        assert (row.wanted_mark, row.password_mark) == (WANTED.mark, "today's")
        assert row.site_username == "ada"

    def test_takes_the_username_where_there_is_none(self, account: Account) -> None:
        account.site_username = ""

        recording.note_in_order(account, WANTED)

        account.refresh_from_db()
        assert account.site_username == "augusta"

    def test_of_who_is_gone_has_no_marks(self, orphan: Account) -> None:
        recording.note_in_order(orphan, None)

        orphan.refresh_from_db()
        assert (orphan.wanted_mark, orphan.password_mark) == ("", "")
        assert orphan.synced_at is not None

    def test_of_nobody_writes_nothing(self, alice: User) -> None:
        recording.note_in_order(None, WANTED)
        pending = Account.objects.create(user=alice)
        recording.note_in_order(pending, WANTED)

        pending.refresh_from_db()
        assert pending.synced_at is None
