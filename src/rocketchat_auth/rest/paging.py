"""Reading lists page by page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rocketchat_auth.rest.client import Client

COUNT = 100
"""What a page has at most: Rocket.Chat's own upper limit, unless the workspace raised it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a list.

    Args:
        items: what is on it, as it was sent.
        total: how long the whole list is.
        next_offset: where the next page begins.
    """

    items: tuple[Any, ...]
    total: int
    next_offset: int


def parts(
    client: Client, endpoint: str, name: str, params: Mapping[str, str | int], *, offset: int = 0
) -> Iterator[Part]:
    """The pages of a list; none where it is empty. A page may be shorter than was asked for.

    Args:
        client: the client.
        endpoint: the endpoint that has the list.
        name: what the list is called in the answer.
        params: the query, without `count` and `offset`.
        offset: where to begin.

    Raises:
        BadAnswer: there is no such list in the answer.
        RocketChatError: as for every call.
    """
    while True:
        answer = client.call("GET", endpoint, params={**params, "count": COUNT, "offset": offset})
        items, total = answer.at(name), answer.at("total")
        if not isinstance(items, list) or not isinstance(total, int):
            raise answer.misshapen(name)
        offset += len(items)
        if items:
            yield Part(tuple(items), total, offset)
        if not items or offset >= total:
            return
