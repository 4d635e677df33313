"""The plan for one account, and which accounts there are to plan for."""

import logging
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.translation import gettext as _

from rocketchat_auth.accounts import comparing
from rocketchat_auth.accounts.asking import ChatSide
from rocketchat_auth.accounts.changes import AccountPlan, Action, Change
from rocketchat_auth.accounts.creating import Foreteller
from rocketchat_auth.accounts.found import Found
from rocketchat_auth.accounts.wanted import SHOWN, Wanted, wanted_of
from rocketchat_auth.adapter import Adapter
from rocketchat_auth.conf import conf
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service

logger = logging.getLogger("rocketchat_auth.accounts")

T = TypeVar("T", bound=Model)

CHUNK = 500

# Lists of users do not tell which accounts are of another server, but no other can have such a name.
_FEDERATED_NAME = re.compile(r"@[^:]+:.+")


@dataclass(frozen=True, slots=True)
class Considered:
    """A user or an account that was looked at.

    Args:
        plan: what has to change, which may be nothing.
        account: the row that ties the two, where there is one.
        wanted: what the site wants, where there is a user.
        found: what Rocket.Chat has, where there is an account.
        waits: whether what is in the way may be gone by what the plan does to others, so that it is to be looked at
            once more when all others have been.
    """

    plan: AccountPlan
    account: Account | None
    wanted: Wanted | None
    found: Found | None = None
    waits: bool = False


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
        plan = AccountPlan(str(user.pk), account.pk if account is not None else None, user.get_username())
        wanted = self._wanted(user)
        if isinstance(wanted, Change):
            return Considered(replace(plan, changes=(wanted,)), account, None)
        plan = replace(plan, wanted_mark=wanted.mark)
        if account is None or not account.is_known:
            changes, waits = self._creation(user, account, wanted)
            return Considered(replace(plan, changes=tuple(changes)), account, wanted, waits=waits)
        comes_back = wanted.may_chat and account.state == Account.State.DEACTIVATED
        found = self._chat.found(account, closely=comes_back)
        if found is None:
            creation, waits = self._creation(user, account, wanted)
            changes = [_forgetting(), *creation]
        else:
            waits = False
            changes = _obstacle(account, found) or comparing.compare(
                account, wanted, found, managed=self._chat.managed, rule=self._rule
            )
            self._foreteller.heed(found.user, changes)
        return Considered(_of_account(plan, account, found, changes), account, wanted, found, waits)

    def _creation(self, user: AbstractBaseUser, account: Account | None, wanted: Wanted) -> tuple[list[Change], bool]:
        """What there is to do for a user without an account, and whether it may be less trouble later."""
        if not (wanted.may_chat and self._create):
            return [], False
        changes = self._foreteller.changes(user, account, wanted)
        return changes, _is_conflict(changes) and self._foreteller.may_get_free(wanted)

    def of_orphan(self, account: Account) -> Considered:
        """What has to change for an account whose user is gone."""
        found = self._chat.found(account)
        if found is None:
            changes = [_forgetting()]
        else:
            changes = _obstacle(account, found) or comparing.offboarding(found, conf.on_delete)
            self._foreteller.heed(found.user, changes)
        plan = AccountPlan(user_pk=None, account_pk=account.pk)
        return Considered(_of_account(plan, account, found, changes), account, None, found)

    def _wanted(self, user: AbstractBaseUser) -> Wanted | Change:
        """What the site wants; a conflict where its adapter fails, since that must not end the run."""
        try:
            return wanted_of(user, self._adapter)
        except Exception as error:
            logger.exception("ROCKETCHAT_ADAPTER failed for the user with the primary key %s", user.pk)
            reason = _("The adapter of this site failed with %s; the log has more.") % type(error).__name__
            return Change(Action.CONFLICT, reason=reason)


def account_of(user: AbstractBaseUser) -> Account | None:
    """The row that ties a user to a chat account."""
    account: Account | None = getattr(user, "rocketchat_account", None)
    return account


def is_settled(user: AbstractBaseUser, account: Account, adapter: Adapter) -> bool:
    """Whether nothing else is wanted of an account than was last done."""
    if not account.wanted_mark:
        return False
    with suppress(Exception):  # of the adapter, which the plan tells of
        return account.wanted_mark == wanted_of(user, adapter).mark
    return False


def users(adapter: Adapter, **conditions: Any) -> QuerySet[Any]:
    """The site's users whom some conditions choose, in the order of their primary keys.

    Those whom the default manager hides are among them, marked as such: Django lets none of them sign in, and so their
    chat is to end as well.
    """
    model = get_user_model()
    shown = Exists(model._default_manager.filter(pk=OuterRef("pk")))
    found = model._base_manager.filter(**conditions).annotate(**{SHOWN: shown}).order_by("pk")
    return adapter.prepare(found.select_related("rocketchat_account"))


def orphans(**conditions: Any) -> Iterator[Account]:
    """The accounts whose user is gone from the site, and that have something left in chat."""
    found = Account.objects.filter(user=None, rocketchat_id__isnull=False, **conditions)
    return in_chunks(found)


def in_chunks(rows: QuerySet[T]) -> Iterator[T]:
    """The rows in the order of their primary keys, so many at a time.

    MySQL's driver would take in all of them at once, and so would PostgreSQL's behind some poolers.
    """
    rows = rows.order_by("pk")
    chunk = list(rows[:CHUNK])
    while chunk:
        yield from chunk
        chunk = list(rows.filter(pk__gt=chunk[-1].pk)[:CHUNK])


def _of_account(plan: AccountPlan, account: Account, found: Found | None, changes: list[Change]) -> AccountPlan:
    username = found.user.username if found is not None else account.username
    return replace(plan, chat_username=username, rocketchat_id=account.linked_id, changes=tuple(changes))


def _obstacle(account: Account, found: Found) -> list[Change]:
    """Why nothing may be done to an account, or nothing where there is no such reason."""
    if account.rocketchat_id == conf.user_id:
        reason = _("This is the service account of this site, which a sync never changes. Unlink it from the user.")
    elif found.user.federated or _FEDERATED_NAME.fullmatch(found.user.username):
        reason = _("This is an account of another server, which only that server can change.")
    else:
        return []
    return [Change(Action.CONFLICT, reason=reason)]


def _is_conflict(changes: list[Change]) -> bool:
    return any(change.action is Action.CONFLICT for change in changes)


def _forgetting() -> Change:
    return Change(Action.FORGET, reason=_("the account was deleted in chat"))
