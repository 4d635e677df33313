from typing import Any

import httpx2
import pytest

from rocketchat_auth.testing import Login
from tests.testing.conftest import Play
from tests.testing.talk import Talk, refusal

ADD, REMOVE = "roles.addUserToRole", "roles.removeUserFromRole"


def change(talk: Talk, endpoint: str, login: Login | None = None, **body: Any) -> httpx2.Response:
    return talk.post(endpoint, login or talk.admin, json={"username": "alice", **body})


@pytest.fixture
def talk(talk: Talk) -> Talk:
    talk.stand_in.add_user("alice")
    return talk


def test_roles_are_given_and_taken(talk: Talk) -> None:
    change(talk, ADD, roleId="moderator")
    assert talk.stand_in.user("alice")["roles"] == ["user", "moderator"]
    change(talk, REMOVE, roleId="user")
    assert talk.stand_in.user("alice")["roles"] == ["moderator"]


@pytest.mark.parametrize("version, status", [("7.13", 200), ("8.0", 400)])
def test_roles_have_names_up_to_7(play: Play, version: str, status: int) -> None:
    talk = play(version)
    talk.stand_in.add_user("alice")

    assert change(talk, ADD, roleName="moderator").status_code == status


def test_roles_of_the_workspaces_own_have_names_up_to_7(play: Play) -> None:
    talk = play("7.13")
    role_id = talk.stand_in.add_role("Singers")
    talk.stand_in.add_user("alice")

    assert change(talk, ADD, roleName="Singers").status_code == 200

    assert talk.stand_in.user("alice")["roles"] == ["user", role_id]


def test_a_role_must_be_named(play: Play) -> None:
    talk = play("7.0")

    assert talk.post(ADD, talk.admin, json={"username": "admin"}).json()["error"] == "error-invalid-role-properties"


@pytest.mark.parametrize("endpoint", [ADD, REMOVE])
def test_permissions_are_needed(talk: Talk, endpoint: str) -> None:
    bot = talk.add("bot", roles=("bot",))

    assert refusal(change(talk, endpoint, bot, roleId="admin")) == (400, "error-action-not-allowed")
    talk.stand_in.grant("access-permissions", "bot")
    assert refusal(change(talk, endpoint, bot, roleId="admin")) == (400, "error-action-not-allowed")
    talk.stand_in.grant("assign-admin-role", "bot")
    assert (change(talk, endpoint, bot, roleId="admin").status_code == 200) is (endpoint == ADD)


def test_one_of_two_administrators_may_go(talk: Talk) -> None:
    change(talk, ADD, roleId="admin")

    assert change(talk, REMOVE, roleId="admin").status_code == 200
    answer = talk.post(REMOVE, talk.admin, json={"username": "admin", "roleId": "admin"})
    assert refusal(answer) == (400, "error-admin-required")
