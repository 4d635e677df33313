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
