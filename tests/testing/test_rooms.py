from typing import Any

import pytest

from rocketchat_auth.testing import Login
from tests.testing.talk import Talk, refusal, usernames

BOTH = pytest.mark.parametrize("kind, noun", [("channels", "channel"), ("groups", "group")])


def create(talk: Talk, kind: str, login: Login, **body: Any) -> Any:
    answer = talk.post(f"{kind}.create", login, json={"name": "choir", **body})
    return answer.json()[kind.removesuffix("s")]


@BOTH
def test_members_are_those_who_were_named_and_invited(talk: Talk, kind: str, noun: str) -> None:
    alice = talk.add("alice")
    ids = [talk.add(name).user_id for name in ("bob", "carol", "dora")]
    room = create(talk, kind, alice, members=["bob", "nosuch"])

    body = {"roomId": room["_id"], "userIds": [*ids[:2], "nosuch"]}
    answer = talk.post(f"{kind}.invite", alice, json=body)

    assert answer.json()[noun]["usersCount"] == 3
    listed = talk.get(f"{kind}.members?roomName=choir", alice).json()["members"]
    assert usernames(listed) == ["alice", "bob", "carol"]
    assert room["_id"] in talk.stand_in.user("carol")["__rooms"]


@BOTH
def test_kicked_members_are_gone(talk: Talk, kind: str, noun: str) -> None:
    alice, bob = talk.add("alice"), talk.add("bob")
    room = create(talk, kind, alice, members=["bob"])

    talk.post(f"{kind}.kick", alice, json={"roomId": room["_id"], "userId": bob.user_id})

    listed = talk.get(f"{kind}.members?roomName=choir", alice).json()["members"]
    assert usernames(listed) == ["alice"]
    assert room["_id"] not in talk.stand_in.user("bob")["__rooms"]


@BOTH
def test_who_is_no_owner_may_not_invite_or_kick(talk: Talk, kind: str, noun: str) -> None:
    alice, bob = talk.add("alice"), talk.add("bob")
    room = create(talk, kind, alice, members=["bob"])

    for action in ("invite", "kick"):
        answer = talk.post(f"{kind}.{action}", bob, json={"roomId": room["_id"], "userId": alice.user_id})
        assert refusal(answer) == (400, "error-not-allowed")


@BOTH
def test_the_last_owner_cannot_be_kicked(talk: Talk, kind: str, noun: str) -> None:
    alice = talk.add("alice")
    room = create(talk, kind, alice)

    answer = talk.post(f"{kind}.kick", alice, json={"roomId": room["_id"], "userId": alice.user_id})

    assert refusal(answer) == (400, "error-you-are-last-owner")


@BOTH
def test_creating_needs_a_permission_and_a_name(talk: Talk, kind: str, noun: str) -> None:
    answer = talk.post(f"{kind}.create", talk.add("guest", roles=("guest",)), json={"name": "choir"})
    assert answer.status_code == 403
    for body in ({}, {"name": ""}, {"name": 1}):
        assert talk.post(f"{kind}.create", talk.admin, json=body).status_code == 400


@BOTH
def test_rooms_are_named_by_id_or_name(talk: Talk, kind: str, noun: str) -> None:
    room = create(talk, kind, talk.admin)

    assert talk.get(f"{kind}.info?roomId={room['_id']}", talk.admin).json()[noun] == room
    assert talk.get(f"{kind}.info?roomName=choir", talk.admin).json()[noun] == room
    assert refusal(talk.get(f"{kind}.info", talk.admin)) == (400, "error-room-param-not-provided")


