"""Doing what the plan for one account says."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from rocketchat_auth import rest
from rocketchat_auth.accounts import avatars, planning, provisioning, recording
from rocketchat_auth.accounts.asking import AskEach
from rocketchat_auth.accounts.changes import ENDS_ACCOUNTS, AccountPlan, Action, Change, Outcome, Result, Step
from rocketchat_auth.accounts.refusals import RefusalReason, SignInRefused
from rocketchat_auth.accounts.rooms import Missing, Rooms
from rocketchat_auth.accounts.usernames import candidates
from rocketchat_auth.accounts.wanted import Wanted, wanted_of
from rocketchat_auth.adapter import Adapter
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_SETTLED_AT_ONCE = (Action.CREATE, Action.LINK)
_NEEDS_WHO_MAY_CHAT = frozenset(Action) - ENDS_ACCOUNTS - {Action.FORGET, Action.CONFLICT}


class Blocked(Exception):
    """An account can't have a username or address, since another account still has it."""

    def __init__(self, plan: AccountPlan, field: str, value: str) -> None:
        super().__init__(plan, field, value)
        self.plan = plan
        self.field = field
        self.value = value


@dataclass(slots=True)
class _Work:
    """One account while it is worked on."""

    plan: AccountPlan
    account: Account
    user: AbstractBaseUser | None
    wanted: Wanted | None
    steps: list[Step] = field(default_factory=list)

    def done(self, changes: Iterable[Change]) -> None:
        self.steps += [Step(change, Outcome.DONE) for change in changes]

    def left(self, change: Change, reason: str) -> None:
        self.steps.append(Step(change, Outcome.LEFT, reason))

    def failed(self, changes: Iterable[Change], reason: str) -> None:
        self.steps += [Step(change, Outcome.FAILED, reason) for change in changes]


