from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from pytest_django import Settings

from rocketchat_auth.accounts.wanted import password_marks, wanted_of
from rocketchat_auth.adapter import Adapter
from rocketchat_auth.conf import Memberships
from tests.accounts.samples import names, wanted


def test_is_what_the_adapter_says(alice: User, settings: Settings) -> None:
    settings.ROCKETCHAT_GROUPS = {
        "Staff": {"roles": ["moderator"], "channels": ["news"], "groups": ["board"], "teams": ["crew"]}
    }
    alice.groups.add(Group.objects.create(name="Staff"))

    found = wanted_of(alice, Adapter())

    assert found.may_chat
    assert (found.profile.username, found.profile.name, found.profile.email) == ("alice", "Alice", "alice@example.com")
    assert found.memberships == Memberships(names("moderator"), names("news"), names("board"), names("crew"))
    assert (found.picture, found.picture_mark) == (None, "")


def test_takes_the_picture_with_a_mark_of_it(alice: User) -> None:
    class Photo(Adapter):
        def avatar(self, user: Any) -> str:
            return f"https://www.example.com/{user.username}.png"

    found = wanted_of(alice, Photo())

    assert found.picture == "https://www.example.com/alice.png"
    assert found.picture_mark == "https://www.example.com/alice.png"


class TestMark:
    def test_stays_the_same_while_all_that_is_wanted_does(self) -> None:
        one = wanted(memberships=Memberships(channels=frozenset(["a", "b"])), custom_fields={"x": "1", "y": "2"})
        same = wanted(memberships=Memberships(channels=frozenset(["b", "a"])), custom_fields={"y": "2", "x": "1"})

        assert one.mark == same.mark
        assert replace(one, password_marks=("today's", "of an older key")).mark == one.mark

    @pytest.mark.parametrize(
        "change",
        [
            {"may_chat": False},
            {"username": "augusta"},
            {"name": "Augusta"},
            {"email": "augusta@example.com"},
            {"bio": ""},
            {"custom_fields": {"unit": "1"}},
            {"picture_mark": "face.png 7"},
            {"password_marks": ("yesterday's",)},
            {"memberships": Memberships(roles=names("x"))},
            {"memberships": Memberships(channels=names("x"))},
            {"memberships": Memberships(groups=names("x"))},
            {"memberships": Memberships(teams=names("x"))},
        ],
        ids=repr,
    )
    def test_changes_with_whatever_is_wanted(self, change: dict[str, Any]) -> None:
        others = [
            {"memberships": Memberships(**{kind: names("x")})} for kind in ("roles", "channels", "groups", "teams")
        ]
        marks = {wanted(**other).mark for other in others if other != change}

        assert wanted(**change).mark not in {wanted().mark, *marks}

    def test_is_had_of_names_that_are_no_text(self) -> None:
        assert wanted(name="half of a pair \ud83d").mark != wanted(name="half of a pair ").mark


class TestPasswordMarks:
    def test_change_with_the_password_alone(self, alice: User) -> None:
        before = password_marks(alice)
        alice.first_name = "Alison"
        assert password_marks(alice) == before

        alice.set_password("another")
        assert password_marks(alice) != before

    def test_give_nothing_of_the_password_away(self, alice: User) -> None:
        (mark,) = password_marks(alice)

        assert mark not in (alice.password, alice.get_session_auth_hash())
        assert len(mark) == 64

    def test_know_those_of_former_keys(self, alice: User, settings: Settings) -> None:
        former = password_marks(alice)
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another key, as long as the system check wants to have it"

        now, older = password_marks(alice)

        assert older == former[0] != now
