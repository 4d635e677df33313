"""Creating, changing, deactivating and deleting users by REST."""

import secrets

from rocketchat_auth.testing import tokens, user_data
from rocketchat_auth.testing.documents import new_user, stored_view
from rocketchat_auth.testing.errors import ApiError, Unpermitted
from rocketchat_auth.testing.lookup import named_user
from rocketchat_auth.testing.routes import Call, always, check_shape, route
from rocketchat_auth.testing.store import Document

_OPTIONAL_ON_CREATION = {
    "active": bool,
    "bio": str,
    "nickname": str,
    "statusText": str,
    "roles": list,
    "joinDefaultChannels": bool,
    "requirePasswordChange": bool,
    "setRandomPassword": bool,
    "sendWelcomeEmail": bool,
    "verified": bool,
    "customFields": dict,
    "fields": str,
}
_DATA_ON_UPDATE = {
    "email": str,
    "name": str,
    "password": str,
    "username": str,
    "active": bool,
    "bio": str,
    "nickname": str,
    "statusText": str,
    "roles": list,
    "requirePasswordChange": bool,
    "verified": bool,
    "customFields": dict,
    "joinDefaultChannels": bool,
    "sendWelcomeEmail": bool,
    "setRandomPassword": bool,
    "language": str,
    "currentPassword": str,
    "status": str,
}


@route("POST", "v1/users.create", asks_second_factor=lambda version: version.creating_asks_second_factor)
def create(call: Call) -> Document:
    """POST /api/v1/users.create."""
    body, users = call.body, call.workspace.users
    required = {"email": str, "name": str, "password": str, "username": str}
    check_shape(body, required=required, optional=_OPTIONAL_ON_CREATION)
    default_roles = call.workspace.settings["Accounts_Registration_Users_Default_Roles"].split(",")
    roles = body.get("roles", default_roles)
    _check_creation(call, roles)
    user = _created(call, roles)
    if body.get("joinDefaultChannels", True):
        user = call.workspace.rooms.admit(user)
    users.insert(user)
    return {"user": stored_view(user)}


def _check_creation(call: Call, roles: list[str]) -> None:
    body, users = call.body, call.workspace.users
    user_data.check_name(body["name"])
    if not call.allows("create-user"):
        raise user_data.not_allowed("Adding user is not allowed", "Adding_user")
    user_data.check_roles(call, roles)
    needed = ["name", "username"] if body.get("setRandomPassword") else ["name", "username", "password"]
    for field in needed:
        if not body[field]:
            raise user_data.required(field.title())
    user_data.check_username(call, body["username"])
    user_data.check_not_blocked(call, body["username"])
    if users.by_username(body["username"]) is not None:
        raise user_data.taken(body["username"], {"method": user_data.METHOD})
    if users.by_email(body["email"]) is not None:
        raise user_data.taken(body["email"], {"method": user_data.METHOD})
    user_data.check_email(call, body["email"])
    user_data.check_lengths(body)
    if "active" in body and not call.allows("edit-other-user-active-status"):
        raise Unpermitted


def _created(call: Call, roles: list[str]) -> Document:
    body = call.body
    random_password = body.get("setRandomPassword", False)
    user = new_user(
        username=body["username"],
        name=body["name"],
        email=body["email"],
        now=call.workspace.now(),
        password=tokens.new_token() if random_password else body["password"],
        roles=tuple(roles),
        active=body.get("active", True),
        verified=body.get("verified", False),
        opt_in=call.workspace.settings["Accounts_TwoFactorAuthentication_By_Email_Auto_Opt_In"],
    )
    if random_password or body.get("requirePasswordChange"):
        user["requirePasswordChange"] = True
    user.update({name: body[name] for name in ("bio", "nickname") if body.get(name, "").strip()})
    user.update({name: body[name] for name in ("statusText",) if name in body})
    custom = user_data.defined_custom_fields(call, body.get("customFields", {}))
    if custom:
        user["customFields"] = custom
    return user


@route("POST", "v1/users.update", asks_second_factor=always)
def update(call: Call) -> Document:
    """POST /api/v1/users.update; a new password ends all logins.

    A biography and a nickname that are not in the data are removed (handleBio.ts and handleNickname.ts).
    """
    optional = {"confirmRelinquish": bool}
    check_shape(call.body, required={"userId": str, "data": dict}, optional=optional)
    data, users = call.body["data"], call.workspace.users
    check_shape(data, required={}, optional=_DATA_ON_UPDATE)
    if "name" in data:
        user_data.check_name(data["name"])
    user = users.get(call.body["userId"])
    if user is None:
        # The server trips over its own lookup; the words are those of the Node.js that it runs on.
        newer = call.version.at_least(7)
        raise ApiError(
            "Cannot read properties of null (reading 'roles')" if newer else "Cannot read property 'roles' of null"
        )
    if user.get("federated"):
        raise ApiError("Not possible to edit a federated user", "Edit_Federated_User_Not_Allowed")
    if user["_id"] != call.user["_id"] and not call.allows("edit-other-user-info"):
        raise user_data.not_allowed("Editing user is not allowed", "Editing_user")
    if "roles" in data:
        user_data.check_roles(call, data["roles"])
    _check_identity(call, user, data)
    user_data.check_lengths(data)
    changes = _changes(call, user, data)
    emptied = [name for name in ("bio", "nickname") if not data.get(name, "").strip()]
    users.update(user["_id"], {**changes, "_updatedAt": call.workspace.now()}, remove=emptied)
    if "password" in data:
        call.workspace.end_all_logins(user["_id"])
    if "active" in data:
        _set_active(call, user, data["active"], relinquish=call.body.get("confirmRelinquish", False))
    return {"user": stored_view(users.get(user["_id"]) or user)}


