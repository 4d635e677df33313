"""What the actions, fields and kinds of a sync are called in tables."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rocketchat_auth.accounts.changes import Action, Change

LABELS = {
    Action.FORGET: gettext_lazy("forget"),
    Action.CREATE: gettext_lazy("create"),
    Action.LINK: gettext_lazy("link"),
    Action.UPDATE: gettext_lazy("update"),
    Action.JOIN: gettext_lazy("join"),
    Action.LEAVE: gettext_lazy("leave"),
    Action.SIGN_OUT: gettext_lazy("sign out"),
    Action.DEACTIVATE: gettext_lazy("deactivate"),
    Action.REVIVE: gettext_lazy("revive"),
    Action.DELETE: gettext_lazy("delete"),
    Action.CONFLICT: gettext_lazy("conflict"),
}
STYLES = {
    Action.FORGET: "yellow",
    Action.CREATE: "green",
    Action.LINK: "green",
    Action.UPDATE: "cyan",
    Action.JOIN: "green",
    Action.LEAVE: "yellow",
    Action.SIGN_OUT: "yellow",
    Action.DEACTIVATE: "red",
    Action.REVIVE: "green",
    Action.DELETE: "bold red",
    Action.CONFLICT: "magenta",
}
FIELDS = {
    "username": gettext_lazy("username"),
    "name": gettext_lazy("name"),
    "email": gettext_lazy("e-mail"),
    "bio": gettext_lazy("bio"),
    "avatar": gettext_lazy("avatar"),
    "custom_fields": gettext_lazy("custom field"),
}
KINDS = {
    "roles": gettext_lazy("role %s"),
    "channels": gettext_lazy("channel %s"),
    "groups": gettext_lazy("private channel %s"),
    "teams": gettext_lazy("team %s"),
}


def what(change: Change, arrow: str) -> str:
    """What a change is about: before and after, or the room, or the reason.

    Args:
        change: the change.
        arrow: what stands between before and after.
    """
    if change.action is Action.UPDATE:
        return _update(change, arrow)
    if change.action in (Action.JOIN, Action.LEAVE):
        name: str = change.after if change.action is Action.JOIN else change.before
        return str(KINDS[change.field]) % name
    if isinstance(change.after, Mapping):
        return ", ".join(str(value) for name, value in change.after.items() if value and name != "username")
    return change.reason


def in_words(counts: Mapping[Action, int]) -> str:
    """How many of which action."""
    return ", ".join(f"{label} {counts[action]}" for action, label in LABELS.items() if action in counts)


def _update(change: Change, arrow: str) -> str:
    label = str(FIELDS[change.field])
    if isinstance(change.after, Mapping):
        before: Mapping[str, Any] = change.before or {}
        return "; ".join(
            f"{label} {name}: {_value(before.get(name))} {arrow} {_value(value)}"
            for name, value in change.after.items()
            if before.get(name) != value
        )
    return f"{label}: {_value(change.before)} {arrow} {_value(change.after)}"


def _value(value: Any) -> str:
    return str(value) if value not in (None, "") else _("(none)")
