"""Looking users up by REST."""

import json
import re
from typing import Any

from rocketchat_auth.testing.documents import info_view, listed_view
from rocketchat_auth.testing.errors import ApiError, Forbidden, invalid_params
from rocketchat_auth.testing.query import in_order, matches
from rocketchat_auth.testing.routes import Call, route
from rocketchat_auth.testing.store import Document

_COUNT = 50
_COUNT_LIMIT = 100


@route("GET", "v1/users.info")
def info(call: Call) -> Document:
    """GET /api/v1/users.info by userId or username, from 8.4 on also by email."""
    users, query = call.workspace.users, call.query
    keys = ["userId", "username", "importId"] + (["email"] if call.version.finds_users_by_email else [])
    if not any(key in query for key in keys):
        lines = [f"must have required property '{key}'" for key in keys]
        raise invalid_params("\n ".join([*lines, "must match a schema in anyOf"]))
    if "userId" in query:
        user = users.get(query["userId"])
    elif "username" in query:
        user = users.by_username(query["username"])
    else:
        user = users.by_email(query["email"]) if "email" in query else None
    if user is None:
        raise ApiError("User not found.")
    full = call.allows("view-full-other-user-info")
    view = info_view(user, full=full, own=user["_id"] == call.user["_id"])
    if _wants_rooms(call):
        view["rooms"] = [
            {"_id": room.members[user["_id"]], "unread": 0, "rid": room.room_id, "name": room.name, "t": room.kind}
            for room in call.workspace.rooms.of(user["_id"])
        ]
    return {"user": view}


def _wants_rooms(call: Call) -> bool:
    if call.version.reads_query_parameters:
        return bool(json_parameter(call, "fields").get("userRooms"))
    return call.query.get("includeUserRooms") == "true"


@route("GET", "v1/users.list")
def list_users(call: Call) -> Document:
    """GET /api/v1/users.list, up to 6.x with a `query`, from 8.4 on with an `email`."""
    if not call.allows("view-d-room"):
        raise Forbidden
    full = call.allows("view-full-other-user-info")
    found = call.workspace.users.all()
    if call.version.reads_query_parameters:
        wanted = _user_query(json_parameter(call, "query"))
        found = [user for user in found if matches(user, wanted)]
    if call.version.finds_users_by_email and "email" in call.query:
        wanted_email = call.query["email"].lower()
        found = [user for user in found if any(e["address"].lower() == wanted_email for e in user.get("emails", ()))]
    listed, page = paginated(call, in_order(found, json_parameter(call, "sort")))
    return {"users": [listed_view(user, full=full) for user in listed], **page}


def _user_query(query: Document) -> Document:
    """Leave out what may not be asked for without a word, and refuse what is not known (users.ts of 6.5)."""
    wanted = {name: value for name, value in query.items() if name.partition(".")[0] != "services"}
    for name in wanted:
        if name.partition(".")[0] == "customFields":
            raise ApiError(f"Invalid attribute: {name}", "error-invalid-query")
    return wanted


def json_parameter(call: Call, name: str) -> Document:
    """A query parameter that holds JSON.

    Raises:
        ApiError: `error-invalid-query`, where it does not.
    """
    text = call.query.get(name)
    if text is None:
        return {}
    try:
        value: Document = json.loads(text)
    except ValueError:
        details = {"helperMethod": "parseJsonQuery"}
        quoted = json.dumps(text)
        raise ApiError(f"Invalid {name} parameter provided: {quoted}", "error-invalid-query", details) from None
    return value


def paginated(call: Call, found: list[Any]) -> tuple[list[Any], Document]:
    """The page that `count` and `offset` ask for, and what the answer says about it; a count of 0 means all."""
    count = _whole_number(call.query.get("count"), _COUNT)
    offset = _whole_number(call.query.get("offset"), 0)
    end = len(found) if count == 0 else offset + min(count, _COUNT_LIMIT)
    page = found[offset:end]
    return page, {"count": len(page), "offset": offset, "total": len(found)}


def _whole_number(text: str | None, default: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"\d+", text) else default
