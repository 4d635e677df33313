from typing import Any

import pytest

from rocketchat_auth.testing.errors import ApiError
from rocketchat_auth.testing.query import in_order, matches

ALICE = {
    "username": "alice",
    "age": 30,
    "roles": ["user", "admin"],
    "emails": [{"address": "alice@example.com"}, {"address": "a@example.org"}],
}


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"username": "alice"},
        {"username": "alice", "age": 30},
        {"roles": "admin"},
        {"emails.address": "a@example.org"},
        {"username": {"$in": ["bob", "alice"]}},
        {"username": {"$ne": "bob"}},
        {"username": {"$exists": True}},
        {"services.iframe": {"$exists": False}},
        {"username": {"$regex": "^AL", "$options": "i"}},
        {"emails.address": {"$regex": "org$"}},
        {"$or": [{"username": "bob"}, {"age": 30}]},
        {"$and": [{"username": "alice"}, {"age": {"$in": [30]}}]},
    ],
)
def test_fits(query: Any) -> None:
    assert matches(ALICE, query)


@pytest.mark.parametrize(
    "query",
    [
        {"username": "bob"},
        {"username": "alice", "age": 31},
        {"roles": "bot"},
        {"emails.address": "b@example.org"},
        {"emails.address.domain": "example.org"},
        {"username": {"$in": ["bob"]}},
        {"roles": {"$ne": "admin"}},
        {"username": {"$exists": False}},
        {"username": {"$regex": "^AL"}},
        {"age": {"$regex": "3"}},
        {"$or": [{"username": "bob"}, {"age": 31}]},
        {"$and": [{"username": "alice"}, {"age": 31}]},
    ],
)
def test_does_not_fit(query: Any) -> None:
    assert not matches(ALICE, query)


def test_knows_no_other_operators() -> None:
    with pytest.raises(ApiError, match="where"):
        matches(ALICE, {"username": {"$where": "1"}})


def test_sorts_by_several_fields() -> None:
    documents = [{"a": "x", "b": "1"}, {"a": "y", "b": "2"}, {"a": "x", "b": "3"}]

    assert [one["b"] for one in in_order(documents, {"a": 1, "b": -1})] == ["3", "1", "2"]
    assert in_order(documents, {}) == documents
