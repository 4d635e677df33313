"""A chat account, as Rocket.Chat tells of it, and one that is to be made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from rocketchat_auth.rest.secret import Secret


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail address of an account."""

    address: str
    verified: bool


@dataclass(frozen=True, slots=True)
class UserRoom:
    """A room that an account is in.

    Args:
        id: the `_id`.
        name: its name; direct messages have that of the other person.
        type: "c" for channels, "p" for private groups, "d" for direct messages; the main room of a team is one of the
            former two.
    """

    id: str
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class User:
    """A chat account. What the caller may not see is empty: without `view-full-other-user-info` that is a lot.

    Args:
        id: the `_id`.
        type: "user", "bot", "app" or "unknown".
        bio: what the person tells of themselves; `users.list` does not tell it.
        nickname: another name of theirs; `users.list` does not tell it.
        custom_fields: the values of the workspace's custom fields; `users.list` does not tell them.
        federated: whether it is at home on another server; `users.list` does not tell it.
        rooms: the rooms that it is in; None where it was not asked, or not told.
    """

    id: str
    username: str = ""
    name: str = ""
    emails: tuple[Email, ...] = ()
    active: bool = False
    roles: tuple[str, ...] = ()
    created_at: datetime | None = None
    last_login: datetime | None = None
    type: str = "user"
    bio: str = ""
    nickname: str = ""
    custom_fields: Mapping[str, object] = field(default_factory=dict, hash=False)
    federated: bool = False
    rooms: frozenset[UserRoom] | None = None

    def has_email(self, address: str) -> bool:
        """Whether this is one of the account's addresses, upper or lower case alike."""
        return any(email.address.casefold() == address.casefold() for email in self.emails)


@dataclass(frozen=True, slots=True)
class NewUser:
    """A chat account that is to be made.

    Args:
        username: as the workspace's `UsernameRule` accepts it.
        email: one address; Rocket.Chat makes no account without.
        name: the display name.
        password: any that the workspace's policy takes; nobody needs to know it.
        verified: whether the site vouches for the address.
        roles: the account's roles; None for those that the workspace gives new accounts.
        custom_fields: values for the workspace's custom fields.
    """

    username: str
    email: str
    name: str
    password: str | Secret = field(repr=False)
    verified: bool = False
    roles: tuple[str, ...] | None = None
    custom_fields: Mapping[str, str] | None = None

    def payload(self) -> dict[str, object]:
        """The body for `users.create`: fields that every version from 6.0 on knows, and no others.

        Not among them are `setRandomPassword`, which mails the password and asks for a new one, and `active`, which
        mails that the account was activated.
        """
        body: dict[str, object] = {
            "username": self.username,
            "email": self.email,
            "name": self.name,
            "password": Secret.of(self.password),
            "verified": self.verified,
            "joinDefaultChannels": True,
            "requirePasswordChange": False,
            "sendWelcomeEmail": False,
        }
        if self.roles is not None:
            body["roles"] = list(self.roles)
        if self.custom_fields is not None:
            body["customFields"] = dict(self.custom_fields)
        return body


def user_of(found: object) -> User | None:
    """The account that a part of an answer describes, or None where it describes none."""
    if not isinstance(found, dict) or not _text(found.get("_id")):
        return None
    emails = found.get("emails")
    roles = found.get("roles")
    custom_fields = found.get("customFields")
    return User(
        id=_text(found.get("_id")),
        username=_text(found.get("username")),
        name=_text(found.get("name")),
        emails=tuple(
            Email(address=_text(email.get("address")), verified=email.get("verified") is True)
            for email in (emails if isinstance(emails, list) else ())
            if isinstance(email, dict) and _text(email.get("address"))
        ),
        active=found.get("active") is True,
        roles=tuple(role for role in (roles if isinstance(roles, list) else ()) if isinstance(role, str)),
        created_at=_time(found.get("createdAt")),
        last_login=_time(found.get("lastLogin")),
        type=_text(found.get("type")) or "user",
        bio=_text(found.get("bio")),
        nickname=_text(found.get("nickname")),
        custom_fields=dict(custom_fields) if isinstance(custom_fields, dict) else {},
        federated=found.get("federated") is True,
        rooms=_rooms(found.get("rooms")),
    )


def _rooms(value: object) -> frozenset[UserRoom] | None:
    if not isinstance(value, list):
        return None
    return frozenset(
        UserRoom(_text(room.get("rid")), _text(room.get("name")), _text(room.get("t")))
        for room in value
        if isinstance(room, dict) and _text(room.get("rid"))
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _time(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
