"""What a sync would do, as values: they can be shown, counted, kept, and done later."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self


class Action(StrEnum):
    """What is done to a chat account."""

    FORGET = "forget"
    CREATE = "create"
    LINK = "link"
    UPDATE = "update"
    JOIN = "join"
    LEAVE = "leave"
    SIGN_OUT = "sign-out"
    DEACTIVATE = "deactivate"
    REVIVE = "revive"
    DELETE = "delete"
    CONFLICT = "conflict"


ENDS_ACCOUNTS = frozenset({Action.DEACTIVATE, Action.DELETE})


class Outcome(StrEnum):
    """What became of a change. What was left can't be done before somebody mends something in chat: no failure."""

    PLANNED = "planned"
    DONE = "done"
    FAILED = "failed"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between the site and the chat.

    Args:
        action: what is done about it. A conflict is a difference that nothing is done about.
        field: of an update, what is updated: "username", "name", "email", "bio", "avatar" or "custom_fields"; of
            joining and leaving, the kind: "roles", "channels", "groups" or "teams".
        before: what Rocket.Chat has.
        after: what the site wants: of joining and leaving, the name of the role, room or team stands here or there.
        reason: of a conflict, what is in the way and who can mend it; of a deactivation, why.
    """

    action: Action
    field: str = ""
    before: Any = None
    after: Any = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """All that a sync would do to one chat account.

    Args:
        user_pk: the primary key of the site's user as text, or None where the user is gone.
        account_pk: the primary key of the row that ties the two, or None where there is none yet.
        username: the user's name on the site; "" where the user is gone.
        chat_username: the account's name in chat; "" where there is none yet.
        rocketchat_id: the account's `_id`, or "".
        changes: in the order in which they are done.
        wanted_mark: the mark of what the site wanted when it was made; "" where that is not known.
    """

    user_pk: str | None
    account_pk: int | None
    username: str = ""
    chat_username: str = ""
    rocketchat_id: str = ""
    changes: tuple[Change, ...] = ()
    wanted_mark: str = ""

    @property
    def label(self) -> str:
        """A name for people to know it by."""
        return self.username or self.chat_username or self.rocketchat_id

    @property
    def does_something(self) -> bool:
        """Whether any of it is to be done: conflicts are not."""
        return any(change.action is not Action.CONFLICT for change in self.changes)

    @property
    def ends_account(self) -> bool:
        """Whether it deactivates or deletes the account."""
        return any(change.action in ENDS_ACCOUNTS for change in self.changes)

    def pack(self) -> dict[str, Any]:
        """A form that JSON can keep."""
        return asdict(self)

    @classmethod
    def unpack(cls, packed: dict[str, Any]) -> Self:
        """The way back."""
        changes = tuple(Change(**{**change, "action": Action(change["action"])}) for change in packed["changes"])
        return cls(**{**packed, "changes": changes})


@dataclass(frozen=True, slots=True)
class Step:
    """A change and what became of it; `reason` says why it failed or was left."""

    change: Change
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a plan for one account.

    Args:
        plan: the plan.
        steps: its changes with their outcomes.
        may_pass: whether it failed only because Rocket.Chat did not answer, so that trying again later helps.
    """

    plan: AccountPlan
    steps: tuple[Step, ...] = ()
    may_pass: bool = False

    @property
    def failed(self) -> bool:
        """Whether anything of it failed. A conflict is no failure."""
        return any(step.outcome is Outcome.FAILED for step in self.steps)

    @property
    def changed(self) -> bool:
        """Whether anything was done."""
        return any(step.outcome is Outcome.DONE for step in self.steps)


def planned(plan: AccountPlan) -> Result:
    """The plan as a result of which nothing has been done yet."""
    return Result(plan, tuple(Step(change, Outcome.PLANNED) for change in plan.changes))


def lines(result: Result) -> Iterator[dict[str, Any]]:
    """One object a change, as `--format json` prints them; docs/sync.md describes it."""
    for step in result.steps:
        yield {
            "action": step.change.action.value,
            "user": result.plan.username or None,
            "user_id": result.plan.user_pk,
            "account": result.plan.chat_username or None,
            "rocketchat_id": result.plan.rocketchat_id or None,
            "field": step.change.field or None,
            "before": step.change.before,
            "after": step.change.after,
            "outcome": step.outcome.value,
            "reason": step.reason or step.change.reason or None,
        }


@dataclass(slots=True)
class Tally:
    """Counts of what was planned or done, by action."""

    accounts: int = 0
    by_action: dict[Action, int] = field(default_factory=dict)
    failed: int = 0

    def add(self, result: Result) -> None:
        """Count one account's result."""
        self.accounts += 1
        self.failed += result.failed
        for step in result.steps:
            if step.outcome in (Outcome.PLANNED, Outcome.DONE):
                self.by_action[step.change.action] = self.by_action.get(step.change.action, 0) + 1
