"""Fills the site's database: `python -m bench.sync.people USERS [--linked]`."""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from rocketchat_auth.models import Account

GROUP = "Everybody"
BATCH = 1000


def make(users: int) -> None:
    """Make users of the names that the stand-in makes up, all of them in one group."""
    from django.contrib.auth.models import Group, User

    from rocketchat_auth.testing.accounts_by_hand import made_up_people

    usernames = list(made_up_people(users))
    group = Group.objects.create(name=GROUP)
    through = User.groups.through
    for start in range(0, users, BATCH):
        made = User.objects.bulk_create(
            User(username=username, email=f"{username}@example.com", password=f"!{username}")
            for username in usernames[start : start + BATCH]
        )
        through.objects.bulk_create(through(user_id=user.pk, group_id=group.pk) for user in made)


def link() -> None:
    """Tie each user to the chat account of the same name, as if this site had made it."""
    from django.contrib.auth.models import User

    from rocketchat_auth.models import Account

    ids = dict(_ids())
    Account.objects.bulk_create((_linked(user, ids[user.username]) for user in User.objects.iterator()), BATCH)


def _ids() -> Iterator[tuple[str, str]]:
    from rocketchat_auth import rest
    from rocketchat_auth.rest import service

    for page in rest.users.pages(service.client()):
        yield from ((user.username, user.id) for user in page.users)


def _linked(user: "User", rocketchat_id: str) -> "Account":
    from rocketchat_auth.accounts.wanted import password_marks
    from rocketchat_auth.models import Account

    return Account(
        user=user,
        rocketchat_id=rocketchat_id,
        username=user.username,
        site_username=user.username,
        state=Account.State.LINKED,
        password_mark=password_marks(user)[0],
    )


def _main() -> None:
    import django
    from django.core.management import call_command

    parser = argparse.ArgumentParser(prog="python -m bench.sync.people")
    parser.add_argument("users", type=int)
    parser.add_argument("--linked", action="store_true")
    options = parser.parse_args()
    django.setup()
    call_command("migrate", verbosity=0)
    make(options.users)
    if options.linked:
        link()


if __name__ == "__main__":
    _main()
