"""The same site with a chat beside it. Prints what each sync does, one JSON line each."""

import json
from importlib import import_module
from typing import Any

import django
import httpx2
from django.conf import settings

from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock

stand_in = StandIn("8.4", clock=FakeClock(), token_secret="a secret")
settings.configure(
    SECRET_KEY="only for tests, and long enough that no system check minds it",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "rocketchat_auth",
        "tests.sites.people",
    ],
    AUTH_USER_MODEL="people.Person",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    USE_TZ=True,
    ROCKETCHAT_URL="https://chat.example.com",
    ROCKETCHAT_USER_ID=stand_in.admin.user_id,
    ROCKETCHAT_AUTH_TOKEN=stand_in.admin.auth_token,
    ROCKETCHAT_CONCURRENCY=1,
    ROCKETCHAT_GROUPS={"Staff": {"channels": ["news"]}},
)
django.setup()


def run() -> None:
    from django.core.management import call_command

    from rocketchat_auth.accounts.few import sync_some
    from rocketchat_auth.accounts.sync import Scope
    from rocketchat_auth.rest.service import install_transport

    people: Any = import_module("tests.sites.people.models").Person.objects
    call_command("migrate", run_syncdb=True, verbosity=0)
    install_transport(httpx2.WSGITransport(app=stand_in.wsgi), clock=FakeClock())
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
