"""Which chat accounts a user may be signed in to at all."""

from collections.abc import Iterable

from rocketchat_auth.accounts.refusals import RefusalReason, SignInRefused
from rocketchat_auth.conf import conf
from rocketchat_auth.models import Account

ADMINISTRATOR = "admin"


def may_be_administrator(account: Account) -> bool:
    """Whether ``account`` may be signed in to though it has the role ``admin``.

    Only for a superuser of the site, and only with ``ROCKETCHAT_ADMIN_LOGIN = True``.
    """
    return conf.admin_login and bool(getattr(account.user, "is_superuser", False))


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
