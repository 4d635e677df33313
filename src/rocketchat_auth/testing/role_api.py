"""Roles by REST."""

from rocketchat_auth.testing.errors import ApiError, Swapped
from rocketchat_auth.testing.lookup import named_user
from rocketchat_auth.testing.routes import Call, check_shape, route
from rocketchat_auth.testing.store import Document


@route("GET", "v1/roles.list")
def list_roles(call: Call) -> Document:
    """GET /api/v1/roles.list."""
    return {"roles": list(call.workspace.roles.values())}


@route("POST", "v1/roles.addUserToRole")
def add_user_to_role(call: Call) -> Document:
    """POST /api/v1/roles.addUserToRole."""
    role, user = _role_and_user(call, "authorization:addUserToRole", scope="roomId")
    if role["_id"] in user["roles"]:
        raise ApiError("User already in role", "error-user-already-in-role")
    return _set_roles(call, user, [*user["roles"], role["_id"]], role)


@route("POST", "v1/roles.removeUserFromRole")
def remove_user_from_role(call: Call) -> Document:
    """POST /api/v1/roles.removeUserFromRole."""
    role, user = _role_and_user(call, "authorization:removeUserFromRole", scope="scope")
    if role["_id"] not in user["roles"]:
        raise ApiError("User is not in this role", "error-user-not-in-role")
    if role["_id"] == "admin" and len(call.workspace.users.with_role("admin")) == 1:
        raise ApiError("You need to have at least one admin", "error-admin-required")
    return _set_roles(call, user, [name for name in user["roles"] if name != role["_id"]], role)


def _role_and_user(call: Call, method: str, *, scope: str) -> tuple[Document, Document]:
    body = call.body
    if not call.version.takes_role_names:
        check_shape(body, required={"roleId": str}, optional={"username": str, "userId": str, scope: str})
    if not call.allows("access-permissions"):
        details = {"method": method, "action": "Accessing_permissions"}
        raise ApiError("Accessing permissions is not allowed", "error-action-not-allowed", details)
    role_id, name = body.get("roleId"), body.get("roleName", "")
    if not (role_id or name):
        raise ApiError("error-invalid-role-properties")
    user = named_user(call.workspace, body)
    role = call.workspace.roles.get(role_id) if role_id else call.workspace.role_named(name)
    if role is None:
        raise Swapped("Role not found", "error-role-not-found")
    if role["_id"] == "admin" and not call.allows("assign-admin-role"):
        details = {"method": method, "action": "Assign_admin"}
        raise ApiError("Assigning admin is not allowed", "error-action-not-allowed", details)
    return role, user


def _set_roles(call: Call, user: Document, roles: list[str], role: Document) -> Document:
    now = call.workspace.now()
    call.workspace.users.update(user["_id"], {"roles": roles, "_updatedAt": now})
    return {"role": {**role, "_updatedAt": call.workspace.founded}}
