"""Teams, and who is in them.

Documented at https://developer.rocket.chat/apidocs/teams-endpoints; read from teams.ts, and from service.ts of the team
service. A team has a main room, whose members are the team's.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rocketchat_auth.rest.already import already
from rocketchat_auth.rest.answer import Answer
from rocketchat_auth.rest.client import Client
from rocketchat_auth.rest.paging import parts
from rocketchat_auth.rest.rooms import ids_of

_PUBLIC, _PRIVATE = 0, 1


@dataclass(frozen=True, slots=True)
class Team:
    """A team.

    Args:
        id: the `_id`.
        name: the name.
        room_id: the `_id` of its main room.
    """

    id: str
    name: str
    room_id: str


def find(client: Client, name: str) -> Team:
    """The team of that name.

    Raises:
        NotFound: there is none.
        PermissionRefused: it is private, and the service account neither in it nor permitted to `view-all-teams`.
        RocketChatError: as for every call.
    """
    return _team("teamInfo", client.call("GET", "v1/teams.info", params={"teamName": name}))


def create(client: Client, name: str, *, private: bool = True) -> Team:
    """Make a team, whose owner and only member is the service account.

    Args:
        client: the client.
        name: the name, which no room and no user may have either.
        private: whether only its members see it.

    Raises:
        Taken: a team or a room has that name.
        PermissionRefused: the service account lacks `create-team`, which bots do not have.
        RocketChatError: as for every call; a plain `Refused` where no room may have that name.
    """
    body = {"name": name, "type": _PRIVATE if private else _PUBLIC}
    return _team("team", client.call("POST", "v1/teams.create", json=body))


def members(client: Client, team: Team) -> Iterator[str]:
    """The `_id` of each member whose account is active, 100 in a call.

    To a service account that is neither in the team nor permitted to `view-all-teams` it seems to be empty.

    Raises:
        NotFound: the team is gone.
        RocketChatError: as for every call.
    """
    for part in parts(client, "v1/teams.members", "members", {"teamId": team.id}):
        yield from ids_of(tuple(item.get("user") for item in part.items if isinstance(item, dict)))


def add_member(client: Client, team: Team, user_id: str) -> None:
    """Put an account into a team, unless it is in it.

    Raises:
        NotFound: there is no such account, or the team is gone.
        PermissionRefused: the service account lacks `add-team-member`, which it has as an owner of the team.
        RocketChatError: as for every call.
    """
    body = {"teamId": team.id, "members": [{"userId": user_id, "roles": ["member"]}]}
    client.call("POST", "v1/teams.addMembers", json=body, idempotent=True)


def remove_member(client: Client, team: Team, user_id: str) -> None:
    """Take an account out of a team, if it is in it. Of the team's other rooms it stays a member.

    Raises:
        NotFound: there is no such account, or it is deactivated, or the team is gone.
        LastOwner: the account is the team's only owner.
        PermissionRefused: the service account lacks `edit-team-member`, which it has as an owner of the team.
        RocketChatError: as for every call.
    """
    with already("member-does-not-exist"):
        client.call("POST", "v1/teams.removeMember", json={"teamId": team.id, "userId": user_id}, idempotent=True)


def _team(name: str, answer: Answer) -> Team:
    return Team(id=answer.text(name, "_id"), name=answer.text(name, "name"), room_id=answer.text(name, "roomId"))
