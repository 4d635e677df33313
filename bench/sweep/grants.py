"""Fills the site with chat logins: `python -m bench.sweep.grants GRANTS`. `--over` ends each 100th of the sessions."""

import argparse
from datetime import timedelta

BATCH = 1000
SHARE = 100
"""One of so many sessions is over."""


def make(grants: int) -> None:
    """Make users who each have a session and, in it, a chat login."""
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from rocketchat_auth.accounts.wanted import password_marks
    from rocketchat_auth.login.encryption import seal
    from rocketchat_auth.login.identity import name_of_key
    from rocketchat_auth.login.traces import sealed
    from rocketchat_auth.models import Account, LoginToken
    from rocketchat_auth.rest import Secret, service

    now, then = service.now(), timezone.now() + timedelta(days=14)
    data = SessionStore().encode({"_auth_user_id": "1", "_auth_user_hash": "x" * 64})
    for start in range(0, grants, BATCH):
        numbers = range(start, min(start + BATCH, grants))
        users = User.objects.bulk_create(User(username=f"user{number}", password=f"!{number}") for number in numbers)
        accounts = Account.objects.bulk_create(
            Account(user=user, rocketchat_id=f"id-of-{user.username}", state=Account.State.LINKED) for user in users
        )
        keys = [f"{number:032}" for number in numbers]
        Session.objects.bulk_create(Session(session_key=key, session_data=data, expire_date=then) for key in keys)
        LoginToken.objects.bulk_create(
            LoginToken(
                session=str(name_of_key(key)),
                account=account,
                token=seal(Secret(f"token-of-{account.rocketchat_id}")),
                checked_at=now,
                sealed_key=sealed(key),
                password_mark=password_marks(user)[0],
                expires_at=now + timedelta(days=14),
            )
            for key, account, user in zip(keys, accounts, users, strict=True)
        )


def end_some() -> None:
    """Delete one session of a hundred."""
    from django.contrib.sessions.models import Session

    Session.objects.filter(session_key__endswith="00").delete()


def _main() -> None:
    import django
    from django.core.management import call_command

    parser = argparse.ArgumentParser(prog="python -m bench.sweep.grants")
    parser.add_argument("grants", type=int)
    parser.add_argument("--over", action="store_true")
    options = parser.parse_args()
    django.setup()
    if options.over:
        end_some()
        return
    call_command("migrate", verbosity=0)
    make(options.grants)


if __name__ == "__main__":
    _main()
