from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from rocketchat_auth.rest import BadAnswer, Page, User, users
from rocketchat_auth.rest.listing import listed
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.rest.talking import Script, client_for, client_of, says_yes
from tests.rest.versions import EVERY_VERSION, recorded


def test_every_account_is_read_page_by_page() -> None:
    def all_of_them(request: httpx2.Request) -> httpx2.Response:
        offset, count = (int(request.url.params[name]) for name in ("offset", "count"))
        everybody = [{"_id": f"u{number}"} for number in range(250)]
        return says_yes(users=everybody[offset : offset + count], total=250)

    found = users.every(client_of(all_of_them))

    assert isinstance(found, Iterator)
    assert [user.id for user in found] == [f"u{number}" for number in range(250)]


def test_a_server_that_promises_more_than_it_gives_does_not_keep_us_for_ever() -> None:
    script = Script(says_yes(users=[{"_id": "u1"}], total=500), says_yes(users=[], total=500))

    assert list(users.every(client_of(script))) == [User("u1")]


@pytest.mark.parametrize("body", [{"users": {}, "total": 1}, {"users": []}, {"total": 7}])
def test_a_list_that_is_none_is_a_bad_answer(body: dict[str, Any]) -> None:
    with pytest.raises(BadAnswer, match="has no usable users"):
        list(users.every(client_of(Script(says_yes(**body)))))


@EVERY_VERSION
def test_pages_are_read_a_hundred_at_a_time_in_the_order_of_ids(stand_in: StandIn, fake_clock: FakeClock) -> None:
    everybody = {stand_in.add_user(f"user{number}")["_id"] for number in range(230)}
    everybody |= {stand_in.admin.user_id, "rocket.cat"}
    client = client_for(stand_in, fake_clock)

    found = users.pages(client)

    assert isinstance(found, Iterator)
    pages = list(found)
    assert [(len(page.users), page.total, page.next_offset) for page in pages] == [
        (100, 232, 100),
        (100, 232, 200),
        (32, 232, 232),
    ]
    assert [user.id for page in pages for user in page.users] == sorted(everybody)
    assert len(stand_in.calls) == 3
    assert list(users.pages(client, offset=pages[0].next_offset)) == pages[1:]


def test_pages_do_not_shift_when_somebody_is_renamed() -> None:
    script = Script(says_yes(users=[{"_id": "u1"}], total=1))

    list(users.pages(client_of(script), offset=200))

    assert dict(script.requests[0].url.params) == {"sort": '{"_id": 1}', "count": "100", "offset": "200"}


def test_what_is_no_account_is_left_out_and_counted_all_the_same() -> None:
    script = Script(says_yes(users=[{"_id": "u1"}, {"no": "account"}], total=2))

    assert list(users.pages(client_of(script))) == [Page((User("u1"),), 2, 2)]


def test_a_recorded_server_is_understood() -> None:
    first = next(users.pages(client_of(Script(recorded("043")))))

    assert (first.total, first.next_offset) == (8, 3)
    assert [(user.username, user.active, user.roles) for user in first.users] == [
        ("admin", True, ("admin",)),
        ("alice", True, ("user",)),
        ("bob", True, ("user", "guest")),
    ]


def test_another_order_than_that_of_names_may_be_asked_for() -> None:
    script = Script(says_yes(users=[{"_id": "u1"}], total=1))
    client = client_of(script)

    assert list(listed(client, "v1/users.list", {})) == [User("u1")]
    assert list(listed(client, "v1/users.list", {"sort": '{"name": -1}'})) == [User("u1")]

    assert [request.url.params["sort"] for request in script.requests] == ['{"username": 1}', '{"name": -1}']
