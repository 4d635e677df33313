"""Why a user of the site is not given a chat account that exists already."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext as _

from rocketchat_auth import rest
from rocketchat_auth.accounts.matching import key_of
from rocketchat_auth.accounts.planning import account_of
from rocketchat_auth.accounts.policy import ADMINISTRATOR
from rocketchat_auth.adapter import Adapter
from rocketchat_auth.conf import conf
from rocketchat_auth.models import Account

logger = logging.getLogger("rocketchat_auth.accounts")


class Rule(StrEnum):
    """Why an account is to be a user's."""

    EMAIL = "email"
    USERNAME = "username"
    CSV = "csv"
    HAND = "hand"

    @property
    def names_accounts(self) -> bool:
        """Whether somebody named the very account, and nobody else can come by it."""
        return self in (Rule.CSV, Rule.HAND)


@dataclass(frozen=True, slots=True)
class Vouched:
    """What the operator vouches for.

    Args:
        emails: that addresses belong to whom they stand beside, verified or not.
        administrators: that those named may have accounts with the role `admin`.
    """

    emails: bool = False
    administrators: bool = False


@dataclass(frozen=True, slots=True)
class Judge:
    """Says why a user can't have an account.

    Args:
        rule: why the account is to be the user's.
        vouched: what the operator vouches for.
        adapter: the site's adapter.
    """

    rule: Rule
    vouched: Vouched
    adapter: Adapter

    def verdict(
        self, user: AbstractBaseUser, chat: rest.User, owner: Account | None, *, users: int = 1, accounts: int = 1
    ) -> tuple[str, str]:
        """The first thing that is in the way, or ""; and what is worth a look though nothing is, or "".

        Args:
            user: the user.
            chat: the account.
            owner: the row that ties the account to somebody, where there is one.
            users: how many users the account would be given to.
            accounts: how many accounts the user would be given.
        """
        obstacles = chain(self._of_ties(user, owner), self._of_account(chat), self._of_user(user, chat))
        if users > 1:
            obstacles = chain(obstacles, [_("more than one user would get it; name the right one by --csv or by hand")])
        if accounts > 1:
            obstacles = chain(obstacles, [_("more than one account fits; name the right one by its _id")])
        try:
            obstacle = next(obstacles, "")
            note = self._unverified(user, chat) if self.rule is Rule.EMAIL and not obstacle else ""
        except Exception as error:  # noqa: BLE001 - it is logged there
            return adapter_failed(user, error), ""
        return obstacle, note

    def _of_ties(self, user: AbstractBaseUser, owner: Account | None) -> Iterator[str]:
        own = account_of(user)
        if own is not None and own.rocketchat_id:
            yield _("the user is linked to %s already; unlink that in the admin first") % own
        if owner is not None and owner.user is None:
            yield _("it is a deleted user's; unlink it in the admin first")
        if owner is not None and owner.user is not None:
            yield _("it is linked to %s already") % owner.user.get_username()

    def _of_account(self, chat: rest.User) -> Iterator[str]:
        if chat.id == conf.user_id:
            yield _("it is the service account of this site")
        # The names of accounts at home elsewhere are @name:server; the list of accounts does not tell it otherwise.
        if chat.federated or ":" in chat.username:
            yield _("it is at home on another server")
        if chat.type != "user" or {"bot", "app"} & set(chat.roles):
            yield _("it is a bot's or an app's, and not a person's")
        if ADMINISTRATOR in chat.roles and not self.rule.names_accounts:
            yield _("it has the role admin; name it by --csv or by hand")
        if ADMINISTRATOR in chat.roles and not self.vouched.administrators:
            yield _("it has the role admin, which needs --allow-admin")
        if not chat.active:
            yield _("it is deactivated; activate it in Rocket.Chat first")

    def _of_user(self, user: AbstractBaseUser, chat: rest.User) -> Iterator[str]:
        if not self.adapter.may_chat(user):
            yield _("the user may not chat")
        if self.rule is Rule.EMAIL and not self.vouched.emails:
            unverified = self._unverified(user, chat)
            if unverified:
                yield _("%s; see --trust-emails") % unverified

    def _unverified(self, user: AbstractBaseUser, chat: rest.User) -> str:
        """Where the address that they have in common is not verified, or "" where it is on both sides."""
        address = key_of(self.adapter.email(user))
        in_chat = any(email.verified and key_of(email.address) == address for email in chat.emails)
        if in_chat:
            return "" if self.adapter.email_is_verified(user) else _("the address is not verified on the site")
        return _("the address is not verified in Rocket.Chat")


def adapter_failed(user: AbstractBaseUser, error: Exception) -> str:
    """The obstacle where the site's adapter fails for one user, which must not end the run; what failed is logged."""
    logger.error("ROCKETCHAT_ADAPTER failed for the user with the primary key %s", user.pk, exc_info=error)
    return _("the adapter of this site failed with %s; the log has more") % type(error).__name__
