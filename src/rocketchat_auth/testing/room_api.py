"""Channels and private groups by REST: `channels.*` and `groups.*` are the same endpoints twice."""

from dataclasses import dataclass

from rocketchat_auth.testing.directory import page_numbers, window
from rocketchat_auth.testing.documents import member_view
from rocketchat_auth.testing.errors import ApiError, Forbidden, Swapped
from rocketchat_auth.testing.rooms import Room
from rocketchat_auth.testing.routes import Call, route
from rocketchat_auth.testing.store import Document


@dataclass(frozen=True, slots=True)
class _Kind:
    """A type of rooms: what its endpoints, its rooms and its permissions are called."""

    endpoints: str
    noun: str
    letter: str

    @property
    def adds_anywhere(self) -> str:
        """The permission to add users to any room of the type."""
        return f"add-user-to-any-{self.letter}-room"

    @property
    def kicks_anywhere(self) -> str:
        """The permission to remove users from any room of the type."""
        return f"kick-user-from-any-{self.letter}-room"


_CHANNELS = _Kind("channels", "channel", "c")
_GROUPS = _Kind("groups", "group", "p")


@route("POST", "v1/channels.create")
def create_channel(call: Call) -> Document:
    """POST /api/v1/channels.create."""
    return _create(call, _CHANNELS)


@route("POST", "v1/groups.create")
def create_group(call: Call) -> Document:
    """POST /api/v1/groups.create."""
    return _create(call, _GROUPS)


@route("GET", "v1/channels.info")
def channel_info(call: Call) -> Document:
    """GET /api/v1/channels.info."""
    return {"channel": _named(call, _CHANNELS, call.query).view()}


@route("GET", "v1/groups.info")
def group_info(call: Call) -> Document:
    """GET /api/v1/groups.info; to those who are no members, the group does not exist."""
    return {"group": _named(call, _GROUPS, call.query).view()}


@route("GET", "v1/channels.members")
def channel_members(call: Call) -> Document:
    """GET /api/v1/channels.members: those members who are active (findPaginatedByActiveUsersExcept)."""
    return _members(call, _CHANNELS)


@route("GET", "v1/groups.members")
def group_members(call: Call) -> Document:
    """GET /api/v1/groups.members: those members who are active."""
    return _members(call, _GROUPS)


@route("POST", "v1/channels.invite")
def invite_to_channel(call: Call) -> Document:
    """POST /api/v1/channels.invite; a member who is invited again is no error."""
    return _invite(call, _CHANNELS)


@route("POST", "v1/groups.invite")
def invite_to_group(call: Call) -> Document:
    """POST /api/v1/groups.invite; a member who is invited again is no error."""
    return _invite(call, _GROUPS)


@route("POST", "v1/channels.kick")
def kick_from_channel(call: Call) -> Document:
    """POST /api/v1/channels.kick; one who is no member is no error, and counts as a message all the same."""
    room = _named(call, _CHANNELS, call.body)
    _kick(call, _CHANNELS, room)
    return {"channel": room.view()}


@route("POST", "v1/groups.kick")
def kick_from_group(call: Call) -> Document:
    """POST /api/v1/groups.kick; here, one who is no member is an error."""
    room = _named(call, _GROUPS, call.body)
    if call.body.get("userId") not in room.members:
        raise ApiError("User is not in this room", "error-user-not-in-room", {"method": "removeUserFromRoom"})
    _kick(call, _GROUPS, room)
    return {}


def _create(call: Call, kind: _Kind) -> Document:
    if not call.allows(f"create-{kind.letter}"):
        raise Forbidden
    name = call.body.get("name")
    if not isinstance(name, str) or not name:
        raise ApiError('Body param "name" is required', "error-name-required")
    room = call.workspace.rooms.create(kind.letter, name, call.user, call.workspace.now())
    for username in call.body.get("members", ()):
        member = call.workspace.users.by_username(username)
        if member is not None:
            call.workspace.rooms.join(room, member["_id"])
    return {kind.noun: room.view()}


def _named(call: Call, kind: _Kind, parameters: Document) -> Room:
    room_id, name = parameters.get("roomId"), parameters.get("roomName")
    if not room_id and not name:
        text = 'The parameter "roomId" or "roomName" is required'
        raise ApiError(text, "error-room-param-not-provided")
    room = call.workspace.rooms.find(kind.letter, room_id, name)
    hidden = room is not None and room.kind == "p" and call.user["_id"] not in room.members
    if room is None or hidden:
        text = f'The required "roomId" or "roomName" param provided does not match any {kind.noun}'
        raise ApiError(text, "error-room-not-found")
    return room


def _members(call: Call, kind: _Kind) -> Document:
    room, users = _named(call, kind, call.query), call.workspace.users
    offset, limit = window(call)
    members = [member_view(user) for user in users.members(room.room_id, skip=offset, limit=limit)]
    return {"members": members, **page_numbers(members, offset, users.count_members(room.room_id))}


def _invite(call: Call, kind: _Kind) -> Document:
    room = _named(call, kind, call.body)
    named = call.body.get("userIds") or [call.body.get("userId")]
    users = [user for user_id in named if (user := call.workspace.users.get(str(user_id))) is not None]
    if not users:
        if kind is _CHANNELS:
            raise Swapped("Cannot invite if no users are provided", "invalid-user-invite-list")
        raise ApiError("Cannot invite if no valid users are provided", "error-empty-invite-list")
    _check_may(call, room, "add-user-to-joined-room", kind.adds_anywhere, "addUsersToRoom")
    if any(user.get("federated") for user in users):
        text, details = "Cannot add federated users to non-federated rooms", {"method": "addUsersToRoom"}
        raise ApiError(text, "error-federated-users-in-non-federated-rooms", details)
    for user in users:
        if user["_id"] not in room.members:
            call.workspace.rooms.join(room, user["_id"])
            _note(call, room)
    return {kind.noun: room.view()}


def _kick(call: Call, kind: _Kind, room: Room) -> None:
    _check_may(call, room, "remove-user", kind.kicks_anywhere, "removeUserFromRoom")
    user = call.workspace.users.get(str(call.body.get("userId")))
    if user is None:
        text = 'The required "userId" or "username" param provided does not match any users'
        raise ApiError(text, "error-invalid-user")
    if room.owners == [user["_id"]]:
        text = "You are the last owner. Please set new owner before leaving the room."
        raise ApiError(text, "error-you-are-last-owner", {"method": "removeUserFromRoom"})
    call.workspace.rooms.leave(room, user["_id"])
    _note(call, room)


def _check_may(call: Call, room: Room, inside: str, anywhere: str, method: str) -> None:
    roles = {*call.user["roles"], *(["owner"] if call.user["_id"] in room.owners else [])}
    member = call.user["_id"] in room.members
    if not ((member and call.workspace.permissions[inside] & roles) or call.allows(anywhere)):
        raise ApiError("Not allowed", "error-not-allowed", {"method": method})


def _note(call: Call, room: Room) -> None:
    room.messages += 1
    room.updated_at = call.workspace.now()