@BOTH
def test_members_are_shown_page_by_page_while_they_are_active(talk: Talk, kind: str, noun: str) -> None:
    names = [f"singer{number}" for number in range(5)]
    talk.stand_in.add_users(names)
    room = create(talk, kind, talk.admin, members=names)
    talk.stand_in.users.update(talk.stand_in.user("singer1")["_id"], {"active": False})

    pages = [talk.get(f"{kind}.members?roomName=choir&count=2&offset={n}", talk.admin).json() for n in (0, 2, 4)]

    found = [name for page in pages for name in usernames(page["members"])]
    assert found == ["admin", "singer0", "singer2", "singer3", "singer4"]
    assert {page["total"] for page in pages} == {5}
    assert talk.get(f"{kind}.info?roomId={room['_id']}", talk.admin).json()[noun]["usersCount"] == 6


@BOTH
def test_federated_users_are_not_let_into_rooms_of_ours(talk: Talk, kind: str, noun: str) -> None:
    ann = talk.stand_in.add_user("@ann:matrix.example.com", federated=True)
    room = create(talk, kind, talk.admin)

    answer = talk.post(f"{kind}.invite", talk.admin, json={"roomId": room["_id"], "userId": ann["_id"]})

    assert refusal(answer) == (400, "error-federated-users-in-non-federated-rooms")
    assert talk.stand_in.members_of("choir") == ["admin"]


def test_a_channel_is_no_group(talk: Talk) -> None:
    room = create(talk, "channels", talk.admin)

    answer = talk.get(f"groups.info?roomId={room['_id']}", talk.admin)
    assert refusal(answer) == (400, "error-room-not-found")
    assert refusal(talk.get("groups.info?roomName=choir", talk.admin)) == (400, "error-room-not-found")


def test_groups_are_hidden_from_those_who_are_no_members(talk: Talk) -> None:
    create(talk, "groups", talk.admin)

    answer = talk.get("groups.info?roomName=choir", talk.add("alice"))

    assert refusal(answer) == (400, "error-room-not-found")


def test_administrators_add_to_any_channel_but_to_no_strange_group(talk: Talk) -> None:
    alice, bob = talk.add("alice"), talk.add("bob")
    channel = create(talk, "channels", alice)
    group = create(talk, "groups", alice, name="board")

    invited = talk.post("channels.invite", talk.admin, json={"roomId": channel["_id"], "userId": bob.user_id})
    refused = talk.post("groups.invite", talk.admin, json={"roomId": group["_id"], "userId": bob.user_id})

    assert invited.status_code == 200
    assert refusal(refused) == (400, "error-room-not-found")


def test_kicking_nobody_from_a_channel_is_refused(talk: Talk) -> None:
    room = create(talk, "channels", talk.admin)

    answer = talk.post("channels.kick", talk.admin, json={"roomId": room["_id"], "userId": "nosuch"})

    assert refusal(answer) == (400, "error-invalid-user")


