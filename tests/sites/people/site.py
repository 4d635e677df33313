"""A site with users of the model that it is told. Prints whom it would bring up to date in chat, one JSON line each."""

import json
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from tests.sites.starting import start

start(
    "tests.sites.people",
    AUTH_USER_MODEL=f"people.{sys.argv[1]}",
    ROCKETCHAT_REQUIRED_PERMISSION="rocketchat_auth.chat",
)


def run() -> None:
    from rocketchat_auth.accounts import tasks

    def enqueue(users: Iterable[str], accounts: Iterable[int] = ()) -> int:
        say({"users": list(users), "accounts": list(accounts)})
        return 1

    vars(tasks)["enqueue"] = enqueue
    {"Person": live_as_persons, "Member": live_as_members}[sys.argv[1]](import_module("tests.sites.people.models"))


def live_as_persons(models: Any) -> None:
    ada = models.Person.objects.create(email="ada@example.com")
    ben = models.Colleague.objects.create(email="ben@example.com")
    say([str(ada.pk), str(ben.person_id)])
    give_accounts(ada.pk, ben.person_id)
    for one in (ada, models.Friend.objects.get(pk=ada.pk), ben):
        one.save()
    models.Friend.objects.get(pk=ada.pk).delete()
    ben.delete()


def live_as_members(models: Any) -> None:
    ada = models.Member.objects.create(nickname="ada")
    say([str(ada.pk)])
    give_accounts(ada.pk)
    circle = models.Circle.objects.create(title="Readers")
    circle.member_set.add(ada)
    circle.title = "Writers"
    circle.save()
    circle.delete()


def give_accounts(*user_pks: Any) -> None:
    from rocketchat_auth.models import Account

    for user_pk in user_pks:
        Account.objects.create(user_id=user_pk)


def say(value: object) -> None:
    print(json.dumps(value))  # noqa: T201


run()
