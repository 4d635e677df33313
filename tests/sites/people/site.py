"""A site whose users are of that model. Prints what it would bring up to date in chat, one JSON line each."""

import json
from collections.abc import Iterable
from importlib import import_module
from typing import Any

import django
from django.conf import settings

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
    ROCKETCHAT_REQUIRED_PERMISSION="rocketchat_auth.chat",
)
django.setup()


def run() -> None:
    from django.core.management import call_command

    from rocketchat_auth.accounts import tasks
    from rocketchat_auth.models import Account

    def enqueue(users: Iterable[str], accounts: Iterable[int] = ()) -> int:
        print(json.dumps({"users": list(users), "accounts": list(accounts)}))  # noqa: T201
        return 1

    people: Any = import_module("tests.sites.people.models")
    call_command("migrate", run_syncdb=True, verbosity=0)
    vars(tasks)["enqueue"] = enqueue
    ada = people.Person.objects.create(email="ada@example.com")
    ben = people.Colleague.objects.create(email="ben@example.com")
    print(json.dumps([str(ada.pk), str(ben.person_id)]))  # noqa: T201
    for user_id in (ada.pk, ben.person_id):
        Account.objects.create(user_id=user_id)
    everybody = [ada, people.Friend.objects.get(pk=ada.pk), ben]
    for one in everybody:
        one.save()
    people.Friend.objects.get(pk=ada.pk).delete()
    ben.delete()


run()
