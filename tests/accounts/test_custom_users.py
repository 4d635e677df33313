"""User models with UUIDs for primary keys, e-mail addresses for usernames, and without Django's groups."""

from typing import Any

import pytest

from tests.sites import said_by


@pytest.fixture(scope="module")
def said() -> list[Any]:
    """First the primary keys of two users, then whom the site would bring up to date in chat."""
    return said_by("tests.sites.people.site", "Person")


def test_a_saved_user_is_looked_at_by_whichever_class(said: list[Any]) -> None:
    ada, ben = said[0]

    assert [noted["users"] for noted in said[1:4]] == [[ada], [ada], [ben]]


def test_a_deleted_users_account_is_remembered(said: list[Any]) -> None:
    assert [noted["accounts"] for noted in said[4:]] == [[1], [2]]


def test_groups_of_the_sites_own_kind_are_followed() -> None:
    (ada,), *noted = said_by("tests.sites.people.site", "Member")

    # Who joins one, and who is in one that is deleted; its title is no name that settings could have.
    assert [each["users"] for each in noted] == [[ada], [ada]]


@pytest.fixture(scope="module")
def done() -> list[Any]:
    """What each sync did, and at last who is active in chat."""
    return said_by("tests.sites.people.synced")


class TestSyncing:
    def test_gives_everybody_an_account_once(self, done: list[Any]) -> None:
        assert done[0] == [["ada@example.com", "create", "", "done"], ["ben@example.com", "create", "", "done"]]
        assert done[1] == []

    def test_follows_an_address_that_is_the_username_too(self, done: list[Any]) -> None:
        assert [(user, field) for user, action, field, _ in done[2] if action == "update"] == [
            ("augusta@example.com", "email"),
            ("augusta@example.com", "name"),
            ("augusta@example.com", "username"),
        ]

    def test_knows_a_user_by_a_key_that_is_no_number(self, done: list[Any]) -> None:
        assert done[3:6] == [
            [["ben@example.com", "sign-out", "", "done"]],
            [["ben@example.com", "deactivate", "", "done"]],
            [["ben@example.com", "revive", "", "done"]],
        ]

    def test_ends_the_account_of_who_is_deleted(self, done: list[Any]) -> None:
        assert done[-1] == {"admin": True, "rocket.cat": True, "augusta": False, "ben": True}


def test_a_session_of_theirs_signs_in_and_out_as_any() -> None:
    *statuses, ada, before, after = said_by("tests.sites.people.signed_in")

    assert statuses == [200, 200]
    assert ada == {"same": True, "username": "ada"}
    assert (before, after) == (True, False)
