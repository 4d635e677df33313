"""What holds after a sync, whatever happened before."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model

from rocketchat_auth import rest
from rocketchat_auth.accounts.changes import AccountPlan, Action, Outcome, Result
from rocketchat_auth.accounts.profile import current_adapter
from rocketchat_auth.accounts.wanted import wanted_of
from rocketchat_auth.conf import Memberships
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service
from rocketchat_auth.testing import StandIn

_KINDS = {"c": "channels", "p": "groups"}
Document = dict[str, Any]
# Of what was planned, whether it is done to somebody, what it is, and which role, room or field it is about.
Deed = tuple[str | None, int | None, Action, str, str]


@dataclass(frozen=True, slots=True)
class Before:
    """What chat was like before a sync: the accounts by their `_id`, and whom the site was tied to."""

    users: dict[str, Document]
    tied: frozenset[str]
    managed: Memberships

    @classmethod
    def of(cls, stand_in: StandIn) -> "Before":
        """As it is now."""
        return cls(_documents(stand_in), _tied(), current_adapter().managed())


def _tied() -> frozenset[str]:
    ids = Account.objects.filter(rocketchat_id__isnull=False).values_list("rocketchat_id", flat=True)
    return frozenset(found for found in ids if found)


def _documents(stand_in: StandIn) -> dict[str, Document]:
    return {user["_id"]: {**user, "__rooms": sorted(_rooms(stand_in, user))} for user in stand_in.users.all()}


def _rooms(stand_in: StandIn, user: Document) -> list[str]:
    return [room.name for room in stand_in.application.workspace.rooms.of(user["_id"])]


def check_others_untouched(stand_in: StandIn, before: Before) -> None:
    """Nobody's account was changed but those that belong to the site; least of all that of the service."""
    others = before.users.keys() - (before.tied | _tied()) | {stand_in.admin.user_id}
    after = _documents(stand_in)
    for user_id in others:
        # The service account gets into rooms that are made, and its token is used.
        ignored = {"__rooms", "_updatedAt", "services"} if user_id == stand_in.admin.user_id else set()
        assert _without(after[user_id], ignored) == _without(before.users[user_id], ignored)


def check_unmanaged_untouched(stand_in: StandIn, before: Before) -> None:
    """Roles and rooms that the site does not manage are as they were, whoever's they are."""
    rooms = before.managed.channels | before.managed.groups | before.managed.teams
    for user_id, after in _documents(stand_in).items():
        former = before.users.get(user_id)
        if former is not None:
            assert set(former["roles"]) - before.managed.roles == set(after["roles"]) - before.managed.roles
            assert set(former["__rooms"]) - rooms == set(after["__rooms"]) - rooms


def check_accounts_are_as_wanted(stand_in: StandIn, results: Iterable[Result]) -> None:
    """Whoever may chat has a live account as the site wants it, and nobody else has, unless the result says why."""
    excused = {result.plan.user_pk for result in results if not _is_clean(result)}
    adapter = current_adapter()
    for user in get_user_model().objects.select_related("rocketchat_account"):
        if str(user.pk) in excused:
            continue
        wanted, account = wanted_of(user, adapter), getattr(user, "rocketchat_account", None)
        found = stand_in.users.get(account.rocketchat_id) if account is not None and account.rocketchat_id else None
        if not wanted.may_chat:
            assert found is None or not found["active"]
            continue
        assert found is not None
        assert found["active"]
        assert found["name"] == wanted.profile.name
        if wanted.profile.email:
            assert wanted.profile.email.lower() in [email["address"].lower() for email in found["emails"]]
        if wanted.profile.bio is not None:
            assert found.get("bio", "") == wanted.profile.bio
        if stand_in.settings["Accounts_CustomFields"]:
            assert wanted.profile.custom_fields.items() <= found.get("customFields", {}).items()
        _check_memberships(stand_in, found, wanted.memberships)
        assert account is not None
        assert (account.state, account.reason, account.failed_at) == (Account.State.LINKED, "", None)


def _check_memberships(stand_in: StandIn, found: Document, wanted: Memberships) -> None:
    """Of the roles, rooms and teams that are managed and that there are, somebody has those that are wanted."""
    managed = current_adapter().managed()
    roles = managed.roles & rest.roles.every(service.client())
    assert set(found["roles"]) & roles == wanted.roles & roles
    theirs = set(_rooms(stand_in, found))
    for kind, names in managed.items():
        there = {name for name in names if kind != "roles" and _is(stand_in, kind, name)}
        assert theirs & there == set(dict(wanted.items())[kind]) & there, kind


def _is(stand_in: StandIn, kind: str, name: str) -> bool:
    """Whether there is a room or team of that name and kind: a sync may have made it of another kind than it had."""
    rooms = stand_in.application.workspace.rooms
    if rooms.find_team(None, name) is not None:
        return kind == "teams"
    room = rooms.named(name)
    return room is not None and _KINDS[room.kind] == kind


def check_nothing_is_left(plans: Iterable[AccountPlan], results: Iterable[Result]) -> None:
    """A plan right after a sync has nothing to do, but what failed or was left for a reason that was told."""
    failed, conflicting = set(), set()
    for result in results:
        for step in result.steps:
            if step.change.action is Action.CONFLICT:
                conflicting.add(result.plan.user_pk)
            if step.outcome in (Outcome.FAILED, Outcome.LEFT):
                assert step.reason
                assert "the log has more" not in step.reason
                failed.add(_deed(result.plan, step.change))
    kept = any(action is Action.CREATE or field in ("username", "email") for _, _, action, field, _ in failed)
    for plan in plans:
        if kept and plan.user_pk in conflicting:  # with a name or address that somebody was to get, and then did not
            continue
        for change in plan.changes:
            if change.action is not Action.CONFLICT:
                assert _deed(plan, change) in failed, (plan, change, list(results))


def _is_clean(result: Result) -> bool:
    return all(step.outcome is Outcome.DONE for step in result.steps)


def _deed(plan: AccountPlan, change: Any) -> Deed:
    about = str(change.before or change.after) if change.action in (Action.JOIN, Action.LEAVE) else ""
    return plan.user_pk, plan.account_pk if plan.user_pk is None else None, change.action, change.field, about


def _without(document: Document, names: Iterable[str]) -> Document:
    return {name: value for name, value in document.items() if name not in names}
