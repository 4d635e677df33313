import pytest
from pytest_django import Settings

from rocketchat_auth.accounts.needs import needed
from rocketchat_auth.adapter import Adapter
from rocketchat_auth.rest import Version


class WithAvatars(Adapter):
    def avatar(self, user: object) -> None:
        return None


def names(source: str = "create_token") -> set[str]:
    return {need.permission for need in needed(source)}


def test_few_permissions_are_needed_by_default() -> None:
    assert names("mongo") == {
        "create-user",
        "edit-other-user-info",
        "view-full-other-user-info",
        "edit-other-user-active-status",
        "logout-other-user",
        "view-d-room",
        "api-bypass-rate-limit",
    }


@pytest.mark.parametrize(
    "source, permission",
    [("create_token", "user-generate-access-token"), ("password", "edit-other-user-password")],
)
def test_needs_of_a_source_of_tokens(source: str, permission: str) -> None:
    assert names(source) - names("mongo") == {permission}


@pytest.mark.parametrize(
    "version, needs",
    [
        (Version(7, 8), set()),
        (Version(7, 9), {"view-statistics"}),
        (Version(7, 10), set()),
        (Version(8, 0), {"view-statistics"}),
        (Version(8, 6), {"view-statistics"}),
        (Version(8, 7), set()),
        (Version(9, 0), set()),
    ],
)
def test_the_patch_has_to_be_told_where_it_matters(version: Version, needs: set[str]) -> None:
    assert {need.permission for need in needed("mongo", version)} - names("mongo") == needs


def test_needs_of_avatars(settings: Settings) -> None:
    settings.ROCKETCHAT_ADAPTER = f"{__name__}.WithAvatars"

    assert "edit-other-user-avatar" in names()


def test_needs_of_deletion(settings: Settings) -> None:
    settings.ROCKETCHAT_ON_DELETE = "delete"

    assert "delete-user" in names()


@pytest.mark.parametrize(
    "kind, needs",
    [
        ("roles", {"access-permissions"}),
        (
            "channels",
            {"view-other-user-channels", "view-c-room", "add-user-to-any-c-room", "kick-user-from-any-c-room"},
        ),
        ("groups", {"view-other-user-channels", "add-user-to-any-p-room", "kick-user-from-any-p-room"}),
        ("teams", {"view-other-user-channels", "view-all-teams", "add-team-member", "edit-team-member"}),
    ],
)
def test_needs_of_memberships(settings: Settings, kind: str, needs: set[str]) -> None:
    before = names()
    settings.ROCKETCHAT_GROUPS = {"Staff": {kind: ["x"]}}

    assert names() - before == needs


@pytest.mark.parametrize(
    "kind, makes",
    [
        ("roles", set()),
        ("channels", {"create-c"}),
        ("groups", {"create-p"}),
        ("teams", {"create-team", "create-p"}),
    ],
)
def test_needs_of_rooms_that_are_made(settings: Settings, kind: str, makes: set[str]) -> None:
    settings.ROCKETCHAT_GROUPS = {"Staff": {kind: ["x"]}}
    before = names()
    settings.ROCKETCHAT_CREATE_ROOMS = True

    assert names() - before == makes


def test_the_role_admin_has_a_permission_of_its_own(settings: Settings) -> None:
    settings.ROCKETCHAT_GROUPS = {"Board": {"roles": ["admin"]}}

    assert "assign-admin-role" in names()


def test_without_some_nobody_gets_in() -> None:
    assert {need.permission for need in needed("create_token") if need.vital} == {
        "create-user",
        "view-full-other-user-info",
        "user-generate-access-token",
    }