class TestTeams:
    @pytest.fixture
    def team(self, talk: Talk) -> Any:
        return talk.post("teams.create", talk.admin, json={"name": "staff", "type": 1}).json()["team"]

    def add(self, talk: Talk, login: Login, user_id: str, **named: Any) -> Any:
        body = {"members": [{"userId": user_id, "roles": ["member"]}], **(named or {"teamName": "staff"})}
        return talk.post("teams.addMembers", login, json=body)

    def test_members_are_in_the_main_room(self, talk: Talk, team: Any) -> None:
        alice = talk.add("alice")

        assert self.add(talk, talk.admin, alice.user_id, teamId=team["_id"]).status_code == 200

        assert talk.get(f"groups.info?roomId={team['roomId']}", alice).json()["group"]["usersCount"] == 2
        body = {"teamId": team["_id"], "userId": alice.user_id}
        assert talk.post("teams.removeMember", talk.admin, json=body).status_code == 200
        assert talk.get(f"groups.info?roomId={team['roomId']}", alice).status_code == 400

    def test_a_private_one_is_shown_to_its_members_and_to_administrators(self, talk: Talk, team: Any) -> None:
        alice = talk.add("alice")
        talk.post("teams.create", talk.admin, json={"name": "choir", "type": 0})

        assert talk.get("teams.info?teamName=staff", talk.admin).json()["teamInfo"] == team
        assert talk.get("teams.info?teamName=choir", alice).status_code == 200
        assert talk.get("teams.info?teamName=staff", alice).status_code == 403
        self.add(talk, talk.admin, alice.user_id)
        assert talk.get(f"teams.info?teamId={team['_id']}", alice).json()["teamInfo"]["roomId"] == team["roomId"]

    def test_one_that_is_not_there_is_not_found(self, talk: Talk) -> None:
        answer = talk.get("teams.info?teamName=nothing", talk.admin)

        assert (answer.status_code, answer.json()["error"]) == (400, "Team not found")

    def test_members_are_shown_in_the_order_of_joining_while_they_are_active(self, talk: Talk) -> None:
        talk.stand_in.add_users(["zoe", "bob", "alice"])
        talk.stand_in.add_room("staff", "team", members=["zoe", "bob", "alice"])
        talk.stand_in.users.update(talk.stand_in.user("bob")["_id"], {"active": False})

        page = talk.get("teams.members?teamName=staff&offset=1", talk.admin).json()

        assert [member["user"]["username"] for member in page["members"]] == ["zoe", "alice"]
        assert (page["count"], page["total"]) == (2, 3)

    @pytest.mark.parametrize("name, text", [("staff", "team-name-already-exists"), ("general", "A channel with name")])
    def test_names_are_taken_once(self, talk: Talk, team: Any, name: str, text: str) -> None:
        answer = talk.post("teams.create", talk.admin, json={"name": name, "type": 0})

        assert answer.status_code == 400
        assert answer.json()["error"].startswith(text)

    def test_needs_permissions(self, talk: Talk, team: Any) -> None:
        alice, guest = talk.add("alice"), talk.add("guest", roles=("guest",))

        assert talk.post("teams.create", guest, json={"name": "guests", "type": 0}).status_code == 403
        assert self.add(talk, alice, alice.user_id).status_code == 403
        body = {"teamName": "staff", "userId": alice.user_id}
        assert talk.post("teams.removeMember", alice, json=body).status_code == 403
        assert talk.get("teams.members?teamName=staff", alice).status_code == 403

    def test_owners_of_a_team_may_change_it(self, talk: Talk) -> None:
        alice, bob = talk.add("alice"), talk.add("bob")
        talk.post("teams.create", alice, json={"name": "choir", "type": 0})

        assert self.add(talk, alice, bob.user_id, teamName="choir").status_code == 200
        assert talk.get("teams.members?teamName=choir", bob).json()["total"] == 2

    @pytest.mark.parametrize(
        "who, text",
        [("nosuch", "invalid-user"), ("alice", "member-does-not-exist"), ("admin", "last-owner-can-not-be-removed")],
    )
    def test_who_cannot_be_removed(self, talk: Talk, team: Any, who: str, text: str) -> None:
        talk.stand_in.add_user("alice")
        user_id = "nosuch" if who == "nosuch" else talk.stand_in.user(who)["_id"]

        answer = talk.post("teams.removeMember", talk.admin, json={"teamName": "staff", "userId": user_id})

        assert (answer.status_code, answer.json()["error"]) == (400, text)

    def test_one_of_two_owners_can_be_removed(self, talk: Talk, team: Any) -> None:
        alice = talk.add("alice")
        body = {"teamName": "staff", "members": [{"userId": alice.user_id, "roles": ["owner"]}]}
        talk.post("teams.addMembers", talk.admin, json=body)

        body = {"teamName": "staff", "userId": talk.admin.user_id}
        assert talk.post("teams.removeMember", alice, json=body).status_code == 200

        assert talk.get("teams.members?teamName=staff", alice).json()["total"] == 1
        assert talk.stand_in.user("admin")["__rooms"] == ["GENERAL"]

    def test_strangers_cannot_be_added(self, talk: Talk, team: Any) -> None:
        assert self.add(talk, talk.admin, "nosuch").json()["error"] == "invalid-user"
        assert self.add(talk, talk.admin, "nosuch", teamId="nosuch").json()["error"] == "team-does-not-exist"