def _check_identity(call: Call, user: Document, data: Document) -> None:
    users = call.workspace.users
    if "username" in data:
        user_data.check_username(call, data["username"])
        holder = users.by_username(data["username"])
        if holder is not None and holder["_id"] != user["_id"]:
            raise ApiError("Could not save user identity", "error-could-not-save-identity", {"method": "saveUser"})
    if "email" in data:
        user_data.check_email(call, data["email"])
        holder = users.by_email(data["email"])
        if holder is not None and holder["_id"] != user["_id"]:
            raise user_data.taken(data["email"], {"function": "_setEmail"})


def _changes(call: Call, user: Document, data: Document) -> Document:
    plain = ("name", "username", "roles", "bio", "nickname", "statusText", "requirePasswordChange", "language")
    changes = {name: data[name] for name in plain if name in data}
    emails = user.get("emails", [])
    # The first address, sent once more, stays as it is (setEmail.ts).
    if "email" in data and [email["address"] for email in emails[:1]] != [data["email"]]:
        changes["emails"] = [{"address": data["email"], "verified": data.get("verified", False)}]
    elif "verified" in data and emails:
        changes["emails"] = [{**emails[0], "verified": data["verified"]}, *emails[1:]]
    if data.get("setRandomPassword"):
        changes["requirePasswordChange"] = True
        changes["services.password.bcrypt"] = tokens.hash_password(secrets.token_urlsafe())
    elif "password" in data:
        changes["services.password.bcrypt"] = tokens.hash_password(data["password"])
    custom = user_data.defined_custom_fields(call, data.get("customFields", {}))
    if custom:
        former = user.get("customFields", {}) if call.version.merges_custom_fields else {}
        changes["customFields"] = {**former, **custom}
    return changes


@route("POST", "v1/users.setActiveStatus", permission="edit-other-user-active-status")
def set_active_status(call: Call) -> Document:
    """POST /api/v1/users.setActiveStatus; deactivation ends all logins."""
    required, optional = {"userId": str, "activeStatus": bool}, {"confirmRelinquish": bool}
    check_shape(call.body, required=required, optional=optional)
    user = call.workspace.users.get(call.body["userId"])
    if user is None:
        raise ApiError("User not found")
    if user.get("federated"):
        details = {"method": "setUserActiveStatus"}
        raise ApiError("Cannot change federated users status", "error-user-is-federated", details)
    active = call.body["activeStatus"]
    _set_active(call, user, active, relinquish=call.body.get("confirmRelinquish", False))
    return {"user": {"_id": user["_id"], "active": active}}


def _set_active(call: Call, user: Document, active: bool, *, relinquish: bool) -> None:
    if not active:
        if _is_last_admin(call, user):
            details = {"method": "removeUserFromRole", "action": "Remove_last_admin"}
            text = "Leaving the app without an active admin is not allowed"
            raise ApiError(text, "error-action-not-allowed", details)
        call.workspace.rooms.relinquish(user["_id"], confirmed=relinquish)
        call.workspace.end_all_logins(user["_id"])
    call.workspace.users.update(user["_id"], {"active": active, "_updatedAt": call.workspace.now()})


@route("POST", "v1/users.delete", permission="delete-user")
def delete(call: Call) -> Document:
    """POST /api/v1/users.delete."""
    user = named_user(call.workspace, call.body)
    if _is_last_admin(call, user):
        details = {"method": "deleteUser", "action": "Remove_last_admin"}
        raise ApiError("Leaving the app without admins is not allowed", "error-action-not-allowed", details)
    if user.get("federated"):
        raise ApiError(call.version.keeps_federated_users, "error-not-allowed", {"method": "deleteUser"})
    call.workspace.rooms.relinquish(user["_id"], confirmed=call.body.get("confirmRelinquish", False))
    call.workspace.remove_user(user["_id"])
    return {"deletedRooms": []} if call.version.at_least(8) else {}


def _is_last_admin(call: Call, user: Document) -> bool:
    if "admin" not in user["roles"]:
        return False
    return [admin["_id"] for admin in call.workspace.users.with_role("admin") if admin["active"]] == [user["_id"]]
