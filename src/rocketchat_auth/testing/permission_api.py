"""Permissions by REST (apps/meteor/app/api/server/v1/permissions.ts)."""

from typing import Any

from rocketchat_auth.testing.documents import iso
from rocketchat_auth.testing.errors import ApiError, Unpermitted
from rocketchat_auth.testing.routes import Call, check_shape, route
from rocketchat_auth.testing.store import Document


@route("GET", "v1/permissions.listAll")
def list_permissions(call: Call) -> Document:
    """GET /api/v1/permissions.listAll: everybody may see them."""
    return {"update": _documents(call), "remove": []}


@route("POST", "v1/permissions.update")
def update_permissions(call: Call) -> Document:
    """POST /api/v1/permissions.update: all of them, or none where one of them, or a role, is unknown."""
    if not call.allows("access-permissions"):
        raise _refusal(call)
    check_shape(call.body, required={"permissions": list})
    permissions = call.workspace.permissions
    for wanted in call.body["permissions"]:
        _check(wanted)
    if not all(wanted["_id"] in permissions for wanted in call.body["permissions"]):
        raise ApiError("Invalid permission", "error-invalid-permission")
    if not all(role in call.workspace.roles for wanted in call.body["permissions"] for role in wanted["roles"]):
        raise ApiError("Invalid role", "error-invalid-role")
    permissions.update({wanted["_id"]: frozenset(wanted["roles"]) for wanted in call.body["permissions"]})
    return {"permissions": _documents(call)}


def _check(wanted: Any) -> None:
    check_shape(wanted, required={"_id": str, "roles": list})
    if len(set(wanted["roles"])) < len(wanted["roles"]):
        raise ApiError("must NOT have duplicate items", "invalid-params")


def _refusal(call: Call) -> ApiError:
    """Up to 6.x the endpoint itself looks, later the route does."""
    if call.version.at_least(7):
        return Unpermitted()
    return ApiError("Editing permissions is not allowed", "error-edit-permissions-not-allowed")


def _documents(call: Call) -> list[Document]:
    updated = iso(call.workspace.founded)
    return [
        {"_id": name, "roles": sorted(roles), "_updatedAt": updated}
        for name, roles in call.workspace.permissions.items()
    ]
