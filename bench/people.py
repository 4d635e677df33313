"""Fills the site's database: `python -m bench.people USERS SESSIONS` prints what it made as JSON."""

import json
import string
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True, slots=True)
class People:
    """The chat's `_id` of each user, and the keys of their sessions, in an order in which users take turns."""

    rocketchat_ids: list[str]
    sessions: list[str]


def make(users: int, sessions: int) -> People:
    """Make users whose chat accounts are linked and were seen of late, with that many sessions in all."""
    from django.contrib.auth.models import User
    from django.utils import timezone

    from rocketchat_auth.models import Account

    made = User.objects.bulk_create(User(username=f"reader{number}", password="!") for number in range(users))
    accounts = Account.objects.bulk_create(
        Account(
            user=user,
            rocketchat_id=f"chat{user.username}",
            username=user.username,
            state=Account.State.LINKED,
            seen_at=timezone.now(),
        )
        for user in made
    )
    keys = _sign_in([made[number % users] for number in range(sessions)])
    return People([account.linked_id for account in accounts], keys)


def _sign_in(users: list["User"]) -> list[str]:
    """Give each user one more session, as Django's `login` does, and return their keys."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils.crypto import get_random_string

    hashes = {user.pk: user.get_session_auth_hash() for user in users}
    rows = []
    for user in users:
        store = SessionStore()
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        store[HASH_SESSION_KEY] = hashes[user.pk]
        key = get_random_string(32, string.ascii_lowercase + string.digits)
        data = store.encode(dict(store.items()))
        rows.append(Session(session_key=key, session_data=data, expire_date=store.get_expiry_date()))
    Session.objects.bulk_create(rows, batch_size=1000)
    return [row.session_key for row in rows]


def _main() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    people = make(int(sys.argv[1]), int(sys.argv[2]))
    json.dump({"rocketchat_ids": people.rocketchat_ids, "sessions": people.sessions}, sys.stdout)


if __name__ == "__main__":
    _main()
