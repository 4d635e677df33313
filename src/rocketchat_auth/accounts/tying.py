"""Tying users to chat accounts that exist already, because an operator says so."""

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, router, transaction
from django.utils.translation import gettext as _

from rocketchat_auth import rest, signals
from rocketchat_auth.accounts import asking, claims
from rocketchat_auth.accounts.linking import link
from rocketchat_auth.accounts.obstacles import Judge, Rule, Vouched
from rocketchat_auth.accounts.profile import current_adapter
from rocketchat_auth.accounts.sync import NoSuchUser
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True, slots=True)
class Tie:
    """A user and the chat account that is to be theirs.

    Args:
        username: the name by which the user signs in, as it was found or given.
        account: the account's username, or what was given for it.
        user: the user; None where there is none.
        chat: the account; None where there is none.
        obstacle: why it can't be theirs, or "".
        note: what is worth a look though it can, or "".
        is_tied: whether it is theirs already.
    """

    username: str
    account: str
    user: AbstractBaseUser | None = None
    chat: rest.User | None = None
    obstacle: str = ""
    note: str = ""
    is_tied: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it can be tied."""
        return not self.obstacle and not self.is_tied


def tie_by_hand(username: str, account: str, vouched: Vouched) -> Tie:
    """A user and a chat account, as somebody names them.

    Args:
        username: the name by which the user signs in.
        account: the account's username or `_id`.
        vouched: what the operator vouches for.

    Raises:
        NoSuchUser: there is no such user.
        RocketChatError: Rocket.Chat could not be read.
        SettingError: a setting is missing or wrong.
    """
    user = users_named({username}).get(username)
    if user is None:
        raise NoSuchUser(username)
    found = _accounts_named(account)
    if not found:
        return Tie(username, account, user, obstacle=no_account())
    asking.check_sees_all(any(chat.roles for chat in found))
    owners = owners_of({chat.id for chat in found})
    judge = Judge(Rule.HAND, vouched, current_adapter())
    return judged(judge, user, found[0], owners.get(found[0].id), accounts=len(found))


def make(tie: Tie, rule: Rule) -> str:
    """Tie an open tie, and tell the signal. Returns what came in between, or "".

    Raises:
        SignInRefused: the user is signing in to chat at this moment, for too long to wait.
    """
    user, chat = cast("User", tie.user), cast("rest.User", tie.chat)
    account = claims.claim(user)
    account.user = user
    try:
        if account.rocketchat_id:
            return _("the user was linked to %s meanwhile") % account
        with transaction.atomic(using=router.db_for_write(Account)):
            link(account, chat, created_here=False)
    except IntegrityError:
        return _("it was linked to another user meanwhile")
    finally:
        Account.objects.filter(pk=account.pk).update(claimed_at=None)
    signals.account_linked.send_robust(sender=Account, user=user, account=account, rule=rule.value)
    return ""


def judged(
    judge: Judge,
    user: AbstractBaseUser,
    chat: rest.User,
    owner: Account | None,
    *,
    users: int = 1,
    accounts: int = 1,
) -> Tie:
    """What is to be said of giving `chat`, which `owner` ties to somebody, to `user`; the rest is as for the judge."""
    if owner is not None and owner.user_id == user.pk:
        return Tie(user.get_username(), chat.username, user, chat, is_tied=True)
    obstacle, note = judge.verdict(user, chat, owner, users=users, accounts=accounts)
    return Tie(user.get_username(), chat.username, user, chat, obstacle, note)


def users_named(names: set[str]) -> dict[str, AbstractBaseUser]:
    """The users who sign in by these names, by them."""
    model = get_user_model()
    found = model._default_manager.filter(**{f"{model.USERNAME_FIELD}__in": names})
    return {user.get_username(): user for user in found}


def owners_of(ids: set[str]) -> dict[str, Account]:
    """The rows that tie these accounts to somebody, by the accounts' `_id`."""
    found = Account.objects.filter(rocketchat_id__in=ids).select_related("user")
    return {account.linked_id: account for account in found}


def _accounts_named(name: str) -> list[rest.User]:
    """The account of that name and the one of that `_id`: hardly ever are they two."""
    client, found = service.client(), {}
    with suppress(rest.NotFound):
        found[name] = rest.users.info(client, user_id=name)
    with suppress(rest.NotFound):
        chat = rest.users.info(client, username=name)
        found[chat.id] = chat
    return list(found.values())


def no_account() -> str:
    """The obstacle where there is no account at all."""
    return _("Rocket.Chat has no such account")
