"""Against the stand-in: what becomes of the plan for one account."""

from collections.abc import Mapping

import pytest
from django.contrib.auth.models import AbstractBaseUser, User
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.db.models import FileField
from django.db.models.fields.files import FieldFile
from pytest_django import Settings

from rocketchat_auth import rest
from rocketchat_auth.accounts.applying import Applier, Blocked
from rocketchat_auth.accounts.changes import AccountPlan, Action, Change, Outcome, Result
from rocketchat_auth.accounts.provisioning import account_for
from rocketchat_auth.adapter import Adapter
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service
from rocketchat_auth.testing import StandIn
from tests.accounts.samples import plan_of
from tests.adapters import NobodyMayChat
from tests.chat import CREATE_USER, set_active

PNG = b"\x89PNG\r\n\x1a\n-and-the-rest"
UPDATE = ("POST", "/api/v1/users.update")
AVATAR = ("POST", "/api/v1/users.setAvatar")
SET_ACTIVE = ("POST", "/api/v1/users.setActiveStatus")

CREATE = Change(Action.CREATE)
FORGET = Change(Action.FORGET)
REVIVE = Change(Action.REVIVE)
SIGN_OUT = Change(Action.SIGN_OUT)
DEACTIVATE = Change(Action.DEACTIVATE)
DELETE = Change(Action.DELETE)
CONFLICT = Change(Action.CONFLICT, reason="as before")


def update(field: str, after: object, before: object = "") -> Change:
    return Change(Action.UPDATE, field, before, after)


def join(kind: str, name: str) -> Change:
    return Change(Action.JOIN, kind, after=name)


def leave(kind: str, name: str) -> Change:
    return Change(Action.LEAVE, kind, before=name)


@pytest.fixture
def account(rocketchat: StandIn, alice: User) -> Account:
    account = account_for(alice)
    rocketchat.reset_calls()
    return account


def applied(account: Account, *changes: Change, adapter: Adapter | None = None, finally_: bool = True) -> Result:
    return Applier(adapter or Adapter()).apply(plan_of(account, *changes), finally_=finally_)


def outcomes(result: Result) -> list[tuple[str, str]]:
    return [(step.change.action.value, step.outcome.value) for step in result.steps]


def reasons(result: Result) -> list[str]:
    return [step.reason for step in result.steps if step.outcome is Outcome.FAILED]


