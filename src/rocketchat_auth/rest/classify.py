"""Which error an answer that says no becomes.

Rocket.Chat tells the same thing in many ways: by status, by `errorType`, by a code in brackets behind the text, by a
code instead of the text, or in words only; 9.0 puts `error-forbidden` where the code was, and some endpoints give text
and code the wrong way round. So no row of `RULES` relies on one of them alone. The first row that fits counts.

Sources: apps/meteor/app/api/server/ApiClass.ts, the release notes of 9.0.0 (#43214), and recordings of 6.5.3.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from rocketchat_auth.rest.errors import (
    BlockedUsername,
    CredentialsRefused,
    Federated,
    Inactive,
    InvalidField,
    InvalidParameters,
    LastOwner,
    NotFound,
    PermissionRefused,
    RateLimited,
    Refused,
    SecondFactorRequired,
    Taken,
)

MESSAGE_LENGTH = 300

_FIELDS_IN_CODES = (
    ("email", "email"),
    ("domain", "email"),
    ("password", "password"),
    ("username", "username"),
    ("avatar", "avatar"),
    ("file", "avatar"),
    ("duplicate", "name"),
    ("room-name", "name"),
    ("team-name", "name"),
)
"""The first part that is in a code names the field: `error-archived-duplicate-name` is about a room's name."""

