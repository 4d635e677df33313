"""The rules for what may be in a user's fields, shared by users.create and users.update."""

import json
import re

from rocketchat_auth.testing.errors import ApiError
from rocketchat_auth.testing.routes import Call
from rocketchat_auth.testing.store import Document

METHOD = "insertOrUpdateUser"

_RESERVED_USERNAMES = ("all", "here")
_LONGEST = {"bio": 260, "nickname": 120}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def not_allowed(text: str, action: str) -> ApiError:
    """The refusal of something that the caller may not do to a user."""
    return ApiError(text, "error-action-not-allowed", {"method": METHOD, "action": action})


def check_roles(call: Call, roles: list[str]) -> None:
    """Check that the roles exist, and that the caller may give them.

    Raises:
        ApiError: `error-action-not-allowed`.
    """
    if not all(role in call.workspace.roles for role in roles):
        raise not_allowed("The field Roles consist invalid role id", "Assign_role")
    if "admin" in roles and not call.allows("assign-admin-role"):
        raise not_allowed("Assigning admin is not allowed", "Assign_admin")


def check_username(call: Call, username: str) -> None:
    """Check that a username has only what `UTF8_User_Names_Validation` allows.

    Raises:
        ApiError: `error-input-is-not-a-valid-field`.
    """
    if not re.fullmatch(call.workspace.settings["UTF8_User_Names_Validation"], username):
        details = {"method": METHOD, "input": username, "field": "Username"}
        raise ApiError(f"{username} is not a valid username", "error-input-is-not-a-valid-field", details)


def check_not_blocked(call: Call, username: str) -> None:
    """Check that a username is none of the reserved ones.

    Raises:
        ApiError: `error-blocked-username`.
    """
    blocked = (*_RESERVED_USERNAMES, *call.workspace.settings["Accounts_SystemBlockedUsernameList"].split(","))
    if username.lower() in blocked:
        details = {"method": "checkUsernameAvailability", "field": username}
        raise ApiError(f"{username} is blocked and can't be used!", "error-blocked-username", details)


def check_email(call: Call, email: str) -> None:
    """Check that an e-mail address is one, and of an allowed domain.

    Raises:
        ApiError: `error-invalid-email` or `error-invalid-domain`.
    """
    details = {"function": "RocketChat.validateEmailDomain", "email": email}
    if not _EMAIL.fullmatch(email):
        raise ApiError(f"Invalid email {email}", "error-invalid-email", details)
    domains = [domain.strip() for domain in call.workspace.settings["Accounts_AllowedDomainsList"].split(",")]
    if any(domains) and email.rpartition("@")[2] not in domains:
        details = {"function": "RocketChat.validateEmailDomain"}
        raise ApiError("The email domain is not in whitelist", "error-invalid-domain", details)


def check_name(name: str) -> None:
    """Check that a full name has none of the characters that Rocket.Chat refuses.

    Raises:
        ApiError: without a code.
    """
    if any(character in name for character in "<>/\\"):
        raise ApiError("Name contains invalid characters")


def required(field: str) -> ApiError:
    """The refusal of a user without a field that everyone has."""
    details = {"method": METHOD, "field": field}
    return ApiError(f"The field {field} is required", "error-the-field-is-required", details)


def taken(value: str, where: dict[str, str]) -> ApiError:
    """The refusal of a username or e-mail address that another user has."""
    return ApiError(f"{value} is already in use :(", "error-field-unavailable", {**where, "field": value})


def custom_fields(call: Call) -> Document:
    """The custom fields that the workspace defines, by name (`Accounts_CustomFields`)."""
    defined: Document = json.loads(call.workspace.settings["Accounts_CustomFields"] or "{}")
    return defined


def defined_custom_fields(call: Call, given: Document) -> Document:
    """Those of the custom fields that the workspace defines; the others are dropped without a word."""
    defined = custom_fields(call)
    return {name: value for name, value in given.items() if name in defined}


def check_lengths(data: Document) -> None:
    """Check that biography and nickname are not too long.

    Raises:
        ApiError: `error-bio-size-exceeded` or `error-nickname-size-exceeded`.
    """
    for field, longest in _LONGEST.items():
        if len(data.get(field, "").strip()) > longest:
            text = f"{field.title()} size exceeds {longest} characters"
            raise ApiError(text, f"error-{field}-size-exceeded", {"method": "saveUserProfile"})
