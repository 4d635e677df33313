import json
from collections.abc import Iterator

import pytest

from rocketchat_auth import rest
from rocketchat_auth.accounts.asking import AskEach
from rocketchat_auth.accounts.directory import Directory, Look, from_keys, keys_of, pack_user, room_key, unpack_user
from rocketchat_auth.accounts.found import Found
from rocketchat_auth.conf import Memberships
from rocketchat_auth.models import Account
from tests.accounts.samples import account, found, names

MANAGED = Memberships(roles=names("moderator"), channels=names("news", "staff"), teams=names("crew"))
ADA = rest.User(
    "id-of-ada",
    "Ada",
    "Ada Lovelace",
    (rest.Email("Ada@example.com", verified=True), rest.Email("second@example.com", verified=False)),
    active=True,
    roles=("user", "moderator"),
)
BEN = rest.User("id-of-ben", "ben", type="bot", federated=True)


class Asked(AskEach):
    """Whom Rocket.Chat was asked for, and what it answers to all."""

    def __init__(self) -> None:
        super().__init__(MANAGED)
        self.log: list[str] = []

    def found(self, account: Account, *, closely: bool = False) -> Found | None:
        self.log.append(account.linked_id)
        return found(in_detail=True)


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def directory(asked: Asked) -> Iterator[Directory]:
    with Directory(MANAGED, asked) as directory:
        directory.add([ADA, BEN])
        yield directory


@pytest.mark.parametrize("user", [ADA, BEN])
def test_what_lists_tell_of_an_account_comes_back_whole(user: rest.User) -> None:
    assert unpack_user(pack_user(user)) == user


def test_keys_of_rooms_come_back_whole() -> None:
    memberships = Memberships(channels=names("b", "a: b"), teams=names("b"))

    assert room_key("teams", "b") == "teams:b"
    assert keys_of(memberships) == ["channels:a: b", "channels:b", "teams:b"]
    assert from_keys(keys_of(memberships)) == memberships
    assert from_keys([]) == Memberships()
    assert keys_of(Memberships(roles=names("moderator"))) == []


class TestFinding:
    def test_an_account_that_was_read_asks_nobody(self, directory: Directory, asked: Asked) -> None:
        directory.add_members("channels:news", ["id-of-ada", "id-of-ada", "id-of-ben"])
        directory.add_members("teams:crew", ["id-of-ada"])

        assert directory.found(account()) == Found(
            ADA, Memberships(names("moderator"), names("news"), teams=names("crew")), in_detail=False
        )
        assert asked.log == []

    def test_an_account_that_was_not_read_asks_for_it(self, directory: Directory, asked: Asked) -> None:
        seen = directory.found(account(rocketchat_id="id-of-cleo"))

        assert asked.log == ["id-of-cleo"]
        assert seen is not None
        assert seen.in_detail

    def test_closely_asks(self, directory: Directory, asked: Asked) -> None:
        directory.found(account(), closely=True)

        assert asked.log == ["id-of-ada"]

    def test_tells_nothing_of_what_is_not_managed(self, directory: Directory) -> None:
        directory.add_members("channels:talk", ["id-of-ada"])

        seen = directory.found(account())

        assert seen is not None
        assert seen.memberships == Memberships(roles=names("moderator"))

    def test_knows_the_last_page_best(self, directory: Directory) -> None:
        directory.add([rest.User("id-of-ada", "augusta")])

        seen = directory.found(account())

        assert seen is not None
        assert seen.user.username == "augusta"

    def test_by_name_and_address_does_not_mind_the_case(self, directory: Directory) -> None:
        for user in (
            directory.with_username("aDA"),
            *map(directory.with_email, ["ADA@Example.com", "Second@example.com"]),
        ):
            assert user == ADA
        assert directory.with_username("nobody") is None
        assert directory.with_email("nobody@example.com") is None


class TestRoomsThatDidNotChange:
    @pytest.fixture(autouse=True)
    def _unchanged(self, directory: Directory) -> None:
        directory.unchanged_rooms.add("channels:news")

    def test_have_who_was_in_them(self, directory: Directory, asked: Asked) -> None:
        seen = directory.found(account(told={"rooms": ["channels:news"]}))

        assert seen is not None
        assert seen.memberships == Memberships(names("moderator"), names("news"))
        assert asked.log == []

    def test_do_not_have_who_was_in_none(self, directory: Directory, asked: Asked) -> None:
        seen = directory.found(account(told={"rooms": []}))

        assert seen is not None
        assert (seen.memberships, asked.log) == (Memberships(names("moderator")), [])

    def test_say_nothing_of_others(self, directory: Directory) -> None:
        directory.add_members("teams:crew", ["id-of-ada"])

        seen = directory.found(account(told={"rooms": ["channels:staff"]}))

        assert seen is not None
        assert seen.memberships == Memberships(names("moderator"), teams=names("crew"))

    def test_are_asked_for_with_an_account_never_seen_in_them(self, directory: Directory, asked: Asked) -> None:
        directory.found(account(told={"bio": "First."}))

        assert asked.log == ["id-of-ada"]

    def test_are_not_asked_for_with_an_inactive_one(self, directory: Directory, asked: Asked) -> None:
        directory.found(account(rocketchat_id="id-of-ben"))

        assert asked.log == []


def test_plans_are_kept_in_their_order(directory: Directory) -> None:
    plans = [{"number": number, "text": "ä"} for number in (2, 1, 3)]

    for plan in plans:
        directory.keep_plan(plan)

    assert list(directory.plans()) == plans


def test_looks_are_kept_by_account_the_last_one_of_each(directory: Directory) -> None:
    one = Look(1, ["channels:news"], {"bio": "First."}, in_order=False)
    other = Look(2, None, {}, in_order=True)
    directory.keep_look(other)
    directory.keep_look(Look(1, [], {}, in_order=True))
    directory.keep_look(one)

    assert list(directory.looks()) == [one, other]


def test_nothing_of_it_is_left_when_it_is_closed(asked: Asked) -> None:
    with Directory(MANAGED, asked) as directory:
        directory.add([ADA])
        (row,) = directory._database.execute("PRAGMA database_list")
        assert json.dumps(row[2]) == '""'
    with pytest.raises(Exception, match="closed database"):
        directory.with_username("ada")