class Applier:
    """Changes accounts as plans say, each on its own: one that fails stops no other. Safe to share between threads.

    Args:
        adapter: the site's adapter.
    """

    def __init__(self, adapter: Adapter) -> None:
        self._adapter = adapter
        self._rooms = Rooms()

    def apply(self, plan: AccountPlan, *, finally_: bool = True) -> Result:
        """Do what a plan says.

        Args:
            plan: the plan.
            finally_: whether a name that another account has is a failure, and not a reason to try again later.

        Raises:
            Blocked: the name or address is another account's, and it may help to try again later.
        """
        work = self._begun(plan)
        if work is None:
            return Result(plan)
        may_pass = False
        try:
            self._change(work, finally_=finally_)
        except (rest.Unavailable, rest.RateLimited) as error:
            may_pass = True
            work.failed(_left(work), str(error))
        except (rest.RocketChatError, ImproperlyConfigured) as error:
            work.failed(_left(work), str(error))
        except SignInRefused as refusal:
            may_pass = refusal.retry_after is not None
            work.failed(_left(work), refusal.detail)
        conflicts = [Step(change, Outcome.PLANNED) for change in _of(work, Action.CONFLICT)]
        result = Result(work.plan, (*work.steps, *conflicts), may_pass)
        recording.record(work.account, work.wanted, result)
        return result

    def _begun(self, plan: AccountPlan) -> _Work | None:
        """The account as the database has it now; None where there is nothing left to do it to."""
        user = _user(plan, self._adapter)
        if user is None and plan.user_pk is not None:
            return None
        account = Account.objects.filter(pk=plan.account_pk).first() if plan.account_pk is not None else None
        if user is None:
            return None if account is None or account.user_id is not None else _Work(plan, account, None, None)
        wanted = wanted_of(user, self._adapter)
        account = account or planning.account_of(user) or Account(user=cast("User", user))
        # The endpoints of roles know accounts by their name alone, and somebody may have changed it in chat.
        account.username = plan.chat_username or account.username
        return _Work(plan, account, user, wanted)

    def _look_anew(self, work: _Work, user: AbstractBaseUser) -> None:
        """Compare once more, since something else is wanted by now than when the plan was made."""
        considered = planning.Planner(AskEach(self._adapter.managed()), self._adapter).of_user(user)
        work.plan, work.wanted = considered.plan, considered.wanted
        work.account = considered.account or work.account
        work.account.username = work.plan.chat_username or work.account.username

    def _change(self, work: _Work, *, finally_: bool) -> None:
        if outdated := _outdated(work.plan, work.wanted):
            work.failed(outdated, _("Whether the user may chat changed meanwhile; the next sync looks anew."))
            return
        if work.user is not None and work.wanted is not None and work.plan.wanted_mark not in ("", work.wanted.mark):
            self._look_anew(work, work.user)
        self._settle(work, finally_=finally_)
        self._update(work, finally_=finally_)
        for change in _of(work, Action.LEAVE, Action.JOIN):
            self._try(work, change, partial(self._move, work.account, change))
        for change in _of(work, Action.SIGN_OUT):
            rest.users.logout_everywhere(service.client(), work.account.linked_id)
            work.done([change])
        for change in _of(work, *ENDS_ACCOUNTS):
            self._end(work, change)

    def _settle(self, work: _Work, *, finally_: bool) -> None:
        """What comes first: that there is an account, and a live one."""
        for change in _of(work, Action.FORGET):
            provisioning.forget(work.account)
            work.done([change])
        for change in _of(work, *_SETTLED_AT_ONCE):
            self._set_up(work, change, finally_=finally_)
            work.done([change])
        for change in _of(work, Action.REVIVE):
            rest.users.set_active(service.client(), work.account.linked_id, active=True)
            work.done([change])

    def _set_up(self, work: _Work, change: Change, *, finally_: bool) -> None:
        try:
            work.account = provisioning.account_for(cast("AbstractBaseUser", work.account.user))
        except SignInRefused as refusal:
            if finally_ or refusal.reason is not RefusalReason.CONFLICT:
                raise
            raise Blocked(work.plan, "email", str(change.after["email"])) from None

    def _update(self, work: _Work, *, finally_: bool) -> None:
        changes = _of(work, Action.UPDATE)
        plain = [change for change in changes if change.field != "avatar"]
        if plain:
            self._update_profile(work, plain, finally_=finally_)
        for change in changes:
            if change.field == "avatar":
                self._try(work, change, partial(self._set_avatar, work))

    def _update_profile(self, work: _Work, changes: list[Change], *, finally_: bool) -> None:
        """All fields in one call: then those that are not refused. A taken username gives way to the next spelling."""
        spellings = self._usernames(work, changes, finally_=finally_)
        username = next(spellings, "")
        while changes:
            try:
                self._send(work, changes, username)
            except (rest.Taken, rest.InvalidField, rest.BlockedUsername, rest.Federated, rest.NotFound) as refusal:
                field = _field_of(refusal)
                if isinstance(refusal, rest.Taken) and not finally_:
                    value = next((str(change.after) for change in changes if change.field == field), "")
                    raise Blocked(work.plan, field, value) from None
                if field == "username" and (username := next(spellings, "")):
                    continue
                refused = [change for change in changes if change.field == field] or changes
                work.failed(refused, str(refusal))
                changes = [change for change in changes if change not in refused]
            else:
                work.done(changes)
                return

    def _usernames(self, work: _Work, changes: list[Change], *, finally_: bool) -> Iterator[str]:
        planned = next((str(change.after) for change in changes if change.field == "username"), "")
        if not planned or not finally_ or work.wanted is None:
            return iter([planned])
        return candidates(work.wanted.profile.username, service.username_rule())

    def _send(self, work: _Work, changes: list[Change], username: str) -> None:
        data: dict[str, Any] = {}
        for change in changes:
            match change.field:
                case "email":
                    # Without it, Rocket.Chat mails the person a link to verify the address.
                    data |= {"email": change.after, "verified": True}
                case "username":
                    data["username"] = username
                case "custom_fields":
                    # Up to 7.5 the fields that are sent replace all others.
                    before = rest.users.info(service.client(), user_id=work.account.linked_id).custom_fields
                    data["customFields"] = {**before, **change.after}
                case name:
                    data[name] = change.after
        user = rest.users.update(service.client(), work.account.linked_id, data)
        work.account.username = user.username or work.account.username

    def _set_avatar(self, work: _Work) -> None:
        if work.wanted is not None and work.wanted.picture is not None:
            image = avatars.load(work.wanted.picture)
            rest.avatars.set_avatar(service.client(), work.account.linked_id, image)

    def _move(self, account: Account, change: Change) -> None:
        if change.action is Action.LEAVE:
            self._rooms.leave(change.field, str(change.before), account.linked_id, account.username)
        else:
            self._rooms.join(change.field, str(change.after), account.linked_id, account.username)

    def _end(self, work: _Work, change: Change) -> None:
        """Offboarding wins over rooms without another owner: they are handed over."""
        client, user_id = service.client(), work.account.linked_id
        former = work.account.state
        if change.action is Action.DEACTIVATE:
            # Kept before the call: should its answer be lost, it is known who deactivated the account.
            _keep_state(work.account, Account.State.DEACTIVATED)

        def end(*, relinquish: bool) -> None:
            if change.action is Action.DELETE:
                rest.users.delete(client, user_id, relinquish=relinquish)
            else:
                rest.users.set_active(client, user_id, active=False, relinquish=relinquish)

        try:
            try:
                end(relinquish=False)
            except rest.LastOwner:
                end(relinquish=True)
        except rest.Refused:
            _keep_state(work.account, former)
            raise
        work.done([change])

    def _try(self, work: _Work, change: Change, do: Callable[[], None]) -> None:
        """One change whose failure leaves the others in place."""
        try:
            do()
        except rest.LastOwner:
            reason = _("The person is the last owner of %s and was left in it. Give it another owner in chat.")
            work.left(change, reason % change.before)
        except Missing as missing:
            work.left(change, str(missing))
        except (rest.Refused, avatars.AvatarUnusable) as refusal:
            if isinstance(refusal, rest.RateLimited):
                raise
            work.failed([change], str(refusal))
        else:
            work.done([change])


