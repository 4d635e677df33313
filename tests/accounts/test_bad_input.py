"""What people, neighbours and accidents put in the way of a sync: each has an outcome, and the rest goes on."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from pytest_django import Settings

from rocketchat_auth.accounts.changes import Action, Outcome, Result
from rocketchat_auth.accounts.sync import Plan, Scope, apply_plan, make_plan
from rocketchat_auth.adapter import Adapter
from rocketchat_auth.models import Account
from rocketchat_auth.testing import FakeClock, StandIn

pytestmark = pytest.mark.django_db

every_version = pytest.mark.parametrize("stand_in", ["6.5", "8.4", "9.0"], indirect=True)


@pytest.fixture(autouse=True)
def one_at_a_time(settings: Settings) -> None:
    settings.ROCKETCHAT_CONCURRENCY = 1


def synced(before: Callable[[Plan], None] | None = None) -> dict[str, Result]:
    """What became of each user, in one sync of everybody, after which another has nothing left to try."""
    results: list[Result] = []
    with make_plan(Scope()) as plan:
        if before is not None:
            before(plan)
        apply_plan(plan, on_result=results.append)
    return {result.plan.label: result for result in results}


def left_to_do() -> list[str]:
    with make_plan(Scope()) as plan:
        return [account.label for account in plan if account.does_something]


def user(name: str, **facts: Any) -> User:
    return User.objects.create_user(name, facts.pop("email", f"{name}@example.com"), **facts)


def users(*names: str) -> list[User]:
    return [user(name) for name in names]


def reason(result: Result) -> str:
    return " ".join(step.reason or step.change.reason for step in result.steps)


def usernames(found: Iterable[User]) -> list[str]:
    return [one.rocketchat_account.username for one in found]


@every_version
@pytest.mark.parametrize(
    "first, last, shown",
    [
        ("Conan", 'O\'Brien "Q"', 'Conan O\'Brien "Q"'),
        ("Ada", "😀", "Ada 😀"),
        ("محمد", "علي", "محمد علي"),
        ("Ada", "<b>Love</b>/lace\\", "Ada b Love b lace"),
        ("Ada\x07", "Love\nlace", "Ada Love lace"),
        ("<>", "/\\", "ada"),
        ("x" * 150, "y" * 150, f"{'x' * 150} {'y' * 104}"),
    ],
)
def test_a_name_is_taken_as_far_as_rocketchat_takes_it(rocketchat: StandIn, first: str, last: str, shown: str) -> None:
    user("ada", first_name=first, last_name=last)

    assert not synced()["ada"].failed

    assert rocketchat.user("ada")["name"] == shown
    assert left_to_do() == []


def test_usernames_that_come_to_the_same_are_numbered(rocketchat: StandIn) -> None:
    same = [user(name, email=f"{n}@example.com") for n, name in enumerate(["j müller", "j+muller", "j@example.com"])]
    same[2].username = "j.muller"
    same[2].save()

    synced()

    assert sorted(usernames(User.objects.all())) == ["j.muller", "j.muller-2", "j.muller-3"]
    assert left_to_do() == []


def test_addresses_that_differ_in_case_are_the_same(rocketchat: StandIn) -> None:
    first, second = user("ada", email="Ada@Example.com"), user("bob", email="ada@example.COM")
    user("carol")

    results = synced()

    assert reason(results["bob"]).startswith("Another chat account has the address")
    assert Account.objects.get(user=second).state == Account.State.CONFLICT
    assert results["carol"].changed

    first.email = "ADA@EXAMPLE.COM"
    first.save()
    assert left_to_do() == []


@every_version
@pytest.mark.parametrize("field", ["email", "username"])
@pytest.mark.parametrize("number", [2, 3])
def test_a_circle_of_swaps_ends_well_in_one_sync(rocketchat: StandIn, field: str, number: int) -> None:
    circle = users("ada", "bob", "carol")[:number]
    synced()
    values = [getattr(one, field) for one in circle]
    for one, value in zip(circle, [*values[1:], values[0]], strict=True):
        User.objects.filter(username=value).update(username=f"meanwhile-{value}")
        User.objects.filter(pk=one.pk).update(**{field: value})

    assert not any(result.failed for result in synced().values())

    for one in User.objects.filter(pk__in=[one.pk for one in circle]):
        chat = rocketchat.users.get(one.rocketchat_account.linked_id) or {}
        assert (chat["username"], chat["emails"][0]["address"]) == (one.username, one.email)
    assert left_to_do() == []


def test_a_name_that_another_just_left_is_had_at_once(rocketchat: StandIn) -> None:
    leaving, coming = users("ada", "bob")
    synced()
    User.objects.filter(pk=leaving.pk).update(username="countess")
    User.objects.filter(pk=coming.pk).update(username="ada")

    synced()

    assert sorted(usernames(User.objects.all())) == ["ada", "countess"]
    assert rocketchat.user("ada")["_id"] == coming.rocketchat_account.rocketchat_id


@every_version
def test_an_account_deleted_in_chat_is_made_anew(rocketchat: StandIn) -> None:
    users("ada", "bob")
    synced()
    former = rocketchat.user("ada")["_id"]
    rocketchat.delete_user("ada")

    results = synced()

    assert [step.change.action for step in results["ada"].steps] == [Action.FORGET, Action.CREATE]
    assert rocketchat.user("ada")["_id"] != former
    assert left_to_do() == []


def test_an_account_renamed_in_chat_keeps_that_name_until_the_site_gives_another(rocketchat: StandIn) -> None:
    (ada,) = users("ada")
    synced()
    rocketchat.rename_user("ada", "countess")

    assert left_to_do() == []

    User.objects.filter(pk=ada.pk).update(username="augusta")
    synced()
    assert rocketchat.user("augusta")["_id"] == ada.rocketchat_account.rocketchat_id


@every_version
def test_roles_and_rooms_that_are_gone_are_told_of_once(rocketchat: StandIn, settings: Settings) -> None:
    role = rocketchat.add_role("librarian")
    for name, kind in ("staff", "channel"), ("board", "group"), ("crew", "team"):
        rocketchat.add_room(name, kind)  # type: ignore[arg-type]
    settings.ROCKETCHAT_GROUPS = {
        "Staff": {"roles": [role], "channels": ["staff"], "groups": ["board"], "teams": ["crew"]}
    }
    staff = Group.objects.create(name="Staff")
    staff.user_set.add(*users("ada", "bob"))
    assert not any(result.failed for result in synced().values())
    rocketchat.delete_role("librarian")
    for name in "staff", "board", "crew":
        rocketchat.delete_room(name)

    with make_plan(Scope()) as plan:
        assert [finding.split(",")[0].split(". ")[0] for finding in plan.findings] == [
            f"Rocket.Chat has no role {role}",
            "Rocket.Chat has no channel staff",
            "Rocket.Chat has no private channel board",
            "Rocket.Chat has no team crew",
        ]
        assert list(plan) == []


def test_an_account_of_another_server_is_left_to_it(rocketchat: StandIn) -> None:
    chat = rocketchat.add_user("@ada:matrix.example.com", federated=True)
    ada = user("ada")
    Account.objects.create(user=ada, rocketchat_id=chat["_id"], username=chat["username"], state=Account.State.LINKED)
    user("bob")

    results = synced()

    assert reason(results["ada"]).startswith("This is an account of another server")
    assert results["bob"].changed
    assert rocketchat.users.get(chat["_id"]) == chat


@pytest.mark.parametrize("is_active", [True, False])
def test_the_service_account_is_never_touched(rocketchat: StandIn, is_active: bool) -> None:
    ada = user("ada", is_active=is_active)
    Account.objects.create(
        user=ada, rocketchat_id=rocketchat.admin.user_id, username="admin", state=Account.State.LINKED
    )
    user("bob")
    before = rocketchat.user("admin")

    results = synced()

    assert reason(results["ada"]).startswith("This is the service account of this site")
    assert results["bob"].changed
    assert rocketchat.user("admin") == before


class Picky(Adapter):
    def name(self, user: User) -> str:  # type: ignore[override]
        if user.username == "ada":
            raise KeyError("on purpose")
        return super().name(user)


def test_an_adapter_that_fails_for_one_user_leaves_that_one(
    rocketchat: StandIn, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ROCKETCHAT_ADAPTER = f"{__name__}.Picky"
    users("ada", "bob")

    results = synced()

    assert reason(results["ada"]) == "The adapter of this site failed with KeyError; the log has more."
    assert "on purpose" in caplog.text
    assert results["bob"].changed


@pytest.mark.parametrize("failure", [503, "drop", "timeout"])
def test_what_a_chat_that_goes_down_in_the_middle_missed_is_made_up_for(
    rocketchat: StandIn, failure: int | str, fake_clock: FakeClock
) -> None:
    users("ada", "bob", "carol")

    results = synced(lambda plan: rocketchat.fail_with(failure, times=20, path="/api/v1/users.create"))

    assert {step.outcome for result in results.values() for step in result.steps} == {Outcome.FAILED}
    assert all(result.may_pass for result in results.values())
    assert Account.objects.exclude(failed_at=None).count() == 3
    rocketchat.fail_with(None)
    fake_clock.advance(60)
    assert not any(result.failed for result in synced().values())
    assert Account.objects.filter(failed_at=None, reason="", state=Account.State.LINKED).count() == 3
    assert left_to_do() == []


def test_a_service_account_with_a_rate_limit_waits_and_is_never_refused(
    rocketchat: StandIn, settings: Settings, fake_clock: FakeClock
) -> None:
    needed = ["create-user", "edit-other-user-info", "view-full-other-user-info", "view-d-room"]
    for permission in needed:
        rocketchat.grant(permission, "app")
    rocketchat.revoke("api-bypass-rate-limit")
    login = rocketchat.add_service_account("robot", roles=("app",))
    settings.ROCKETCHAT_USER_ID, settings.ROCKETCHAT_AUTH_TOKEN = login.user_id, login.auth_token
    users(*(f"user{number}" for number in range(25)))

    results = synced()

    assert not any(result.failed for result in results.values())
    assert len(results) == 25
    assert 100 < sum(fake_clock.slept) < 400
