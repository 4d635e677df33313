"""What a sync of many costs: calls of the chat, queries of the site's database, and of the directory's own."""

import sqlite3
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from rocketchat_auth.accounts import planning
from rocketchat_auth.accounts.sync import Progress, Scope, apply_plan, make_plan
from rocketchat_auth.models import Account
from rocketchat_auth.rest.paging import COUNT
from rocketchat_auth.testing import StandIn

HANDFUL = 10


@pytest.fixture
def people(rocketchat: StandIn, settings: Settings, db: None) -> Callable[[int], None]:
    """Makes people who are in chat as the site wants them: each has the role and is in the channel and the team."""
    settings.ROCKETCHAT_GROUPS = {"Staff": {"roles": ["moderator"], "channels": ["staff"], "teams": ["crew"]}}

    def make(count: int) -> None:
        usernames = [f"user{number}" for number in range(count)]
        for username in usernames:
            rocketchat.add_user(username, roles=("user", "moderator"))
        rocketchat.add_room("staff", members=usernames)
        rocketchat.add_room("crew", "team", members=usernames)
        staff = Group.objects.create(name="Staff")
        users = User.objects.bulk_create(User(username=name, email=f"{name}@example.com") for name in usernames)
        staff.user_set.add(*users)
        Account.objects.bulk_create(
            Account(user=user, rocketchat_id=rocketchat.user(user.username)["_id"], state=Account.State.LINKED)
            for user in users
        )

    return make


def sync() -> tuple[int, list[Progress]]:
    """A sync of all; how many accounts it found to differ, and what it told of its progress."""
    told: list[Progress] = []
    with make_plan(Scope(), on_progress=told.append) as plan:
        apply_plan(plan)
        return plan.tally.accounts, told


def test_an_unchanged_sync_makes_a_call_for_100_accounts_and_a_handful(
    rocketchat: StandIn, people: Callable[[int], None]
) -> None:
    people(3 * COUNT)
    sync()
    rocketchat.reset_calls()

    differ, _ = sync()

    assert (differ, Account.objects.exclude(synced_at=None).count()) == (0, 3 * COUNT)
    assert rocketchat.calls.count(("GET", "/api/v1/users.list")) == 4
    assert len(rocketchat.calls) - 4 <= HANDFUL


def test_the_first_sync_keeps_the_rooms_of_all_in_one_query_of_many(people: Callable[[int], None]) -> None:
    people(COUNT)

    with CaptureQueriesContext(connection) as queries:
        sync()

    assert all(account.told["rooms"] == ["channels:staff", "teams:crew"] for account in Account.objects.all())
    assert len(queries) < COUNT / 2


def test_progress_is_told_now_and_then_and_at_the_end(people: Callable[[int], None]) -> None:
    people(COUNT + 1)

    _, told = sync()

    assert [progress.done for progress in told if progress.reading == "users"] == [COUNT, COUNT + 1]


def test_nothing_in_the_directory_is_looked_for_row_by_row(
    people: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    people(60)
    asked: set[str] = set()
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def connected(database: str, *, isolation_level: None) -> sqlite3.Connection:
        made = connect(database, isolation_level=isolation_level)
        made.set_trace_callback(asked.add)
        opened.append(made)
        return made

    monkeypatch.setattr(sqlite3, "connect", connected)
    with make_plan(Scope()):
        [database] = opened
        selects = [statement for statement in asked if statement.startswith("SELECT") and "WHERE" in statement]
        plans = [row[3] for select in selects for row in database.execute(f"EXPLAIN QUERY PLAN {select}")]

    assert any("members" in plan for plan in plans)
    assert [plan for plan in plans if plan.startswith("SCAN")] == []


def test_a_new_accounts_groups_are_read_once(rocketchat: StandIn, settings: Settings, alice: User) -> None:
    settings.ROCKETCHAT_GROUPS = {"Staff": {"roles": ["moderator"], "channels": ["general"]}}
    settings.ROCKETCHAT_CONCURRENCY = 1  # other threads would not see what the transaction of the test made
    alice.groups.add(Group.objects.create(name="Staff"))

    with make_plan(Scope()) as plan, CaptureQueriesContext(connection) as queries:
        apply_plan(plan)

    assert "moderator" in rocketchat.user("alice")["roles"]
    assert sum('FROM "auth_group"' in query["sql"] for query in queries) == 1


@pytest.mark.django_db
def test_rows_are_read_so_many_at_a_time_in_the_order_of_their_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "CHUNK", 2)
    User.objects.bulk_create(User(username=name) for name in ("zoe", "yan", "xia"))

    with CaptureQueriesContext(connection) as queries:
        found = [user.username for user in planning.in_chunks(User.objects.order_by("username"))]

    assert found == ["zoe", "yan", "xia"]
    assert len(queries) == 3
    assert all("LIMIT 2" in query["sql"] for query in queries)
