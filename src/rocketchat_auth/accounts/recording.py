"""Writing down what became of an account, and telling the signals."""

from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from rocketchat_auth import signals
from rocketchat_auth.accounts.changes import AccountPlan, Action, Change, Outcome, Result
from rocketchat_auth.accounts.directory import room_key
from rocketchat_auth.accounts.wanted import Wanted
from rocketchat_auth.models import Account, LoginToken
from rocketchat_auth.rest import service

_KEPT = (
    *("username", "state", "reason", "synced_at", "failed_at"),
    *("site_username", "told", "wanted_mark", "password_mark"),
)
_ENDS_LOGINS = frozenset({Action.SIGN_OUT, Action.DEACTIVATE, Action.DELETE})


def record(account: Account, wanted: Wanted | None, result: Result) -> None:
    """Keep the result of a plan in the account's row, and tell the signals what was done."""
    done = [step.change for step in result.steps if step.outcome is Outcome.DONE]
    if account.user is not None and account._state.adding:  # `provisioning` made the row, or noted why it could not
        noted = Account.objects.filter(user=account.user).first()
        if noted is None:
            return
        account = noted
    actions = {change.action for change in done}
    if actions & _ENDS_LOGINS:
        end_logins(account)
    if account.user_id is None and actions & {Action.DELETE, Action.FORGET}:
        _tell(account, result, done)
        account.delete()
        return
    _take_in(account, wanted, done)
    if wanted is not None and Action.LINK in actions:
        account.told = {**_as_found(wanted, result.plan), **account.told}
    conflicts = [step.change.reason for step in result.steps if step.change.action is Action.CONFLICT]
    reason = "\n".join(dict.fromkeys([*(step.reason for step in result.steps if step.reason), *conflicts]))
    if conflicts and not account.rocketchat_id:
        account.state = Account.State.CONFLICT
    if reason or account.state != Account.State.CONFLICT:
        account.reason = reason
        account.failed_at = service.now() if result.failed else None
        account.wanted_mark = wanted.mark if wanted is not None and not reason else ""
    account.synced_at = service.now()
    _keep(account)
    _tell(account, result, done)


def end_logins(account: Account) -> None:
    """Forget the logins of an account whose logins Rocket.Chat has ended, and tell the signal of each."""
    for token in LoginToken.objects.filter(account=account):
        token.delete()
        signals.logged_out.send_robust(sender=LoginToken, user=account.user, account=account, revoked=True)


def note_conflict(plan: AccountPlan) -> None:
    """Keep why nothing can be done about an account, for whoever looks at it in the admin."""
    reason = "\n".join(change.reason for change in plan.changes)
    if plan.account_pk is None:
        user_pk = get_user_model()._meta.pk.to_python(plan.user_pk)
        Account.objects.get_or_create(user_id=user_pk, defaults={"state": Account.State.CONFLICT, "reason": reason})
        return
    rows = Account.objects.filter(pk=plan.account_pk)
    rows.filter(rocketchat_id=None).update(state=Account.State.CONFLICT, reason=reason)
    rows.filter(rocketchat_id__isnull=False).exclude(reason=reason).update(reason=reason)


def note_in_order(account: Account | None, wanted: Wanted | None) -> None:
    """Keep that an account was looked at and is as it should be."""
    if account is None or not account.is_known:
        return
    account.failed_at, account.reason = None, ""
    if wanted is not None:
        account.wanted_mark = wanted.mark
        account.password_mark = wanted.password_marks[0]
        account.site_username = account.site_username or wanted.profile.username
    account.synced_at = service.now()
    _keep(account)


def _keep(account: Account) -> None:
    """Write what this module changes, unless the account was untied from the user, or its row deleted, meanwhile."""
    rows = Account.objects.filter(pk=account.pk, rocketchat_id=account.rocketchat_id)
    rows.update(**{name: getattr(account, name) for name in _KEPT}, updated_at=timezone.now())


def _take_in(account: Account, wanted: Wanted | None, done: list[Change]) -> None:
    told: dict[str, Any] = dict(account.told)
    # Known of an account that was looked at, and of a new one, which is in no room yet that was there before.
    knows_rooms = "rooms" in told or any(change.action is Action.CREATE for change in done)
    rooms = set(told.pop("rooms", ()))
    for change in done:
        match change.action:
            case Action.DEACTIVATE:
                account.state = Account.State.DEACTIVATED
            case Action.REVIVE:
                account.state = Account.State.LINKED
            case Action.JOIN if change.field != "roles":
                rooms.add(room_key(change.field, str(change.after)))
            case Action.LEAVE if change.field != "roles":
                rooms.discard(room_key(change.field, str(change.before)))
            case Action.UPDATE if change.field in ("bio", "custom_fields", "avatar"):
                told[change.field] = change.after
            case Action.SIGN_OUT if wanted is not None:
                account.password_mark = wanted.password_marks[0]
            case Action.UPDATE if change.field == "username" and wanted is not None:
                account.site_username = wanted.profile.username
    account.told = {**told, "rooms": sorted(rooms)} if knows_rooms else told
    if wanted is not None:
        account.site_username = account.site_username or wanted.profile.username
        account.password_mark = account.password_mark or wanted.password_marks[0]


def _as_found(wanted: Wanted, plan: AccountPlan) -> dict[str, Any]:
    """What an account that was there before has, which lists of users do not show: what is wanted and no change."""
    details = {"bio": wanted.profile.bio, "custom_fields": dict(wanted.profile.custom_fields)}
    changing = {change.field for change in plan.changes if change.action is Action.UPDATE}
    return {field: value for field, value in details.items() if value and field not in changing}


def _tell(account: Account, result: Result, done: list[Change]) -> None:
    """Send one signal for each kind of thing that was done."""
    about = {"sender": Account, "user": account.user, "account": account}
    by_action = {action: [change for change in done if change.action is action] for action in Action}
    if by_action[Action.UPDATE]:
        signals.account_updated.send_robust(**about, changes=by_action[Action.UPDATE])
    if by_action[Action.JOIN] or by_action[Action.LEAVE]:
        joined = [(change.field, str(change.after)) for change in by_action[Action.JOIN]]
        left = [(change.field, str(change.before)) for change in by_action[Action.LEAVE]]
        signals.membership_changed.send_robust(**about, joined=joined, left=left)
    for change in by_action[Action.DEACTIVATE] + by_action[Action.DELETE]:
        signals.account_deactivated.send_robust(**about, reason=change.reason)
    if by_action[Action.REVIVE]:
        signals.account_revived.send_robust(**about)
    if result.failed:
        signals.account_failed.send_robust(**about, reason=account.reason)
