import pytest

from rocketchat_auth.testing import FakeClock, StandIn
from rocketchat_auth.testing.accounts_by_hand import made_up_people
from rocketchat_auth.testing.tokens import stored_tokens
from tests.testing.conftest import Play
from tests.testing.talk import Talk, refusal, usernames


def test_credentials_are_not_shown() -> None:
    login = StandIn().admin

    assert login.auth_token not in repr(login)
    assert login.user_id in repr(login)


def test_users_have_an_address_unless_they_are_given_none() -> None:
    stand_in = StandIn()

    assert stand_in.add_user("alice")["emails"] == [{"address": "alice@example.com", "verified": True}]
    assert "emails" not in stand_in.add_user("bob", email="")
    assert stand_in.add_user("carol", email="c@example.org", verified=False)["emails"][0] == {
        "address": "c@example.org",
        "verified": False,
    }


def test_users_are_as_they_are_told() -> None:
    dora = StandIn().add_user("dora", name="Dora", roles=("user", "bot"), active=False)

    assert (dora["name"], dora["roles"], dora["active"]) == ("Dora", ["user", "bot"], False)


def test_many_users_are_added_as_one_is() -> None:
    stand_in = StandIn(clock=FakeClock())
    stand_in.add_users(["alice", {"username": "bob", "name": "Bob", "email": "", "active": False}])

    alice, alike = stand_in.user("alice"), stand_in.add_user("alike")
    assert alice.keys() == alike.keys()
    assert (alice["emails"], alice["__rooms"]) == ([{"address": "alice@example.com", "verified": True}], ["GENERAL"])
    bob = stand_in.user("bob")
    assert (bob["name"], bob["active"], "emails" in bob) == ("Bob", False, False)
    assert stand_in.members_of("general") == ["admin", "alice", "alike", "bob"]


def test_unknown_users_are_an_error() -> None:
    stand_in = StandIn()
    with pytest.raises(LookupError, match="nosuch"):
        stand_in.user("nosuch")
    with pytest.raises(LookupError, match="nosuch"):
        stand_in.log_in("nosuch")
    with pytest.raises(LookupError, match="nosuch"):
        stand_in.rename_user("nosuch", "new")
    with pytest.raises(LookupError, match="nosuch"):
        stand_in.delete_user("nosuch")


def test_federated_users_have_no_address_and_are_in_no_room() -> None:
    ann = StandIn().add_user("@ann:matrix.example.com", federated=True)

    assert ann["federated"] is True
    assert "emails" not in ann
    assert "__rooms" not in ann
    assert "federated" not in StandIn().add_user("alice")


def test_federated_users_may_be_given_an_address() -> None:
    ann = StandIn().add_user("@ann:matrix.example.com", federated=True, email="ann@example.com")

    assert ann["emails"][0]["address"] == "ann@example.com"


def test_renamed_users_are_who_they_were(talk: Talk) -> None:
    alice = talk.add("alice")

    talk.stand_in.rename_user("alice", "alison")

    assert talk.get("me", alice).json()["username"] == "alison"
    with pytest.raises(LookupError):
        talk.stand_in.user("alice")
    assert talk.stand_in.add_user("alice")["_id"] != alice.user_id


def test_deleted_users_are_gone_and_others_have_their_rooms(talk: Talk) -> None:
    stand_in, alice = talk.stand_in, talk.add("alice")
    stand_in.add_user("bob")
    stand_in.add_room("choir", members=["bob"], owner="alice")

    stand_in.delete_user("alice")

    assert not stand_in.is_alive(alice)
    assert stand_in.members_of("choir") == ["bob"]
    body = {"roomName": "choir", "userId": talk.admin.user_id}
    assert talk.post("channels.invite", stand_in.log_in("bob"), json=body).status_code == 200