def _keep_state(account: Account, state: str) -> None:
    account.state = state
    Account.objects.filter(pk=account.pk, rocketchat_id=account.rocketchat_id).update(state=state)


def _of(work: _Work, *actions: Action) -> list[Change]:
    return [change for change in work.plan.changes if change.action in actions]


def _outdated(plan: AccountPlan, wanted: Wanted | None) -> list[Change]:
    """What must not be done, since the user may chat by now, or may not any more."""
    if wanted is None:
        return []
    over = ENDS_ACCOUNTS if wanted.may_chat else _NEEDS_WHO_MAY_CHAT
    return [change for change in plan.changes if change.action in over]


def _field_of(refusal: rest.Refused) -> str:
    """The field of the profile that is refused, or "" where it is not one alone."""
    if isinstance(refusal, rest.BlockedUsername):
        return "username"
    if isinstance(refusal, rest.Taken):
        return refusal.field or "username"
    return refusal.field if isinstance(refusal, rest.InvalidField) else ""


def _left(work: _Work) -> list[Change]:
    """The changes of which nothing is known yet, but for conflicts, about which nothing is done."""
    settled = [step.change for step in work.steps]
    return [change for change in work.plan.changes if change not in settled and change.action is not Action.CONFLICT]


def _user(plan: AccountPlan, adapter: Adapter) -> AbstractBaseUser | None:
    if plan.user_pk is None:
        return None
    pk = get_user_model()._meta.pk.to_python(plan.user_pk)
    return cast("AbstractBaseUser | None", planning.users(adapter, pk=pk).first())
