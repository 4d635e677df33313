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
    "create",
    "create_token",
    "every",
    "find_by_email",
    "info",
    "login_with_password",
    "logout",
    "logout_everywhere",
    "me",
    "update",
]

EMAIL_LOOKUP_SINCE = Version(8, 4)
SEARCH_SINCE = Version(7, 0)
PAGE = 100


def info(client: Client, *, user_id: str | None = None, username: str | None = None) -> User:
    """One account, by its `_id` or its user name.

    Rocket.Chat looks for either in both (`findOneByIdOrUsername` in getFullUserData.ts), so that somebody could be
    found whose user name is another's `_id`: the answer is taken only if it is the account that was asked for.

    Raises:
        ValueError: neither is given, or both.
        NotFound: there is no such account.
        RocketChatError: as for every call.
    """
    if (user_id is None) == (username is None):
        raise ValueError("Give either user_id or username.")
    params = {"userId": user_id} if user_id is not None else {"username": username or ""}
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


def every(client: Client) -> Iterator[User]:
    """All accounts, 100 in a call.

    Raises:
        RocketChatError: as for every call.
    """
    return _pages(client, "v1/users.list", {})


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
    """Change an account.

    A new `email` without `"verified": True` beside it makes Rocket.Chat send a mail.

    Args:
        client: the client.
        user_id: the account's `_id`.
        data: the fields to change, as `users.update` names them; passwords as `Secret`.

    Raises:
        NotFound: there is no such account.
        SecondFactorRequired: the service account's token does not bypass it.
        RocketChatError: as `create` does.
    """
    return _user(client.call("POST", "v1/users.update", json={"userId": user_id, "data": dict(data)}))


def _looked_up(client: Client, email: str) -> User | None:
    try:
        user = _user(client.call("GET", "v1/users.info", params={"email": email}))
    except NotFound:
        return None
    return user if user.has_email(email) else None


def _searched(client: Client, email: str) -> Iterator[User]:
    """Accounts with the address somewhere in them (findPaginatedUsersByStatus in lib/users.ts, since 6.8)."""
    try:
        yield from _pages(client, "v1/users.listByStatus", {"searchTerm": email})
    except Refused as refusal:
        if refusal.status != 404 and not isinstance(refusal, InvalidParameters):
            raise
        yield from every(client)


def _queried(client: Client, email: str) -> Iterator[User]:
    query = {"emails.address": {"$regex": f"^{re.escape(email)}$", "$options": "i"}}
    return _pages(client, "v1/users.list", {"query": json.dumps(query)})


def _pages(client: Client, endpoint: str, params: Mapping[str, str]) -> Iterator[User]:
    offset = 0
    while True:
        answer = client.call(
            "GET", endpoint, params={**params, "count": PAGE, "offset": offset, "sort": '{"username": 1}'}
        )
        page, total = answer.at("users"), answer.at("total")
        if not isinstance(page, list) or not isinstance(total, int):
            raise answer.misshapen("users")
        yield from filter(None, map(user_of, page))
        offset += len(page)
        if not page or offset >= total:
            return


def _user(answer: Answer) -> User:
    user = user_of(answer.at("user"))
    if user is None:
        raise answer.misshapen("user")
    return user