class TestServiceAccounts:
    def test_bots_meet_no_rate_limit(self, talk: Talk) -> None:
        bot = talk.stand_in.add_service_account("robot")

        assert talk.stand_in.user("robot")["roles"] == ["bot"]
        assert {talk.get("me", bot).status_code for _ in range(12)} == {200}

    def test_others_do(self, talk: Talk) -> None:
        talk.stand_in.add_role("provisioner")
        robot = talk.stand_in.add_service_account("robot", roles=["user", "provisioner"])

        answers = [talk.get("me", robot) for _ in range(11)]

        assert answers[-1].status_code == 429

    def test_bots_meet_one_whose_permission_was_revoked(self, talk: Talk) -> None:
        bot = talk.stand_in.add_service_account("robot")
        talk.stand_in.revoke("api-bypass-rate-limit", "bot")

        assert [talk.get("me", bot).status_code for _ in range(11)][-1] == 429

    @pytest.mark.parametrize("bypass", [True, False])
    def test_their_token_bypasses_second_factors_if_it_is_told_to(self, talk: Talk, bypass: bool) -> None:
        robot = talk.stand_in.add_service_account("robot", bypass_two_factor=bypass)

        entries = stored_tokens(talk.stand_in.user("robot"))

        assert talk.stand_in.is_alive(robot)
        assert [(entry["name"], entry["bypassTwoFactor"]) for entry in entries] == [("robot", bypass)]

    def test_may_do_what_their_roles_are_granted(self, talk: Talk) -> None:
        talk.stand_in.add_role("provisioner")
        robot = talk.stand_in.add_service_account("robot", roles=["provisioner"])
        assert refusal(talk.create(robot)) == (400, "error-action-not-allowed")

        talk.stand_in.grant("create-user", "provisioner")

        assert talk.create(robot).status_code == 200


class TestRoles:
    def test_added_ones_have_an_id_of_their_own(self, talk: Talk) -> None:
        role_id = talk.stand_in.add_role("Singers")

        roles = {role["_id"]: role for role in talk.get("roles.list", talk.admin).json()["roles"]}

        assert (roles[role_id]["name"], roles[role_id]["protected"]) == ("Singers", False)
        assert talk.stand_in.add_user("alice", roles=["user", "Singers"])["roles"] == ["user", role_id]

    def test_belong_to_one_workspace(self) -> None:
        StandIn().add_role("Singers")

        with pytest.raises(LookupError, match="Singers"):
            StandIn().delete_role("Singers")

    def test_whoever_has_a_deleted_one_loses_it(self, talk: Talk) -> None:
        role_id = talk.stand_in.add_role("Singers")
        talk.stand_in.add_user("alice", roles=["Singers", "user"])

        talk.stand_in.delete_role("Singers")

        assert talk.stand_in.user("alice")["roles"] == ["user"]
        body = {"username": "alice", "roleId": role_id}
        answer = talk.post("roles.addUserToRole", talk.admin, json=body)
        assert answer.json()["error"] == "error-role-not-found"

    def test_permissions_are_revoked_from_those_who_are_named(self, talk: Talk) -> None:
        bot, alice = talk.add("robot", roles=["bot"]), talk.add("alice")
        talk.stand_in.revoke("create-c", "bot")

        assert talk.post("channels.create", bot, json={"name": "one"}).status_code == 403
        assert talk.post("channels.create", alice, json={"name": "two"}).status_code == 200

    def test_permissions_are_revoked_from_all_if_none_is_named(self, talk: Talk) -> None:
        talk.stand_in.revoke("create-c")

        assert talk.post("channels.create", talk.admin, json={"name": "one"}).status_code == 403


def test_made_up_people_are_always_the_same() -> None:
    assert list(made_up_people(2)) == ["user000001", "user000002"]
    assert list(made_up_people(0)) == []


@pytest.mark.parametrize("version", ["6.5", "9.0"])
def test_pages_of_many_users_are_complete(play: Play, version: str) -> None:
    talk = play(version)
    talk.stand_in.add_users(made_up_people(250))

    pages = [talk.get(f"users.list?count=100&offset={offset}", talk.admin).json() for offset in (0, 100, 200)]

    assert [page["count"] for page in pages] == [100, 100, 52]
    assert {page["total"] for page in pages} == {252}
    names = [name for page in pages for name in usernames(page["users"])]
    assert names == ["admin", "rocket.cat", *made_up_people(250)]
