"""Chat accounts: finding, making and changing them.

Documented at https://developer.rocket.chat/apidocs/users-endpoints. What the versions do differently is read from
apps/meteor/app/api/server/v1/users.ts, from 8.7 on apps/meteor/server/api/v1/users.ts.
"""

import json
import re
from collections.abc import Iterator, Mapping

from rocketchat_auth.rest.answer import Answer
from rocketchat_auth.rest.client import Client
from rocketchat_auth.rest.errors import InvalidParameters, NotFound, Refused
from rocketchat_auth.rest.listing import Page, every, listed, pages
from rocketchat_auth.rest.logins import (
    Life,
    create_token,
    login_with_password,
    logout,
    logout_everywhere,
    me,
)
from rocketchat_auth.rest.user import NewUser, User, user_of
from rocketchat_auth.rest.workspace import Version

__all__ = [
    "Life",
    "Page",
    "create",
    "create_token",
    "delete",
    "every",
    "find_by_email",
    "info",
    "login_with_password",
    "logout",
    "logout_everywhere",
    "me",
    "pages",
    "set_active",
    "update",
]

EMAIL_LOOKUP_SINCE = Version(8, 4)
SEARCH_SINCE = Version(7, 0)
ROOMS_PARAMETER_SINCE = Version(7, 0)


def info(
    client: Client,
    *,
    user_id: str | None = None,
    username: str | None = None,
    rooms: bool = False,
    version: Version | None = None,
) -> User:
    """One account, by its `_id` or its user name.

    Rocket.Chat looks for either in both (`findOneByIdOrUsername` in getFullUserData.ts), so that somebody could be
    found whose user name is another's `_id`: the answer is taken only if it is the account that was asked for.

    Args:
        client: the client, whose account needs `view-full-other-user-info` to see more than names.
        user_id: its `_id`.
        username: its user name.
        rooms: whether to tell its rooms too; that needs `view-other-user-channels`, else they stay None.
        version: the server's version, without which rooms cannot be asked for.

    Raises:
        ValueError: neither `_id` nor name is given, or both; or no version where rooms are asked for.
        NotFound: there is no such account.
        RocketChatError: as for every call.
    """
    if (user_id is None) == (username is None):
        raise ValueError("Give either user_id or username.")
    params = {"userId": user_id} if user_id is not None else {"username": username or ""}
    if rooms:
        params |= _asking_for_rooms(version)
    user = _user(client.call("GET", "v1/users.info", params=params))
    if user_id not in (None, user.id) or (username is not None and username.casefold() != user.username.casefold()):
        raise NotFound("the account found is another one", status=200, endpoint="v1/users.info")
    return user


def find_by_email(client: Client, email: str, version: Version) -> User | None:
    """The account with that address, verified or not; upper and lower case are alike.

    From 8.4 on the server looks the address up, from 7.0 on it searches for it, before it takes a query. Where it does
    none of that, all accounts are read, 100 in a call.

    Args:
        client: the client, whose account needs `view-full-other-user-info`: without it no address is seen, and nobody
            found.
        email: the address.
        version: the server's version.

    Raises:
        RocketChatError: as for every call.
    """
    if version >= EMAIL_LOOKUP_SINCE:
        return _looked_up(client, email)
    found = _searched(client, email) if version >= SEARCH_SINCE else _queried(client, email)
    return next((user for user in found if user.has_email(email)), None)


def create(client: Client, new_user: NewUser) -> User:
    """Make an account, which joins the default channels and gets no mail.

    Raises:
        Taken: the user name or the address belongs to another account.
        BlockedUsername: nobody may have that user name.
        InvalidField: a value is not acceptable.
        PermissionRefused: the service account lacks `create-user`.
        SecondFactorRequired: newer versions ask for one unless the service account's token bypasses it.
        RocketChatError: as for every call.
    """
    return _user(client.call("POST", "v1/users.create", json=new_user.payload()))


