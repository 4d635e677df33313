"""The same site with a chat beside it. Prints what each sync does, one JSON line each."""

import json
from importlib import import_module
from typing import Any

from tests.sites.starting import start_beside_chat

stand_in = start_beside_chat(
    "tests.sites.people",
    AUTH_USER_MODEL="people.Person",
    ROCKETCHAT_CONCURRENCY=1,
    ROCKETCHAT_GROUPS={"Staff": {"channels": ["news"]}},
)


def run() -> None:
    from rocketchat_auth.accounts.few import sync_some
    from rocketchat_auth.accounts.sync import Scope

    people: Any = import_module("tests.sites.people.models").Person.objects
    people.create(email="ada@example.com")
    people.create(email="ben@example.com")
    sync(Scope())
    sync(Scope())
    people.filter(email="ada@example.com").update(email="augusta@example.com")
    sync(Scope(username="augusta@example.com"))
    ben = people.get(email="ben@example.com")
    ben.set_password("another")
    people.filter(pk=ben.pk).update(password=ben.password)
    tell(sync_some([str(ben.pk)]))
    for is_active in (False, True):
        people.filter(pk=ben.pk).update(is_active=is_active)
        sync(Scope())
    people.get(email="augusta@example.com").delete()
    print(json.dumps({user["username"]: user["active"] for user in stand_in.users.all()}))  # noqa: T201


def sync(scope: Any) -> None:
    from rocketchat_auth.accounts.sync import apply_plan, make_plan

    results: list[Any] = []
    with make_plan(scope) as plan:
        apply_plan(plan, on_result=results.append)
    tell(results)


def tell(results: list[Any]) -> None:
    """What became of each account: its user, its name in chat, and what was done."""
    told = [
        [result.plan.username, step.change.action, step.change.field, step.outcome]
        for result in results
        for step in result.steps
    ]
    print(json.dumps(sorted(told)))  # noqa: T201


run()
