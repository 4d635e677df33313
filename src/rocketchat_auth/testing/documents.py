"""The documents of users: how a new one looks, and what the endpoints show of one."""

import json
import string
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from rocketchat_auth.testing import tokens
from rocketchat_auth.testing.store import Document

PREFERENCES: Document = {
    "enableAutoAway": True,
    "idleTimeLimit": 300,
    "desktopNotificationRequireInteraction": False,
    "desktopNotifications": "all",
    "pushNotifications": "all",
    "unreadAlert": True,
    "useEmojis": True,
    "convertAsciiEmoji": True,
    "autoImageLoad": True,
    "saveMobileBandwidth": True,
    "collapseMediaByDefault": False,
    "hideUsernames": False,
    "hideRoles": False,
    "hideFlexTab": False,
    "displayAvatars": True,
    "sidebarGroupByType": True,
    "themeAppearence": "auto",
    "sidebarViewMode": "medium",
    "sidebarDisplayAvatar": True,
    "sidebarShowUnread": False,
    "sidebarSortby": "activity",
    "showThreadsInMainChannel": False,
    "alsoSendThreadToChannel": "default",
    "sidebarShowFavorites": True,
    "sendOnEnter": "normal",
    "emailNotificationMode": "mentions",
    "newRoomNotification": "door",
    "newMessageNotification": "chime",
    "muteFocusedConversations": True,
    "notificationsSoundVolume": 100,
    "omnichannelTranscriptEmail": False,
    "notifyCalendarEvents": True,
    "enableMobileRinging": True,
}

# What `GET /api/v1/me` shows of a user as it is stored.
_OWN_FIELDS = (
    *("_id", "name", "username", "status", "statusDefault", "statusText", "utcOffset", "active", "emails"),
    *("_updatedAt", "roles", "requirePasswordChange", "avatarETag", "avatarOrigin", "bio", "nickname", "customFields"),
)
# What `users.info` shows (getFullUserData.ts); of the custom fields, those that the workspace defines.
_EVERYONES_FIELDS = (
    *("_id", "username", "name", "nickname", "type", "status", "active", "utcOffset", "bio", "statusText"),
    *("avatarETag", "federated"),
)
_ADMINISTRATORS_FIELDS = (
    *_EVERYONES_FIELDS,
    *("createdAt", "emails", "roles", "lastLogin", "requirePasswordChange", "statusConnection"),
)
# What `users.list` shows unless `fields` asks for more: neither biographies nor custom fields (getNonEmptyFields).
_EVERYONES_LISTED_FIELDS = ("_id", "username", "name", "type", "status", "active", "avatarETag")
_LISTED_FIELDS = (*_EVERYONES_LISTED_FIELDS, "emails", "roles", "lastLogin")
_NEVER_LISTED = frozenset({"services", "inviteToken"})
# What the members of a room are shown with (findUsersOfRoom.ts), but for `avatarETag`: it comes half a second after a
# new avatar, and so is not in the recordings.
_MEMBERS_FIELDS = ("_id", "name", "username", "nickname", "status", "_updatedAt", "federated")
_TO_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def new_user(
    *,
    username: str,
    name: str,
    email: str | None,
    now: datetime,
    password: str | None = None,
    roles: tuple[str, ...] = ("user",),
    active: bool = True,
    verified: bool = False,
    opt_in: bool = True,
    federated: bool = False,
) -> Document:
    """The document of a new user, as users.create stores it.

    Args:
        username: their username.
        name: their full name.
        email: their e-mail address, if they have one.
        now: the time of creation.
        password: stored as bcrypt; without one they have none.
        roles: the ids of their roles.
        active: whether they may log in.
        verified: whether their e-mail address counts as verified.
        opt_in: whether they get a second factor by e-mail (Accounts_TwoFactorAuthentication_By_Email_Auto_Opt_In).
        federated: whether they belong to another server, which federation brought here.
    """
    services: Document = {}
    if password is not None:
        services["password"] = {"bcrypt": tokens.hash_password(password)}
    if opt_in and email is not None:
        services["email2fa"] = {"enabled": True, "changedAt": now}
    emails = {} if email is None else {"emails": [{"address": email, "verified": verified}]}
    return {
        "_id": tokens.new_id(),
        "createdAt": now,
        "services": services,
        "username": username,
        **emails,
        "type": "user",
        "roles": list(roles),
        "status": "offline",
        "active": active,
        "_updatedAt": now,
        "name": name,
        "settings": {},
        **({"federated": True} if federated else {}),
    }


def stored_view(user: Document) -> Document:
    """What users.create and users.update answer: the document without its services."""
    return {name: value for name, value in user.items() if name != "services"}


def own_view(user: Document, site_url: str, *, services: Document) -> Document:
    """What a user sees of themselves in `GET /api/v1/me` and in the answer to a login."""
    view = _pick(user, _OWN_FIELDS)
    view["services"] = services
    for factor in ("email2fa", "totp"):
        if factor in user.get("services", {}):
            services[factor] = {"enabled": user["services"][factor]["enabled"]}
    view["settings"] = {"profile": {}, "preferences": dict(PREFERENCES)}
    view["avatarUrl"] = f"{site_url.rstrip('/')}/avatar/{user['username']}"
    verified = [email["address"] for email in user.get("emails", ()) if email["verified"]]
    if verified:
        view["email"] = verified[0]
    return view


def info_view(user: Document, defined: Document, *, full: bool, own: bool) -> Document:
    """What users.info shows, to an administrator (`full`), to the user (`own`) or to anyone else.

    Args:
        user: the document.
        defined: the custom fields that the workspace defines.
        full: whether the caller may see everything.
        own: whether the caller is the user.
    """
    view = _pick(user, _ADMINISTRATORS_FIELDS if full or own else _EVERYONES_FIELDS)
    if "customFields" in user:
        shown = [name for name, field in defined.items() if full or own or field.get("public")]
        view["customFields"] = _pick(user["customFields"], shown)
    if own:
        services = {name: value for name, value in user.get("services", {}).items() if name != "iframe"}
        if "password" in services:
            services["password"] = True
        view["services"] = services
    view["canViewAllInfo"] = full or own
    return view


def listed_view(user: Document, *, full: bool, asked: Iterable[str] = ()) -> Document:
    """What users.list shows of a user, to an administrator (`full`) also other fields that they ask for."""
    more = [name for name in asked if name not in _NEVER_LISTED] if full else []
    view = _pick(user, (*_LISTED_FIELDS, *more) if full else _EVERYONES_LISTED_FIELDS)
    # MongoDB's $toLower knows the letters of ASCII only.
    view["nameInsensitive"] = str(user.get("name", "")).translate(_TO_LOWER)
    return view


def member_view(user: Document) -> Document:
    """What channels.members and groups.members show of a user."""
    return _pick(user, _MEMBERS_FIELDS)


def as_json(document: Any) -> str:
    """JSON with dates the way JavaScript writes them."""
    return json.dumps(document, default=_date)


def iso(instant: datetime) -> str:
    """A date the way JavaScript writes it: `2026-11-23T11:47:40.940Z`."""
    return f"{instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def _date(value: Any) -> str:
    if isinstance(value, datetime):
        return iso(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def _pick(document: Document, names: Iterable[str]) -> Document:
    return {name: document[name] for name in names if name in document}