_BRACKETED = re.compile(r"\s*\[([A-Za-z][A-Za-z0-9_.-]*)\]\s*\Z")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_.][A-Za-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: what must hold for the answer to become `error`. What is empty is not looked at.

    Args:
        error: the class of the error.
        status: HTTP statuses, one of which must be the answer's.
        codes: codes, one of which must be the answer's, in lower case; `*` stands for any ending.
        words: a regular expression that must be found in the answer's text, upper and lower case alike.
    """

    error: type[Refused]
    status: tuple[int, ...] = ()
    codes: tuple[str, ...] = ()
    words: str = ""

    def fits(self, status: int, codes: frozenset[str], text: str) -> bool:
        """Whether all that the row names is there."""
        return (
            (not self.status or status in self.status)
            and (not self.codes or any(fnmatchcase(code, known) for code in codes for known in self.codes))
            and (not self.words or re.search(self.words, text, re.IGNORECASE) is not None)
        )


# fmt: off
RULES: tuple[Rule, ...] = (
    Rule(RateLimited,          status=(429,)),
    Rule(RateLimited,          codes=("error-too-many-requests",)),
    Rule(SecondFactorRequired, codes=("totp-required", "totp-invalid", "totp-max-attempts")),
    Rule(Inactive,             codes=("error-user-is-not-activated",)),
    # From 9.0 on a missing permission is a 401 with this code, and so are missing credentials (#41589).
    Rule(CredentialsRefused,   words="must be logged in"),
    Rule(PermissionRefused,    codes=("error-unauthorized",)),
    Rule(CredentialsRefused,   status=(401,)),
    Rule(BlockedUsername,      codes=("error-blocked-username",)),
    Rule(Taken,                codes=("error-field-unavailable", "error-could-not-save-identity",
                                      "error-duplicate-channel-name", "error-archived-duplicate-name",
                                      "room-name-already-exists", "team-name-already-exists")),
    Rule(LastOwner,            codes=("user-last-owner", "error-you-are-last-owner", "last-owner-can-not-be-removed")),
    # setUserActiveStatus.ts, saveUser.ts; deleteUser.ts, and setUserActiveStatus.ts of 6.x, have words only.
    Rule(Federated,            codes=("error-user-is-federated", "edit_federated_user_not_allowed")),
    Rule(Federated,            codes=("error-not-allowed", "error-forbidden"),
                               words="participated in federation|federated users"),
    Rule(NotFound,             codes=("error-invalid-user", "error-user-not-found", "invalid-user", "user-not-found",
                                      "invalid-user-invite-list", "error-empty-invite-list", "error-invalid-room",
                                      "error-room-not-found", "error-invalid-role", "error-invalid-roleid",
                                      "error-role-not-found", "error-team-not-found", "team-does-not-exist")),
    Rule(NotFound,             words="^(user|room|role|team) not found"),
    Rule(NotFound,             codes=("error-action-not-allowed", "error-forbidden"), words="invalid role id"),
    # users.update of an unknown user, up to 6.x, and teams.addMembers of one.
    Rule(NotFound,             status=(400,), words=r"^cannot read property '(roles|_id)' of null|"
                                                    r"^cannot read properties of null \(reading '(roles|_id)'\)"),
    Rule(InvalidField,         codes=("error-invalid-email*", "error-invalid-domain", "error-email-domain-blacklisted",
                                      "error-input-is-not-a-valid-field", "error-the-field-is-required",
                                      "error-invalid-username", "error-password-policy-not-met*",
                                      "error-user-registration-custom-field", "error-invalid-room-name",
                                      "error-avatar-*", "error-invalid-file-type", "error-file-too-large")),
    Rule(InvalidField,         words="name contains invalid characters"),
    Rule(InvalidParameters,    codes=("invalid-params", "error-invalid-params", "error-invalid-query",
                                      "error-user-param-not-provided")),
    # Rules of the workspace that no permission lifts.
    Rule(Refused,              words="without (an active )?admins?|at least one admin"),
    Rule(PermissionRefused,    codes=("error-not-authorized*", "not-authorized", "not_authorized", "unauthorized",
                                      "error-forbidden", "forbidden", "error-not-allowed", "not-allowed",
                                      "error-action-not-allowed", "no-permission",
                                      "error-edit-permissions-not-allowed")),
    Rule(PermissionRefused,    status=(403,)),
    Rule(Refused),
)
# fmt: on


def classify(status: int, body: Mapping[str, Any], *, endpoint: str) -> Refused:
    """The error for an answer that says no.

    Args:
        status: the HTTP status.
        body: the answer's JSON object.
        endpoint: what was called, such as `v1/users.info`.
    """
    error_type = _text(body.get("errorType"))
    error = _text(body.get("error"))
    reason = _text(body.get("message"))
    codes = [code for text in (error_type, error, reason) for code in _codes(text)]
    message = next((_words(text) for text in (error, reason, error_type) if _words(text)), error or error_type)
    known = frozenset(code.lower() for code in codes)
    rule = next(rule for rule in RULES if rule.fits(status, known, message))
    details = body.get("details")
    refusal = rule.error(
        _one_line(message),
        status=status,
        error_type=_one_line(error_type),
        code=next((code for code in codes if code != "error-forbidden"), next(iter(codes), "")),
        endpoint=endpoint,
        details=details if isinstance(details, dict) else None,
    )
    if isinstance(refusal, (Taken, InvalidField)):
        refusal.field = field_of(refusal)
    return refusal


def field_of(refusal: Refused) -> str:
    """Which field a refusal is about, in lower case, or "" where Rocket.Chat does not tell.

    For `error-field-unavailable` Rocket.Chat gives the value where one expects the name: a user name or an address.
    """
    field = refusal.details.get("field")
    field = field if isinstance(field, str) else ""
    if refusal.code == "error-field-unavailable":
        value = field or refusal.message.partition(" is already in use")[0]
        return "email" if "@" in value else "username"
    if refusal.code == "error-could-not-save-identity":
        return "username"
    for part, name in _FIELDS_IN_CODES:
        if part in refusal.code:
            return name
    if refusal.message.startswith("Name contains"):
        return "name"
    named = re.match(r"the field (\S+) is required", refusal.message, re.IGNORECASE)
    return (field or (named[1] if named else "")).lower()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _codes(text: str) -> list[str]:
    bracketed = _BRACKETED.search(text)
    if bracketed:
        return [bracketed[1]]
    return [text] if _CODE.fullmatch(text) else []


def _words(text: str) -> str:
    words = _BRACKETED.sub("", text)
    return "" if _CODE.fullmatch(words) else words


def _one_line(text: str) -> str:
    line = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return line if len(line) <= MESSAGE_LENGTH else line[: MESSAGE_LENGTH - 1] + "…"
