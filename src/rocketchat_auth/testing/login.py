"""Logging in and out, by REST and by `method.callAnon`."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rocketchat_auth.testing import tokens
from rocketchat_auth.testing.documents import as_json, own_view
from rocketchat_auth.testing.errors import ApiError, LoginFailed
from rocketchat_auth.testing.routes import Call, route
from rocketchat_auth.testing.store import Document
from rocketchat_auth.testing.two_factor import check_code
from rocketchat_auth.testing.workspace import Workspace

_LOGGED_OUT_BY_SERVER = "You've been logged out by the server. Please log in again."


@dataclass(frozen=True, slots=True)
class _Login:
    user: Document
    token: str
    expires: datetime
    kind: str


@route("POST", "v1/login", authenticated=False, says_success=False)
def log_in(call: Call) -> Document:
    """POST /api/v1/login: by password, by login token (`resume`), by `services.iframe.token`."""
    login = _log_in(call.workspace, _options(call))
    services = {name: value for name, value in login.user.get("services", {}).items() if name == "password"}
    me = own_view(login.user, call.workspace.settings["Site_Url"], services=services)
    return {"status": "success", "data": {"userId": login.user["_id"], "authToken": login.token, "me": me}}


@route("POST", "v1/method.callAnon/login", authenticated=False, limited=False)
def log_in_by_method(call: Call) -> Document:
    """POST /api/v1/method.callAnon/login: the method `login` that web clients call, wrapped in REST."""
    try:
        message = json.loads(call.body["message"])
        options = message["params"][0]
    except (KeyError, IndexError, TypeError, ValueError):
        raise ApiError("Invalid message", "error-invalid-params") from None
    answer: Document = {"msg": "result", "id": message.get("id")}
    try:
        login = _log_in(call.workspace, options)
    except LoginFailed as failure:
        answer["error"] = {
            "isClientSafe": True,
            "error": failure.error,
            "reason": failure.reason,
            **({} if failure.details is None else {"details": failure.details}),
            "message": f"{failure.reason} [{failure.error}]",
            "errorType": "Meteor.Error",
        }
    else:
        expires = {"$date": round(login.expires.timestamp() * 1000)}
        answer["result"] = {
            "id": login.user["_id"],
            "token": login.token,
            "tokenExpires": expires,
            "type": login.kind,
        }
    return {"message": as_json(answer)}


@route("POST", "v1/logout", says_success=False)
def log_out(call: Call) -> Document:
    """POST /api/v1/logout: end the login whose token is given, and no other."""
    call.workspace.users.pull_login_tokens(call.user["_id"], [call.token["hashedToken"]])
    return {"status": "success", "data": {"message": "You've been logged out!"}}


@route("GET", "v1/me")
def me(call: Call) -> Document:
    """GET /api/v1/me: who the credentials belong to."""
    services: Document = {"password": {"exists": True}} if "password" in call.user.get("services", {}) else {}
    return own_view(call.user, call.workspace.settings["Site_Url"], services=services)


def _options(call: Call) -> Document:
    """What the method `login` gets of a name and a password (ApiClass.ts, loginCompatibility)."""
    body = call.body
    name = body.get("user") or body.get("username") or body.get("email")
    if body.get("password") is None or not isinstance(name, str):
        return body
    login = {"user": {"email" if "@" in name else "username": name}, "password": body["password"]}
    code = body.get("code") or call.request.headers.get("X-2fa-Code")
    return {"totp": {"login": login, "code": code}} if code else login


def _log_in(workspace: Workspace, options: Any, code: str | None = None) -> _Login:
    if not isinstance(options, dict):
        raise _unrecognized()
    totp = options.get("totp")
    if isinstance(totp, dict) and totp.get("code"):
        return _log_in(workspace, totp.get("login"), str(totp["code"]))
    if isinstance(options.get("resume"), str):
        return _resume(workspace, options["resume"])
    if options.get("iframe") and isinstance(options.get("token"), str):
        # No expiry, not used up, and Accounts_iframe_enabled is not looked at: as recorded.
        user = workspace.users.by_iframe_token(options["token"])
        if user is None:
            raise _unrecognized()
        kind = "iframe"
    elif options.get("user") is not None and options.get("password") is not None:
        user = _by_password(workspace, options["user"], options["password"])
        kind = "password"
    else:
        raise _unrecognized()
    _check_active(user)
    _check_second_factor(workspace, user, code)
    token, entry = workspace.give_login_token(user["_id"])
    return _Login(_touch(workspace, user), token, workspace.expires(entry), kind)


def _resume(workspace: Workspace, token: str) -> _Login:
    user = workspace.users.by_login_token(tokens.hash_token(token))
    entry = None if user is None else tokens.find_entry(user, token)
    if user is None or entry is None:
        raise LoginFailed(403, _LOGGED_OUT_BY_SERVER)
    if workspace.is_expired(entry):
        raise LoginFailed(403, "Your session has expired. Please log in again.")
    _check_active(user)
    expires = workspace.expires({"when": workspace.now()} if tokens.is_personal(entry) else entry)
    return _Login(_touch(workspace, user), token, expires, "resume")


def _by_password(workspace: Workspace, name: Any, password: Any) -> Document:
    selector = {"username": name} if isinstance(name, str) else name
    if not isinstance(selector, dict):
        raise _unrecognized()
    given = str(selector.get("username") or selector.get("email") or "")
    user = workspace.users.by_email(given) if "@" in given else workspace.users.by_username(given)
    if user is None:
        raise LoginFailed("Unauthorized", "Unauthorized")
    stored = user.get("services", {}).get("password", {}).get("bcrypt")
    if isinstance(password, dict):
        fits = tokens.digest_fits(str(password.get("digest")), stored)
    else:
        fits = tokens.password_fits(str(password), stored)
    if not fits:
        raise LoginFailed(403, "Incorrect password")
    return user


def _check_active(user: Document) -> None:
    if not user.get("active"):
        details = {"function": "Accounts.validateLoginAttempt"}
        raise LoginFailed("error-user-is-not-activated", "User is not activated", details)


def _check_second_factor(workspace: Workspace, user: Document, code: str | None) -> None:
    try:
        check_code(workspace, user, code)
    except ApiError as refusal:
        raise LoginFailed(refusal.code or "", refusal.message or "", refusal.details) from None


def _touch(workspace: Workspace, user: Document) -> Document:
    now = workspace.now()
    workspace.users.update(user["_id"], {"lastLogin": now, "_updatedAt": now})
    return {**user, "_updatedAt": now}


def _unrecognized() -> LoginFailed:
    return LoginFailed(400, "Unrecognized options for login request")
