"""Chat accounts, many at a time.

`GET /api/v1/users.list`: https://developer.rocket.chat/apidocs/get-users-list. What it tells of each is read from
getNonEmptyFields in lib/users.ts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rocketchat_auth.rest.client import Client
from rocketchat_auth.rest.paging import parts
from rocketchat_auth.rest.user import User, user_of

# An _id never changes: whoever is renamed meanwhile stays on the same page.
_BY_ID = '{"_id": 1}'


@dataclass(frozen=True, slots=True)
class Page:
    """Some of all accounts.

    Args:
        users: the accounts, without what `users.list` does not tell: `bio`, `custom_fields`, `created_at`, `federated`.
        total: how many accounts there are.
        next_offset: where the next page begins.
    """

    users: tuple[User, ...]
    total: int
    next_offset: int


def every(client: Client) -> Iterator[User]:
    """All accounts, 100 in a call.

    Raises:
        RocketChatError: as for every call.
    """
    return (user for page in pages(client) for user in page.users)


def pages(client: Client, *, offset: int = 0) -> Iterator[Page]:
    """All accounts, 100 in a call, in the order of their `_id`.

    An account that is made meanwhile may put another on two pages, one that is deleted may let another be missed.

    Args:
        client: the client.
        offset: where to begin: a page's `next_offset`, to go on from there.

    Raises:
        RocketChatError: as for every call.
    """
    for part in parts(client, "v1/users.list", "users", {"sort": _BY_ID}, offset=offset):
        yield Page(tuple(filter(None, map(user_of, part.items))), part.total, part.next_offset)


def listed(client: Client, endpoint: str, params: Mapping[str, str | int]) -> Iterator[User]:
    """The accounts that an endpoint lists, 100 in a call, in the order of their user names.

    Args:
        client: the client.
        endpoint: an endpoint that answers with `users`.
        params: the query, without those for paging.

    Raises:
        RocketChatError: as for every call.
    """
    for part in parts(client, endpoint, "users", {"sort": '{"username": 1}', **params}):
        yield from filter(None, map(user_of, part.items))
