import pytest

from rocketchat_auth.accounts.matching import Matches, key_of
from rocketchat_auth.rest import Email, User

AL = User("alId", "al", "Al", (Email("al@example.com", verified=True),), active=True, roles=("user",))
BO = User("boId", "bo")


def test_an_account_is_matched_with_whoever_seeks_its_key() -> None:
    with Matches() as matches:
        matches.seek("1", "alice", ["al"])
        matches.seek("2", "bob", ["somebody else"])
        matches.meet(AL, ["al"])
        matches.meet(BO, ["bo"])

        [match] = matches.matches(unmatched=False)

        assert (match.user_pk, match.username, match.users, match.accounts) == ("1", "alice", 1, 1)
        assert match.chat == AL
        assert (matches.count_unmatched(), matches.count_found()) == (1, 1)


def test_whoever_seeks_in_vain_is_told_on_request() -> None:
    with Matches() as matches:
        matches.seek("1", "alice", [])

        assert [match.chat for match in matches.matches(unmatched=True)] == [None]
        assert list(matches.matches(unmatched=False)) == []


def test_rivals_are_counted_on_both_sides() -> None:
    with Matches() as matches:
        matches.seek("1", "alice", ["a"])
        matches.seek("2", "Alice", ["a"])
        matches.seek("3", "bob", ["b", "c"])
        matches.meet(AL, ["a"])
        matches.meet(BO, ["b"])
        matches.meet(User("coId", "co"), ["c"])

        assert [(match.username, match.users, match.accounts) for match in matches.matches(unmatched=True)] == [
            ("Alice", 2, 1),
            ("alice", 2, 1),
            ("bob", 1, 2),
            ("bob", 1, 2),
        ]


def test_an_account_that_is_on_two_pages_is_one() -> None:
    with Matches() as matches:
        matches.seek("1", "alice", ["al", "al@example.com"])
        matches.meet(AL, ["al", "al@example.com"])
        matches.meet(AL, ["al"])

        assert [match.accounts for match in matches.matches(unmatched=True)] == [1]


def test_one_user_alone_can_be_asked_for() -> None:
    with Matches() as matches:
        matches.seek("1", "alice", ["a"])
        matches.seek("2", "bob", ["b"])

        assert [match.username for match in matches.matches("bob", unmatched=True)] == ["bob"]


def test_a_list_keeps_its_order() -> None:
    with Matches() as matches:
        matches.seek("1", "alice", ["a"], line=3)
        matches.seek("2", "bob", ["b"], line=2)

        assert [match.line for match in matches.matches(unmatched=True)] == [2, 3]


@pytest.mark.parametrize(
    "one, other, are_alike",
    [
        ("Ada", "aDA", True),
        ("ada", "adb", False),
        pytest.param("\N{KELVIN SIGN}im", "kim", False, id="Kelvin sign"),
        ("straße", "strasse", False),
        ("ada", "ada ", False),
    ],
)
def test_only_letters_of_the_alphabet_are_alike_in_either_case(one: str, other: str, are_alike: bool) -> None:
    assert (key_of(one) == key_of(other)) is are_alike