def update(client: Client, user_id: str, data: Mapping[str, object]) -> User:
    """Change an account, and nothing of it but what `data` names.

    A new `email` without `"verified": True` beside it makes Rocket.Chat send a mail. Rocket.Chat takes away bio and
    nickname where they are not sent along (handleBio and handleNickname in saveUser.ts), so they are asked for first.

    Args:
        client: the client.
        user_id: the account's `_id`.
        data: the fields to change, as `users.update` names them; passwords as `Secret`.

    Raises:
        NotFound: there is no such account.
        SecondFactorRequired: the service account's token does not bypass it.
        RocketChatError: as `create` does.
    """
    kept: dict[str, object] = {}
    if not {"bio", "nickname"} <= data.keys():
        user = info(client, user_id=user_id)
        kept = {name: value for name, value in (("bio", user.bio), ("nickname", user.nickname)) if value}
    return _user(client.call("POST", "v1/users.update", json={"userId": user_id, "data": {**kept, **data}}))


def set_active(client: Client, user_id: str, *, active: bool, relinquish: bool = False) -> None:
    """Deactivate an account, or revive it. Nothing happens where it is so already.

    Deactivation ends all its logins and deletes its personal access tokens. Unless the workspace switched it off, the
    person gets a mail either way.

    Args:
        client: the client.
        user_id: the account's `_id`.
        active: whether it shall be active.
        relinquish: whether rooms that only it owns may be given to another member, or deleted where it is the only one.

    Raises:
        NotFound: there is no such account.
        LastOwner: it is the only owner of a room, and that is not to be given away.
        Federated: it is at home on another server.
        PermissionRefused: the service account lacks `edit-other-user-active-status`.
        RocketChatError: as for every call; a plain `Refused` where it is the last active administrator.
    """
    body = {"userId": user_id, "activeStatus": active, "confirmRelinquish": relinquish}
    client.call("POST", "v1/users.setActiveStatus", json=body, idempotent=True)


def delete(client: Client, user_id: str, *, relinquish: bool = False) -> None:
    """Delete an account; what becomes of its messages is a setting of the workspace.

    Args:
        client: the client.
        user_id: the account's `_id`.
        relinquish: as for `set_active`.

    Raises:
        NotFound: there is no such account.
        LastOwner: it is the only owner of a room, and that is not to be given away.
        Federated: it has taken part in federation, and can only be deactivated.
        PermissionRefused: the service account lacks `delete-user`.
        RocketChatError: as for every call; a plain `Refused` where it is the last administrator.
    """
    client.call("POST", "v1/users.delete", json={"userId": user_id, "confirmRelinquish": relinquish})


def _asking_for_rooms(version: Version | None) -> dict[str, str]:
    if version is None:
        raise ValueError("Give the version too: the servers are asked for rooms in different ways.")
    if version >= ROOMS_PARAMETER_SINCE:
        return {"includeUserRooms": "true"}
    return {"fields": '{"userRooms": 1}'}


def _looked_up(client: Client, email: str) -> User | None:
    try:
        user = _user(client.call("GET", "v1/users.info", params={"email": email}))
    except NotFound:
        return None
    return user if user.has_email(email) else None


def _searched(client: Client, email: str) -> Iterator[User]:
    """Accounts with the address somewhere in them (findPaginatedUsersByStatus in lib/users.ts, since 6.8)."""
    try:
        yield from listed(client, "v1/users.listByStatus", {"searchTerm": email})
    except Refused as refusal:
        if refusal.status != 404 and not isinstance(refusal, InvalidParameters):
            raise
        yield from every(client)


def _queried(client: Client, email: str) -> Iterator[User]:
    query = {"emails.address": {"$regex": f"^{re.escape(email)}$", "$options": "i"}}
    return listed(client, "v1/users.list", {"query": json.dumps(query)})


def _user(answer: Answer) -> User:
    user = user_of(answer.at("user"))
    if user is None:
        raise answer.misshapen("user")
    return user
