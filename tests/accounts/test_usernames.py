import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rocketchat_auth.accounts.usernames import candidates
from rocketchat_auth.rest.workspace import UsernameRule

DEFAULT = UsernameRule()


@pytest.mark.parametrize(
    "wanted, first",
    [
        ("alice", "alice"),
        ("Alice.B-c_9", "Alice.B-c_9"),
        ("jane@example.com", "jane"),
        ("bad user", "bad.user"),
        ("José María", "Jose.Maria"),
        ("日本", "user.2"),
        ("+++", "user.2"),
        ("@example.com", "user.2"),
    ],
)
def test_the_first_candidate_is_as_near_as_the_rule_allows(wanted: str, first: str) -> None:
    assert next(candidates(wanted, DEFAULT)).replace("-", ".") == first.replace("-", ".")


def test_a_blocked_name_gets_a_number() -> None:
    assert next(candidates("all", DEFAULT)) == "all-2"


def test_namesakes_are_numbered_in_order() -> None:
    names = candidates("alice", DEFAULT)

    assert [next(names) for _ in range(3)] == ["alice", "alice-2", "alice-3"]


def test_a_rule_with_other_letters_keeps_them() -> None:
    assert next(candidates("Zoë", UsernameRule("[a-zA-Zà-ÿ]+"))) == "Zoë"


def test_a_rule_without_any_mark_numbers_without_one() -> None:
    names = list(candidates("alice", UsernameRule("[a-z0-9]+")))

    assert names[1] == "alice2"


def test_a_rule_that_nothing_fits_gives_nothing() -> None:
    assert list(candidates("alice", UsernameRule("[0-9]{20}"))) == []


@given(st.text(max_size=60))
def test_every_candidate_fits_the_rule_and_comes_once(wanted: str) -> None:
    names = list(candidates(wanted, DEFAULT))

    assert names == list(dict.fromkeys(names))
    assert all(re.fullmatch(DEFAULT.pattern, name) and name not in DEFAULT.blocked for name in names)
    assert names
