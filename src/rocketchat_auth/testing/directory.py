"""Looking users up by REST."""

import json
import re
from typing import Any

from rocketchat_auth.testing.documents import info_view, listed_view
from rocketchat_auth.testing.errors import ApiError, Forbidden, invalid_params
from rocketchat_auth.testing.query import in_order, matches
from rocketchat_auth.testing.routes import Call, route
from rocketchat_auth.testing.store import Document, SortKey
from rocketchat_auth.testing.user_data import custom_fields

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
    full = call.allows("view-full-other-user-info")
    own = user is not None and user["_id"] == call.user["_id"]
    # Who may see nobody's address may not ask whose it is either.
    if user is None or ("email" in query and not (full or own)):
        raise ApiError("User not found.")
    view = info_view(user, custom_fields(call), full=full, own=own)
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
    """GET /api/v1/users.list, up to 6.x with `query` and `fields`, from 8.4 on with an `email`."""
    if not call.allows("view-d-room"):
        raise Forbidden
    full = call.allows("view-full-other-user-info")
    asked: list[str] = []
    if call.version.reads_query_parameters:
        asked = [name for name, wanted in json_parameter(call, "fields").items() if wanted == 1]
    users, numbers = _listed(call)
    return {"users": [listed_view(user, full=full, asked=asked) for user in users], **numbers}


def _listed(call: Call) -> tuple[list[Document], Document]:
    users, order = call.workspace.users, json_parameter(call, "sort") or {"username": 1}
    wanted = _user_query(json_parameter(call, "query")) if call.version.reads_query_parameters else {}
    if call.version.finds_users_by_email and "email" in call.query:
        user = users.by_email(call.query["email"])
        return paginated(call, [] if user is None else [user])
    by = _sort_key(order)
    if by is None or wanted:
        return paginated(call, in_order([user for user in users.all() if matches(user, wanted)], order))
    offset, limit = window(call)
    page = users.page(by=by, descending=order[by] == -1, skip=offset, limit=limit)
    return page, page_numbers(page, offset, users.count())


def _sort_key(order: Document) -> SortKey | None:
    """What the store can sort by itself."""
    keys: dict[str, SortKey] = {"username": "username", "_id": "_id"}
    return keys.get(next(iter(order))) if len(order) == 1 else None


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


def window(call: Call) -> tuple[int, int | None]:
    """How many the caller leaves out and how many they want, by `offset` and `count`; a count of 0 means all."""
    count = _whole_number(call.query.get("count"), _COUNT)
    return _whole_number(call.query.get("offset"), 0), min(count, _COUNT_LIMIT) or None


def page_numbers(page: list[Any], offset: int, total: int) -> Document:
    """What an answer says about the page that it shows."""
    return {"count": len(page), "offset": offset, "total": total}


def paginated(call: Call, found: list[Any]) -> tuple[list[Any], Document]:
    """The page of all these that the caller wants, and what the answer says about it."""
    offset, limit = window(call)
    page = found[offset : None if limit is None else offset + limit]
    return page, page_numbers(page, offset, len(found))


def _whole_number(text: str | None, default: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"\d+", text) else default
