"""Making and ending login tokens by REST."""

from datetime import timedelta

from rocketchat_auth.testing import tokens
from rocketchat_auth.testing.documents import iso
from rocketchat_auth.testing.errors import ApiError, Forbidden
from rocketchat_auth.testing.lookup import named_user
from rocketchat_auth.testing.routes import Call, always, check_shape, route
from rocketchat_auth.testing.store import Document


@route("POST", "v1/users.createToken", asks_second_factor=lambda version: version.creating_asks_second_factor)
def create_token(call: Call) -> Document:
    """POST /api/v1/users.createToken: a login token for a user, also for a deactivated one.

    Up to 7.x `{userId}` or `{username}`, where the server's environment has CREATE_TOKENS_FOR_USERS=true; from 8.0
    exactly `{userId, secret}`, where the secret equals CREATE_TOKENS_FOR_USERS_SECRET.
    """
    workspace = call.workspace
    if call.version.create_token_wants_secret:
        check_shape(call.body, required={"userId": str, "secret": str})
    user = named_user(workspace, call.body)
    if not _may_create(call, user):
        raise ApiError("Not authorized", "error-not-authorized", {"method": "createToken"})
    had_logged_in = any(not tokens.is_personal(entry) for entry in tokens.stored_tokens(user))
    token, _ = workspace.give_login_token(user["_id"])
    if call.version.create_token_trips_over_first_login and not had_logged_in:
        raise ApiError("Cannot read properties of undefined (reading 'tokens')")
    return {"data": {"userId": user["_id"], "authToken": token}}


def _may_create(call: Call, user: Document) -> bool:
    if call.version.create_token_wants_secret:
        allowed = call.workspace.token_secret is not None and call.body["secret"] == call.workspace.token_secret
    else:
        allowed = call.workspace.create_tokens
    if user["_id"] == call.user["_id"] or not call.version.create_token_checks_permission:
        return allowed
    return allowed and call.allows("user-generate-access-token")


@route("POST", "v1/users.generatePersonalAccessToken", asks_second_factor=always)
def generate_personal_access_token(call: Call) -> Document:
    """POST /api/v1/users.generatePersonalAccessToken: one for the caller, which never expires."""
    check_shape(call.body, required={"tokenName": str}, optional={"bypassTwoFactor": bool})
    if not call.allows("create-personal-access-tokens"):
        raise _personal_token_refused("Not Authorized", "not-authorized")
    name = call.body["tokenName"]
    if any(entry.get("name") == name for entry in tokens.stored_tokens(call.user) if tokens.is_personal(entry)):
        raise _personal_token_refused("A token with this name already exists", "error-token-already-exists")
    token = tokens.new_token()
    bypass = call.body.get("bypassTwoFactor", False)
    entry = tokens.personal_entry(token, name, call.workspace.now(), bypass_two_factor=bypass)
    call.workspace.users.push_login_token(call.user["_id"], entry)
    return {"token": token}


@route("POST", "v1/users.removePersonalAccessToken", asks_second_factor=always)
def remove_personal_access_token(call: Call) -> Document:
    """POST /api/v1/users.removePersonalAccessToken: end one of the caller's, by its name."""
    check_shape(call.body, required={"tokenName": str})
    if not call.allows("create-personal-access-tokens"):
        raise _personal_token_refused("Not Authorized", "not-authorized", method="removeToken")
    name = call.body["tokenName"]
    found = [entry for entry in tokens.stored_tokens(call.user) if tokens.is_personal(entry) and entry["name"] == name]
    if not found:
        raise _personal_token_refused("Token does not exist", "error-token-does-not-exists", method="removeToken")
    call.workspace.users.pull_login_tokens(call.user["_id"], [entry["hashedToken"] for entry in found])
    return {}


def _personal_token_refused(text: str, code: str, *, method: str = "generateToken") -> ApiError:
    return ApiError(text, code, {"method": f"personalAccessTokens:{method}"})


@route("POST", "v1/users.logout")
def log_out_everywhere(call: Call) -> Document:
    """POST /api/v1/users.logout: end all logins of a user, personal access tokens too; an unknown id is no error."""
    user_id = call.body.get("userId") or call.user["_id"]
    if user_id != call.user["_id"] and not call.allows("logout-other-user"):
        raise Forbidden
    call.workspace.end_all_logins(user_id)
    return {"message": f"User {user_id} has been logged out!"}


@route("POST", "v1/users.logoutOtherClients")
def log_out_other_clients(call: Call) -> Document:
    """POST /api/v1/users.logoutOtherClients: end all the caller's other logins; personal access tokens stay."""
    entries = tokens.stored_tokens(call.user)
    others = [entry for entry in entries if not tokens.is_personal(entry) and entry != call.token]
    call.workspace.users.pull_login_tokens(call.user["_id"], [entry["hashedToken"] for entry in others])
    expires = ""
    if "when" in call.token:
        lifetime = timedelta(days=call.workspace.settings["Accounts_LoginExpiration"])
        if not call.version.at_least(7):
            # 6.5.3 takes the days for seconds; the recorded answer says so.
            lifetime = timedelta(seconds=lifetime.days)
        expires = iso(call.token["when"] + lifetime)
    return {"token": call.request.headers["X-Auth-Token"], "tokenExpires": expires}


@route("POST", "v1/users.removeOtherTokens")
def remove_other_tokens(call: Call) -> Document:
    """POST /api/v1/users.removeOtherTokens: end all the caller's other logins, personal access tokens too."""
    others = [entry["hashedToken"] for entry in tokens.stored_tokens(call.user) if entry != call.token]
    call.workspace.users.pull_login_tokens(call.user["_id"], others)
    return {}
