"""The plan for one account, and which accounts there are to plan for."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rocketchat_auth.accounts import comparing
from rocketchat_auth.accounts.asking import ChatSide
from rocketchat_auth.accounts.changes import AccountPlan, Action, Change
from rocketchat_auth.accounts.creating import Foreteller
from rocketchat_auth.accounts.found import Found
from rocketchat_auth.accounts.wanted import Wanted, wanted_of
from rocketchat_auth.adapter import Adapter
from rocketchat_auth.conf import conf
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service

logger = logging.getLogger("rocketchat_auth.accounts")

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Considered:
    """A user or an account that was looked at.

    Args:
        plan: what has to change, which may be nothing.
        account: the row that ties the two, where there is one.
        wanted: what the site wants, where there is a user.
    """

    plan: AccountPlan
    account: Account | None
    wanted: Wanted | None


class Planner:
    """Compares the two sides, account by account.

    Args:
        chat: the chat's side.
        adapter: the site's adapter.
        create: whether users who have no chat account get one.
    """

    def __init__(self, chat: ChatSide, adapter: Adapter, *, create: bool = True) -> None:
        self._chat = chat
        self._adapter = adapter
        self._create = create
        self._rule = service.username_rule()
        self._foreteller = Foreteller(chat, self._rule)

    def of_user(self, user: AbstractBaseUser) -> Considered:
        """What has to change for one user of the site."""
        account = account_of(user)
        wanted = self._wanted(user)
        if isinstance(wanted, Wanted):
            changes = self._of_user(user, account, wanted)
        else:
            changes, wanted = [wanted], None
        plan = AccountPlan(
            user_pk=str(user.pk),
            account_pk=account.pk if account is not None else None,
            username=user.get_username(),
            chat_username=account.username if account is not None else "",
            rocketchat_id=(account.rocketchat_id or "") if account is not None else "",
            changes=tuple(changes),
        )
        return Considered(plan, account, wanted)

    def _wanted(self, user: AbstractBaseUser) -> Wanted | Change:
        """What the site wants; a conflict where its adapter fails, since that must not end the run."""
        try:
            return wanted_of(user, self._adapter)
        except Exception as error:
            logger.exception("ROCKETCHAT_ADAPTER failed for the user with the primary key %s", user.pk)
            reason = _("The adapter of this site failed with %s; the log has more.") % type(error).__name__
            return Change(Action.CONFLICT, reason=reason)

    def of_orphan(self, account: Account) -> Considered:
        """What has to change for an account whose user is gone."""
        found = self._chat.found(account)
        obstacle = _obstacle(account, found)
        if found is None:
            changes = [_forgetting()]
        else:
            changes = obstacle or comparing.offboarding(found, conf.on_delete)
        plan = AccountPlan(
            user_pk=None,
            account_pk=account.pk,
            chat_username=account.username,
            rocketchat_id=account.linked_id,
            changes=tuple(changes),
        )
        return Considered(plan, account, None)

    def _of_user(self, user: AbstractBaseUser, account: Account | None, wanted: Wanted) -> list[Change]:
        if account is None or not account.is_known:
            return self._foreteller.changes(user, account, wanted) if wanted.may_chat and self._create else []
        found = self._chat.found(account)
        if found is None:
            again = wanted.may_chat and self._create
            return [_forgetting(), *(self._foreteller.changes(user, account, wanted) if again else [])]
        obstacle = _obstacle(account, found)
        if obstacle:
            return obstacle
        return comparing.compare(account, wanted, found, managed=self._chat.managed, rule=self._rule)


def account_of(user: AbstractBaseUser) -> Account | None:
    """The row that ties a user to a chat account."""
    account: Account | None = getattr(user, "rocketchat_account", None)
    return account


def is_settled(user: AbstractBaseUser, account: Account, adapter: Adapter) -> bool:
    """Whether nothing else is wanted of an account than was last done."""
    return bool(account.wanted_mark) and account.wanted_mark == wanted_of(user, adapter).mark


def users(adapter: Adapter, **conditions: Any) -> QuerySet[Any]:
    """The site's users whom some conditions choose, in the order of their primary keys."""
    found = get_user_model()._default_manager.filter(**conditions).order_by("pk")
    return adapter.prepare(found.select_related("rocketchat_account"))


def orphans(**conditions: Any) -> Iterator[Account]:
    """The accounts whose user is gone from the site, and that have something left in chat."""
    found = Account.objects.filter(user=None, rocketchat_id__isnull=False, **conditions).order_by("pk")
    return found.iterator(CHUNK)


def _obstacle(account: Account, found: Found | None) -> list[Change]:
    """Why nothing may be done to an account, or nothing where there is no such reason."""
    if account.rocketchat_id == conf.user_id:
        reason = _("This is the service account of this site, which a sync never changes. Unlink it from the user.")
    elif found is not None and found.user.federated:
        reason = _("This is an account of another server, which only that server can change.")
    else:
        return []
    return [Change(Action.CONFLICT, reason=reason)]


def _forgetting() -> Change:
    return Change(Action.FORGET, reason=_("the account was deleted in chat"))
