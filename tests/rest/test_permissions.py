from typing import Any

import pytest

from rocketchat_auth.rest import BadAnswer, PermissionRefused, Refused, permissions
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.rest.talking import Script, client_for, client_of, says_yes
from tests.rest.versions import EVERY_VERSION, client_as


@EVERY_VERSION
def test_everybody_may_see_who_has_which(stand_in: StandIn, fake_clock: FakeClock) -> None:
    stand_in.add_user("ada")

    found = permissions.every(client_as(stand_in, "ada", fake_clock))

    assert found["create-user"] == ("admin",)
    assert found["create-personal-access-tokens"] == ("admin", "user")


@EVERY_VERSION
def test_the_roles_given_are_all_that_have_it_afterwards(stand_in: StandIn, fake_clock: FakeClock) -> None:
    client = client_for(stand_in, fake_clock)

    permissions.update(client, {"create-user": ("admin", "bot", "bot"), "delete-user": ()})

    found = permissions.every(client)
    assert (found["create-user"], found["delete-user"]) == (("admin", "bot"), ())


@EVERY_VERSION
def test_only_administrators_may_change_them(stand_in: StandIn, fake_clock: FakeClock) -> None:
    stand_in.add_user("ada")

    with pytest.raises(PermissionRefused):
        permissions.update(client_as(stand_in, "ada", fake_clock), {"create-user": ("user",)})


def test_one_that_the_version_lacks_is_refused(stand_in: StandIn, fake_clock: FakeClock) -> None:
    with pytest.raises(Refused):
        permissions.update(client_for(stand_in, fake_clock), {"no-such": ("bot",)})


@pytest.mark.parametrize("body", [{}, {"update": "all"}])
def test_an_answer_without_them_is_bad(body: dict[str, Any]) -> None:
    with pytest.raises(BadAnswer):
        permissions.every(client_of(Script(says_yes(**body))))


def test_what_is_no_permission_is_left_out() -> None:
    update = [None, {}, {"_id": "a"}, {"_id": 1, "roles": []}, {"_id": "b", "roles": ["bot", 1]}]

    assert permissions.every(client_of(Script(says_yes(update=update)))) == {"b": ("bot",)}
