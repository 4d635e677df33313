from typing import Any

import pytest

from tests.testing.conftest import Play
from tests.testing.talk import Talk, refusal


def roles_of(talk: Talk, name: str) -> list[str]:
    found = talk.get("permissions.listAll", talk.admin).json()["update"]
    roles: list[str] = next(permission["roles"] for permission in found if permission["_id"] == name)
    return roles


def update(talk: Talk, *permissions: Any) -> Any:
    return talk.post("permissions.update", talk.admin, json={"permissions": list(permissions)})


def test_everybody_may_see_them(talk: Talk) -> None:
    answer = talk.get("permissions.listAll", talk.add())

    assert answer.status_code == 200
    assert answer.json()["remove"] == []
    assert roles_of(talk, "create-personal-access-tokens") == ["admin", "user"]


def test_the_roles_that_are_sent_are_all_that_have_it(talk: Talk) -> None:
    answer = update(talk, {"_id": "create-user", "roles": ["admin", "bot"]})

    assert [found["roles"] for found in answer.json()["permissions"] if found["_id"] == "create-user"] == [
        ["admin", "bot"]
    ]
    update(talk, {"_id": "create-user", "roles": ["admin"]})
    assert roles_of(talk, "create-user") == ["admin"]


@pytest.mark.parametrize(
    "version, status, code", [("6.5", 400, "error-edit-permissions-not-allowed"), ("8.4", 403, None)]
)
def test_only_some_may_change_them(play: Play, version: str, status: int, code: str | None) -> None:
    talk = play(version)

    assert refusal(talk.post("permissions.update", talk.add(), json={"permissions": []})) == (status, code)


@pytest.mark.parametrize(
    "permission, code",
    [
        ({"_id": "no-permission-of-this-version", "roles": []}, "error-invalid-permission"),
        ({"_id": "create-user", "roles": ["no-role"]}, "error-invalid-role"),
        ({"_id": "create-user", "roles": ["bot", "bot"]}, "invalid-params"),
        ({"_id": "create-user"}, "invalid-params"),
    ],
)
def test_one_that_is_wrong_changes_none(talk: Talk, permission: Any, code: str) -> None:
    answer = update(talk, {"_id": "delete-user", "roles": ["bot"]}, permission)

    assert refusal(answer) == (400, code)
    assert roles_of(talk, "delete-user") == ["admin"]
