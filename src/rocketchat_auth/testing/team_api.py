"""Teams by REST."""

from rocketchat_auth.testing.directory import paginated
from rocketchat_auth.testing.errors import ApiError, Forbidden
from rocketchat_auth.testing.rooms import Team
from rocketchat_auth.testing.routes import Call, route
from rocketchat_auth.testing.store import Document


@route("POST", "v1/teams.create")
def create(call: Call) -> Document:
    """POST /api/v1/teams.create."""
    if not call.allows("create-team"):
        raise Forbidden
    name, kind = str(call.body.get("name", "")), int(call.body.get("type", 0))
    team = call.workspace.rooms.create_team(name, kind, call.user, call.workspace.now())
    return {"team": team.view()}


@route("GET", "v1/teams.info")
def info(call: Call) -> Document:
    """GET /api/v1/teams.info; who may not see a private team is told that it exists."""
    team = call.workspace.rooms.find_team(call.query.get("teamId"), call.query.get("teamName"))
    if team is None:
        raise ApiError("Team not found")
    if team.kind and call.user["_id"] not in team.members and not call.allows("view-all-teams"):
        raise Forbidden
    return {"teamInfo": team.view()}


@route("POST", "v1/teams.addMembers")
def add_members(call: Call) -> Document:
    """POST /api/v1/teams.addMembers; a member who is added again is no error."""
    team = _named(call, call.body)
    _check_may(call, team, "add-team-member", "edit-team-member")
    rooms, users = call.workspace.rooms, call.workspace.users
    for member in call.body.get("members", ()):
        user = users.get(str(member.get("userId")))
        if user is None:
            raise ApiError("invalid-user")
        if user["_id"] not in team.members:
            roles = [role for role in member.get("roles", ()) if role != "member"]
            rooms.join_team(team, user["_id"], roles, call.user, call.workspace.now())
    return {}


@route("POST", "v1/teams.removeMember")
def remove_member(call: Call) -> Document:
    """POST /api/v1/teams.removeMember."""
    team = _named(call, call.body)
    _check_may(call, team, "edit-team-member")
    user_id = str(call.body.get("userId"))
    if call.workspace.users.get(user_id) is None:
        raise ApiError("invalid-user")
    if user_id not in team.members:
        raise ApiError("member-does-not-exist")
    rooms = call.workspace.rooms
    owners = [member for member, facts in team.members.items() if "owner" in facts["roles"]]
    if owners == [user_id]:
        raise ApiError("last-owner-can-not-be-removed")
    del team.members[user_id]
    rooms.leave(rooms.main_room(team), user_id)
    return {}


@route("GET", "v1/teams.members")
def members(call: Call) -> Document:
    """GET /api/v1/teams.members: those members who are active, in the order of joining."""
    team, users = _named(call, call.query), call.workspace.users
    if call.user["_id"] not in team.members and not call.allows("view-all-teams"):
        raise Forbidden
    inactive = users.inactive()
    page, numbers = paginated(call, [user_id for user_id in team.members if user_id not in inactive])
    fields = ("_id", "username", "name", "status")
    found = [(user_id, users.get(user_id) or {}) for user_id in page]
    shown = [{"user": {field: user[field] for field in fields}, **team.members[user_id]} for user_id, user in found]
    return {"members": shown, **numbers}


def _named(call: Call, parameters: Document) -> Team:
    team = call.workspace.rooms.find_team(parameters.get("teamId"), parameters.get("teamName"))
    if team is None:
        raise ApiError("team-does-not-exist")
    return team


def _check_may(call: Call, team: Team, *permissions: str) -> None:
    roles = {*call.user["roles"], *team.members.get(call.user["_id"], {"roles": ()})["roles"]}
    if not any(call.workspace.permissions[permission] & roles for permission in permissions):
        raise Forbidden
