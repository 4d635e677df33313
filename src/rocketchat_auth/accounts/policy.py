"""Which chat accounts a user may be signed in to at all."""

from collections.abc import Iterable
from datetime import datetime

from rocketchat_auth import rest
from rocketchat_auth.accounts.refusals import RefusalReason, SignInRefused
from rocketchat_auth.conf import conf
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service

ADMINISTRATOR = "admin"


def may_be_administrator(account: Account) -> bool:
    """Whether ``account`` may be signed in to though it has the role ``admin``.

    Only for a superuser of the site, and only with ``ROCKETCHAT_ADMIN_LOGIN = True``.
    """
    return conf.admin_login and bool(getattr(account.user, "is_superuser", False))


def seen_at(chat_user: rest.User) -> datetime | None:
    """Since when it counts that ``chat_user`` may be signed in to; ``None`` where each sign-in is to ask anew.

    So it is for administrators: who is no superuser any more must not come in because somebody else was.
    """
    return service.now() if chat_user.active and ADMINISTRATOR not in chat_user.roles else None


def check_may_sign_in(account: Account, *, active: bool, roles: Iterable[str]) -> None:
    """Raise :class:`SignInRefused` where the chat account must not be signed in to."""
    if not active:
        raise SignInRefused(RefusalReason.INACTIVE, f"the chat account {account} is deactivated in Rocket.Chat")
    if ADMINISTRATOR in roles and not may_be_administrator(account):
        raise SignInRefused(
            RefusalReason.ADMINISTRATOR,
            f"the chat account {account} has the role admin. Only a superuser of the site may"
            " sign in to it, and only with ROCKETCHAT_ADMIN_LOGIN = True.",
        )
