"""What a workspace tells about itself to anybody."""

import contextlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from rocketchat_auth.rest.client import Client
from rocketchat_auth.rest.errors import InvalidParameters

USERNAME_SETTING = "UTF8_User_Names_Validation"
DEFAULT_USERNAME_PATTERN = "[0-9a-zA-Z-_.]+"
# Accounts_SystemBlockedUsernameList, and what mentions everybody. Neither this list nor the operator's own,
# Accounts_BlockedUsernameList, is public: the latter shows as BlockedUsername when an account is created.
BLOCKED_USERNAMES = frozenset({"admin", "administrator", "system", "user", "all", "here"})


class Version(NamedTuple):
    """Major and minor version of the server; that is all that is told to anonymous callers."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


@dataclass(frozen=True, slots=True)
class UsernameRule:
    """Which user names a workspace takes.

    Args:
        pattern: the setting `UTF8_User_Names_Validation`, a regular expression of JavaScript for the whole name.
        blocked: names, in lower case, that nobody may have.
    """

    pattern: str = DEFAULT_USERNAME_PATTERN
    blocked: frozenset[str] = BLOCKED_USERNAMES

    def accepts(self, username: str) -> bool:
        """Whether the workspace would take this name, unless somebody has it."""
        return username.lower() not in self.blocked and self._fits(username)

    def _fits(self, username: str) -> bool:
        # JavaScript's \w and \d know ASCII only.
        return re.fullmatch(self.pattern, username, re.ASCII) is not None


def info(client: Client) -> Version:
    """The version of the server.

    `GET /api/info`: https://developer.rocket.chat/apidocs/get-server-info. It is asked without credentials, so that it
    is known also while those are wrong.

    Raises:
        BadAnswer: what answers is not Rocket.Chat.
        RocketChatError: as for every call.
    """
    answer = client.call("GET", "info", credentials=None)
    version = version_of(answer.body)
    if version is None:
        raise answer.misshapen("version")
    return version


def patch(client: Client) -> int | None:
    """The third number of the server's version, which is told only to who may `view-statistics`; else None.

    Raises:
        RocketChatError: as for every call.
    """
    answer = client.call("GET", "info")
    told = (answer.at("info", "version"), answer.at("version"))
    found = [re.match(r"\d+\.\d+\.(\d{1,4})(?![0-9])", text) for text in told if isinstance(text, str)]
    return next((int(match[1]) for match in found if match), None)


def public_settings(client: Client, ids: Iterable[str]) -> dict[str, Any]:
    """The values of those settings that are public; the others are missing.

    `GET /api/v1/settings.public`: https://developer.rocket.chat/apidocs/get-public-settings. Up to 6.x it knows only
    `query`, which newer servers refuse; those know `_id`, which older ones do not heed or refuse
    (apps/meteor/app/api/server/v1/settings.ts).

    Args:
        client: the client.
        ids: the `_id` of each setting; not more than 50.

    Raises:
        RocketChatError: as for every call.
    """
    wanted = frozenset(ids)
    by_id = {"_id": ",".join(sorted(wanted))}
    by_query = {"query": json.dumps({"$or": [{"_id": name} for name in sorted(wanted)]})}
    for params in by_id, by_query:
        with contextlib.suppress(InvalidParameters):
            found = _settings(client, params)
            if found.keys() <= wanted or wanted <= found.keys():
                return {name: found[name] for name in wanted & found.keys()}
    return {}


def _settings(client: Client, params: dict[str, str]) -> dict[str, Any]:
    answer = client.call("GET", "v1/settings.public", params=params, credentials=None)
    found = answer.at("settings")
    if not isinstance(found, list) or not all(isinstance(setting, dict) for setting in found):
        raise answer.misshapen("settings")
    return {str(setting.get("_id")): setting.get("value") for setting in found}


def username_rule(client: Client) -> UsernameRule:
    """The rule for user names.

    Raises:
        RocketChatError: as for every call.
    """
    return rule_of(public_settings(client, [USERNAME_SETTING]).get(USERNAME_SETTING))


def rule_of(pattern: object) -> UsernameRule:
    """The rule that a value of `UTF8_User_Names_Validation` makes.

    Rocket.Chat goes by its default where the value is no regular expression; so does this, also for the few that are
    one in JavaScript and not in Python.
    """
    if not isinstance(pattern, str) or not pattern:
        return UsernameRule()
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return UsernameRule()
    return UsernameRule(pattern)


def version_of(body: Mapping[str, Any]) -> Version | None:
    """The version that an answer of `GET /api/info` tells, or None where it is no such answer."""
    nested = body.get("info")
    text = body.get("version") or (nested.get("version") if isinstance(nested, Mapping) else None)
    match = re.match(r"(\d{1,4})\.(\d{1,4})(?![0-9])", text) if isinstance(text, str) else None
    return Version(int(match[1]), int(match[2])) if match else None