class TestSettingUp:
    def test_creates_an_account_and_all_that_follows(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.add_room("news")
        plan = AccountPlan(
            str(alice.pk), None, "alice", changes=(CREATE, update("bio", "First."), join("channels", "news"))
        )

        result = Applier(Adapter()).apply(plan)

        assert outcomes(result) == [("create", "done"), ("update", "done"), ("join", "done")]
        assert rocketchat.user("alice")["bio"] == "First."
        assert rocketchat.members_of("news") == ["admin", "alice"]
        account = Account.objects.get()
        assert (account.user, account.is_linked, account.told) == (
            alice,
            True,
            {"bio": "First.", "rooms": ["channels:news"]},
        )

    def test_links_an_account_by_rule(self, rocketchat: StandIn, alice: User, settings: Settings) -> None:
        settings.ROCKETCHAT_LINK_EXISTING = "username"
        theirs = rocketchat.add_user("alice")["_id"]

        result = Applier(Adapter()).apply(AccountPlan(str(alice.pk), None, "alice", changes=(Change(Action.LINK),)))

        assert outcomes(result) == [("link", "done")]
        assert Account.objects.get().rocketchat_id == theirs

    def test_sets_up_anew_what_is_gone(self, rocketchat: StandIn, account: Account) -> None:
        former = account.rocketchat_id
        rocketchat.delete_user("alice")

        result = applied(account, FORGET, CREATE)

        assert outcomes(result) == [("forget", "done"), ("create", "done")]
        account.refresh_from_db()
        assert account.rocketchat_id == rocketchat.user("alice")["_id"] != former

    def test_keeps_the_conflict_that_is_left_of_what_is_gone(self, rocketchat: StandIn, account: Account) -> None:
        rocketchat.delete_user("alice")

        result = applied(account, FORGET, CONFLICT)

        assert outcomes(result) == [("forget", "done"), ("conflict", "planned")]
        account.refresh_from_db()
        assert (account.rocketchat_id, account.state, account.reason) == (None, Account.State.CONFLICT, "as before")

    def test_is_a_failure_where_it_is_refused_and_nothing_else_is_tried(self, rocketchat: StandIn, alice: User) -> None:
        rocketchat.add_user("alice")
        rocketchat.reset_calls()
        plan = AccountPlan(str(alice.pk), None, "alice", changes=(CREATE, join("channels", "news")))

        result = Applier(Adapter()).apply(plan)

        assert outcomes(result) == [("create", "failed"), ("join", "failed")]
        assert "that this site did not create" in reasons(result)[0]
        assert not result.may_pass
        assert CREATE_USER not in rocketchat.calls
        account = Account.objects.get()
        assert account.state == Account.State.CONFLICT
        assert account.failed_at is not None

    def test_may_pass_where_another_is_at_it(self, rocketchat: StandIn, alice: User) -> None:
        Account.objects.create(user=alice, claimed_at=service.now())

        result = Applier(Adapter()).apply(AccountPlan(str(alice.pk), None, "alice", changes=(CREATE,)))

        assert (outcomes(result), result.may_pass) == ([("create", "failed")], True)

    def test_revives(self, rocketchat: StandIn, account: Account) -> None:
        set_active(rocketchat, "alice", active=False)
        Account.objects.update(state=Account.State.DEACTIVATED)

        assert outcomes(applied(account, REVIVE)) == [("revive", "done")]

        assert rocketchat.user("alice")["active"]
        assert Account.objects.get().state == Account.State.LINKED


SENT = [("username", "al"), ("name", "Al"), ("email", "al@example.com"), ("bio", "B.")]


class TestProfile:
    def test_is_sent_in_one_call(self, rocketchat: StandIn, account: Account) -> None:
        User.objects.update(username="al")
        changes = [update(field, value) for field, value in SENT]

        assert outcomes(applied(account, *changes)) == [("update", "done")] * 4

        user = rocketchat.user("al")
        assert (user["name"], user["bio"]) == ("Al", "B.")
        assert user["emails"] == [{"address": "al@example.com", "verified": True}]
        assert rocketchat.calls.count(UPDATE) == 1
        account.refresh_from_db()
        assert (account.username, account.site_username, account.told) == ("al", "al", {"bio": "B."})

    @pytest.mark.parametrize("stand_in", ["6.5", "7.5", "8.4"], indirect=True)
    def test_keeps_custom_fields_of_others(self, rocketchat: StandIn, account: Account) -> None:
        rocketchat.settings["Accounts_CustomFields"] = '{"unit": {}, "theirs": {}}'
        rocketchat.users.update(account.linked_id, {"customFields": {"theirs": "x", "unit": "1"}})

        applied(account, update("custom_fields", {"unit": "2"}, {"unit": "1"}))

        assert rocketchat.user("alice")["customFields"] == {"theirs": "x", "unit": "2"}
        assert Account.objects.get().told == {"custom_fields": {"unit": "2"}}

    @pytest.mark.parametrize(
        "change, why",
        [
            (update("name", "<b>"), "invalid characters"),
            (update("email", "nothing"), "Invalid email"),
            (update("username", "what is this"), "not a valid username"),
        ],
    )
    def test_that_is_refused_stops_nothing_else(
        self, rocketchat: StandIn, account: Account, change: Change, why: str
    ) -> None:
        rocketchat.add_room("news")

        class Unfit(Adapter):
            def username(self, user: AbstractBaseUser) -> str:
                return "alice"

        result = applied(
            account, change, join("channels", "news"), adapter=Unfit(), finally_=change.field != "username"
        )

        assert outcomes(result) == [("update", "failed"), ("join", "done")]
        assert why in reasons(result)[0]
        assert why in Account.objects.get().reason

    def test_of_an_account_that_is_gone_is_a_failure(self, rocketchat: StandIn, account: Account) -> None:
        rocketchat.delete_user("alice")

        result = applied(account, update("name", "Al"))

        assert (outcomes(result), result.may_pass) == ([("update", "failed")], False)


def test_a_blocked_name_gives_way_to_the_next_spelling(
    rocketchat: StandIn, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = rest.users.update

    def update_unless_blocked(client: rest.Client, user_id: str, data: Mapping[str, object]) -> rest.User:
        if data.get("username") == "root":
            raise rest.BlockedUsername("root is blocked and can't be used!", status=400)
        return send(client, user_id, data)

    monkeypatch.setattr(rest.users, "update", update_unless_blocked)
    User.objects.update(username="root")

    assert outcomes(applied(account, update("username", "root"))) == [("update", "done")]

    assert rocketchat.user("root-2")["_id"] == account.rocketchat_id


class TestNamesThatAreTaken:
    @pytest.fixture
    def taken(self, rocketchat: StandIn) -> None:
        rocketchat.add_user("al", email="al@example.com")

    @pytest.mark.usefixtures("taken")
    @pytest.mark.parametrize("field, value", [("username", "al"), ("email", "al@example.com")])
    def test_are_waited_for(self, account: Account, field: str, value: str) -> None:
        changes = (update("name", "Al"), update(field, value))

        with pytest.raises(Blocked) as caught:
            applied(account, *changes, finally_=False)

        assert (caught.value.plan.changes, caught.value.field, caught.value.value) == (changes, field, value)
        assert Account.objects.get().synced_at is None

    @pytest.mark.usefixtures("taken")
    def test_give_way_to_the_next_spelling_in_the_end(self, rocketchat: StandIn, account: Account) -> None:
        User.objects.update(username="al")

        assert outcomes(applied(account, update("username", "al"))) == [("update", "done")]

        assert rocketchat.user("al-2")["_id"] == account.rocketchat_id
        assert Account.objects.get().username == "al-2"

    @pytest.mark.usefixtures("taken")
    def test_are_a_failure_in_the_end_where_there_is_no_other(self, rocketchat: StandIn, account: Account) -> None:
        result = applied(account, update("name", "Al"), update("email", "al@example.com"))

        assert [(step.change.field, step.outcome) for step in result.steps] == [("email", "failed"), ("name", "done")]
        assert rocketchat.user("alice")["name"] == "Al"

    def test_all_of_them_are_a_failure(
        self, rocketchat: StandIn, account: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*args: object) -> rest.User:
            raise rest.Taken("in use", endpoint="v1/users.update")

        monkeypatch.setattr(rest.users, "update", refuse)

        result = applied(account, update("username", "al"))

        assert outcomes(result) == [("update", "failed")]
        assert "in use" in reasons(result)[0]
        with pytest.raises(Blocked) as caught:
            applied(account, update("name", "Al"), finally_=False)
        assert (caught.value.field, caught.value.value) == ("username", "")


class Photo(Adapter):
    """A site whose users have a picture."""

    def __init__(self, content: bytes | None = PNG) -> None:
        storage = InMemoryStorage()
        self._file = FieldFile(object(), FileField(storage=storage), "face.png")  # type: ignore[arg-type]
        if content is not None:
            storage.save("face.png", ContentFile(content))

    def avatar(self, user: AbstractBaseUser) -> FieldFile:
        return self._file


class TestPicture:
    def test_is_sent_as_a_file(self, rocketchat: StandIn, account: Account) -> None:
        assert outcomes(applied(account, update("avatar", "face.png"), adapter=Photo())) == [("update", "done")]

        assert rocketchat._workspace.avatars[account.linked_id].content == PNG
        assert (UPDATE in rocketchat.calls, AVATAR in rocketchat.calls) == (False, True)
        assert Account.objects.get().told == {"avatar": "face.png"}

    def test_that_is_gone_meanwhile_is_not_sent(self, rocketchat: StandIn, account: Account) -> None:
        assert outcomes(applied(account, update("avatar", "face.png"))) == [("update", "done")]

        assert AVATAR not in rocketchat.calls

    @pytest.mark.parametrize("content, why", [(None, "cannot be read"), (b"<svg/>", "is no PNG")])
    def test_that_cannot_be_used_stops_nothing_else(
        self, rocketchat: StandIn, account: Account, content: bytes | None, why: str
    ) -> None:
        result = applied(account, update("name", "Al"), update("avatar", "face.png"), SIGN_OUT, adapter=Photo(content))

        assert outcomes(result) == [("update", "done"), ("update", "failed"), ("sign-out", "done")]
        assert why in reasons(result)[0]
        assert Account.objects.get().told == {}


class TestMoving:
    def test_out_and_in(self, rocketchat: StandIn, account: Account) -> None:
        rocketchat.add_room("news")
        rocketchat.add_room("crew", "team", members=["alice"])

        result = applied(account, leave("teams", "crew"), join("channels", "news"), join("roles", "moderator"))

        assert outcomes(result) == [("leave", "done"), ("join", "done"), ("join", "done")]
        assert rocketchat.members_of("news") == ["admin", "alice"]
        assert rocketchat.members_of("crew") == ["admin"]
        assert rocketchat.user("alice")["roles"] == ["user", "moderator"]

    def test_knows_the_account_by_the_name_it_has_in_chat(self, rocketchat: StandIn, account: Account) -> None:
        rocketchat.rename_user("alice", "al")
        account.username = "al"

        assert outcomes(applied(account, join("roles", "moderator"))) == [("join", "done")]
        assert rocketchat.user("al")["roles"] == ["user", "moderator"]
        assert Account.objects.get().username == "al"

    def test_leaves_the_last_owner_in_the_room(self, rocketchat: StandIn, account: Account) -> None:
        rocketchat.add_room("news", owner="alice")

        result = applied(account, leave("channels", "news"), SIGN_OUT)

        why = "The person is the last owner of news and was left in it. Give it another owner in chat."
        assert outcomes(result) == [("leave", "left"), ("sign-out", "done")]
        assert result.steps[0].reason == why
        assert rocketchat.members_of("news") == ["alice"]
        account.refresh_from_db()
        assert (account.failed_at, account.reason) == (None, why)

    def test_leaves_the_last_administrator_one(self, rocketchat: StandIn, account: Account) -> None:
        """Somebody else lost the role meanwhile, or the service account is none of them."""
        rocketchat.users.update(rocketchat.admin.user_id, {"roles": ["bot", "owner"]})
        rocketchat.users.update(account.linked_id, {"roles": ["admin"]})
        for permission in ("access-permissions", "assign-admin-role"):
            rocketchat.grant(permission, "bot")

        result = applied(account, leave("roles", "admin"), SIGN_OUT)

        assert outcomes(result)[0] == ("leave", "failed")
        assert "at least one admin" in reasons(result)[0]
        assert rocketchat.user("alice")["roles"] == ["admin"]

    def test_goes_on_where_a_room_is_missing(self, rocketchat: StandIn, account: Account) -> None:
        rocketchat.add_room("news")

        result = applied(account, join("channels", "nowhere"), join("channels", "news"))

        assert outcomes(result) == [("join", "left"), ("join", "done")]
        assert "no channel nowhere" in result.steps[0].reason
        assert not result.failed


class TestEnding:
    def test_signs_out(self, rocketchat: StandIn, account: Account) -> None:
        phone = rocketchat.log_in("alice")

        assert outcomes(applied(account, SIGN_OUT)) == [("sign-out", "done")]

        assert not rocketchat.is_alive(phone)

    def test_deactivates(self, rocketchat: StandIn, account: Account) -> None:
        assert outcomes(applied(account, DEACTIVATE, adapter=NobodyMayChat())) == [("deactivate", "done")]

        assert not rocketchat.user("alice")["active"]
        assert rocketchat.calls == [SET_ACTIVE]
        assert Account.objects.get().state == Account.State.DEACTIVATED

    @pytest.mark.parametrize("change", [DEACTIVATE, DELETE])
    def test_hands_rooms_of_the_last_owner_over(self, rocketchat: StandIn, account: Account, change: Change) -> None:
        rocketchat.add_user("bob")
        rocketchat.add_room("news", owner="alice", members=["bob"])

        assert outcomes(applied(account, change, adapter=NobodyMayChat()))[0][1] == "done"

        room = rocketchat._workspace.rooms.named("news")
        assert room is not None
        assert room.owners == [rocketchat.user("bob")["_id"]]

    def test_deletes_the_account_of_who_is_gone(self, rocketchat: StandIn, account: Account, alice: User) -> None:
        alice.delete()
        account.refresh_from_db()

        assert outcomes(applied(account, DELETE)) == [("delete", "done")]

        assert rocketchat.users.get(account.linked_id) is None
        assert not Account.objects.exists()


class TestWhatChangedMeanwhile:
    """Between the plan and now."""

    def test_nothing_ends_who_may_chat_again(self, rocketchat: StandIn, account: Account) -> None:
        result = applied(account, DEACTIVATE)

        assert outcomes(result) == [("deactivate", "failed")]
        assert "changed meanwhile" in reasons(result)[0]
        assert rocketchat.calls == []

    @pytest.mark.parametrize("change", [REVIVE, SIGN_OUT, update("name", "Al"), join("roles", "moderator")])
    def test_nothing_is_given_to_who_may_not_chat_any_more(
        self, rocketchat: StandIn, account: Account, change: Change
    ) -> None:
        result = applied(account, change, adapter=NobodyMayChat())

        assert [step.outcome for step in result.steps] == [Outcome.FAILED]
        assert rocketchat.calls == []

    def test_no_account_is_made_for_who_may_not_chat_any_more(self, rocketchat: StandIn, account: Account) -> None:
        result = applied(account, FORGET, CREATE, adapter=NobodyMayChat())

        assert outcomes(result) == [("create", "failed")]
        assert rocketchat.calls == []
        assert Account.objects.get().rocketchat_id == account.rocketchat_id

    def test_what_is_gone_is_forgotten_all_the_same(self, rocketchat: StandIn, account: Account) -> None:
        assert outcomes(applied(account, FORGET, adapter=NobodyMayChat())) == [("forget", "done")]

        account.refresh_from_db()
        assert (account.rocketchat_id, account.state) == (None, Account.State.PENDING)

    def test_a_user_who_is_gone_is_left_to_the_next_sync(
        self, rocketchat: StandIn, account: Account, alice: User
    ) -> None:
        plan = plan_of(account, update("name", "Al"))
        alice.delete()

        assert Applier(Adapter()).apply(plan) == Result(plan)
        assert Applier(Adapter()).apply(AccountPlan(plan.user_pk, None, "alice", changes=(CREATE,))).steps == ()
        assert rocketchat.calls == []

    def test_an_account_that_has_a_user_again_is_none_of_who_is_gone(
        self, rocketchat: StandIn, account: Account
    ) -> None:
        plan = AccountPlan(None, account.pk, changes=(DELETE,))

        assert Applier(Adapter()).apply(plan) == Result(plan)
        assert rocketchat.calls == []

    def test_an_account_that_is_not_known_any_more_is_left(self, rocketchat: StandIn, db: None) -> None:
        plan = AccountPlan(None, 77, changes=(DELETE,))

        assert Applier(Adapter()).apply(plan) == Result(plan)


class TestFailures:
    @pytest.mark.parametrize("failure", [503, "timeout", "drop"])
    def test_of_rocketchat_may_pass(self, rocketchat: StandIn, account: Account, failure: int | str) -> None:
        rocketchat.add_room("news")
        rocketchat.fail_with(failure, path="/api/v1/channels.info")

        result = applied(account, update("name", "Al"), CONFLICT, join("channels", "news"), SIGN_OUT)

        assert outcomes(result) == [
            *(("update", "done"), ("join", "failed"), ("sign-out", "failed")),
            ("conflict", "planned"),
        ]
        assert result.may_pass
        assert Account.objects.get().failed_at is not None

    def test_of_a_rate_limit_may_pass(
        self, rocketchat: StandIn, account: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*args: object) -> None:
            raise rest.RateLimited("too many", status=429)

        monkeypatch.setattr(rest.roles, "add", refuse)

        result = applied(account, join("roles", "moderator"), SIGN_OUT)

        assert (outcomes(result), result.may_pass) == ([("join", "failed"), ("sign-out", "failed")], True)

    def test_of_permissions_do_not_pass(self, rocketchat: StandIn, account: Account) -> None:
        rocketchat.revoke("logout-other-user")

        result = applied(account, SIGN_OUT)

        assert (outcomes(result), result.may_pass) == ([("sign-out", "failed")], False)

    def test_of_settings_do_not_pass(self, account: Account, settings: Settings) -> None:
        settings.ROCKETCHAT_URL = ""

        result = applied(account, SIGN_OUT)

        assert (outcomes(result), result.may_pass) == ([("sign-out", "failed")], False)
        assert "ROCKETCHAT_URL is not set." in reasons(result)[0]
