from typing import Any

import httpx2
import pytest

from rocketchat_auth.testing import Login
from tests.testing.conftest import Play
from tests.testing.talk import Talk, refusal

FEDERATED = "@ann:matrix.example.com"
UNPERMITTED = "User does not have the permissions required for this action [error-unauthorized]"


def update(talk: Talk, login: Login, changed: str, /, **data: Any) -> httpx2.Response:
    body = {"userId": talk.stand_in.user(changed)["_id"], "data": data}
    return talk.post("users.update", login, json=body)


def set_active(talk: Talk, login: Login, username: str, active: bool, **body: Any) -> httpx2.Response:
    named = {"userId": talk.stand_in.user(username)["_id"], "activeStatus": active}
    return talk.post("users.setActiveStatus", login, json=named | body)


class TestCreate:
    def test_makes_a_user_who_can_log_in(self, talk: Talk) -> None:
        talk.create(bio="Sings", nickname="Caro", statusText="Here")

        stored = talk.stand_in.user("carol")
        assert (stored["bio"], stored["nickname"], stored["statusText"]) == ("Sings", "Caro", "Here")
        assert stored["__rooms"] == ["GENERAL"]
        answer = talk.post("login", json={"user": "carol", "password": "correct horse"})
        assert answer.status_code == 200

    def test_may_leave_out_the_default_rooms(self, talk: Talk) -> None:
        assert "__rooms" not in talk.create(joinDefaultChannels=False).json()["user"]

    @pytest.mark.parametrize("changes", [{"setRandomPassword": True, "password": ""}, {"requirePasswordChange": True}])
    def test_may_require_another_password(self, talk: Talk, changes: Any) -> None:
        assert talk.create(**changes).json()["user"]["requirePasswordChange"] is True

    def test_gives_the_roles_that_are_named_else_the_default_ones(self, talk: Talk) -> None:
        talk.stand_in.settings["Accounts_Registration_Users_Default_Roles"] = "user,guest"

        assert talk.create().json()["user"]["roles"] == ["user", "guest"]
        assert talk.create(username="bot", email="bot@example.com", roles=["bot"]).json()["user"]["roles"] == ["bot"]

    def test_opts_in_to_second_factors_by_email_unless_told_otherwise(self, talk: Talk) -> None:
        talk.create()
        talk.stand_in.settings["Accounts_TwoFactorAuthentication_By_Email_Auto_Opt_In"] = False
        talk.create(username="dora", email="dora@example.com")

        assert talk.stand_in.user("carol")["services"]["email2fa"]["enabled"] is True
        assert "email2fa" not in talk.stand_in.user("dora")["services"]

    def test_keeps_the_custom_fields_that_the_workspace_defines(self, talk: Talk) -> None:
        talk.stand_in.settings["Accounts_CustomFields"] = '{"unit": {"type": "text"}}'

        user = talk.create(customFields={"unit": "B", "other": "x"}).json()["user"]

        assert user["customFields"] == {"unit": "B"}

    @pytest.mark.parametrize(
        "changes, code",
        [
            ({"name": ""}, "error-the-field-is-required"),
            ({"username": ""}, "error-the-field-is-required"),
            ({"username": "héloïse"}, "error-input-is-not-a-valid-field"),
            ({"username": "Here"}, "error-blocked-username"),
            ({"username": "administrator"}, "error-blocked-username"),
            ({"username": "Alice"}, "error-field-unavailable"),
            ({"email": "ALICE@example.com"}, "error-field-unavailable"),
            ({"email": "carol@"}, "error-invalid-email"),
            ({"roles": ["admin", "nosuch"]}, "error-action-not-allowed"),
            ({"roles": "user"}, "invalid-params"),
            ({"password": None}, "invalid-params"),
            ({"unknown": 1}, "invalid-params"),
        ],
    )
    def test_refuses_what_does_not_fit(self, talk: Talk, changes: Any, code: str) -> None:
        talk.stand_in.add_user("alice")

        assert refusal(talk.create(**changes)) == (400, code)

    @pytest.mark.parametrize("name", ["<b>", "a/b", "a\\b"])
    def test_refuses_some_characters_in_names(self, talk: Talk, name: str) -> None:
        assert talk.create(name=name).json() == {"success": False, "error": "Name contains invalid characters"}

    @pytest.mark.parametrize("field, longest", [("bio", 260), ("nickname", 120)])
    def test_refuses_long_texts_about_people(self, talk: Talk, field: str, longest: int) -> None:
        fitting: Any = {field: "x" * longest}
        too_long: Any = {field: "x" * (longest + 1)}

        assert refusal(talk.create(**too_long)) == (400, f"error-{field}-size-exceeded")
        assert talk.create(**fitting).json()["user"][field] == "x" * longest

    def test_keeps_no_empty_texts(self, talk: Talk) -> None:
        assert not {"bio", "nickname"} & talk.create(bio=" ", nickname="").json()["user"].keys()

    def test_takes_usernames_by_the_workspaces_own_rule(self, talk: Talk) -> None:
        talk.stand_in.settings["UTF8_User_Names_Validation"] = "[a-zà-ü]+"

        assert talk.create(username="héloïse").status_code == 200

    def test_takes_addresses_of_allowed_domains_only(self, talk: Talk) -> None:
        talk.stand_in.settings["Accounts_AllowedDomainsList"] = "example.org, example.net"

        assert refusal(talk.create()) == (400, "error-invalid-domain")
        assert talk.create(email="carol@example.net").status_code == 200

    def test_needs_permissions(self, talk: Talk) -> None:
        bot = talk.add("bot", roles=("bot",))
        assert refusal(talk.create(bot)) == (400, "error-action-not-allowed")
        talk.stand_in.grant("create-user", "bot")
        assert refusal(talk.create(bot, roles=["admin"])) == (400, "error-action-not-allowed")
        assert talk.create(bot, active=True).json()["error"] == UNPERMITTED
        assert talk.create(bot).status_code == 200

    def test_newest_versions_ask_for_a_second_factor(self, play: Play) -> None:
        for version, status in (("8.6", 200), ("8.7", 400)):
            talk = play(version, two_factor=True)
            assert talk.create(talk.stand_in.log_in("admin")).status_code == status


class TestUpdate:
    @pytest.mark.parametrize("field", ["name", "bio", "nickname", "statusText", "language"])
    def test_changes_plain_fields(self, talk: Talk, field: str) -> None:
        talk.stand_in.add_user("alice")

        assert update(talk, talk.admin, "alice", **{field: "new"}).json()["user"][field] == "new"

    def test_changes_addresses_and_whether_they_are_verified(self, talk: Talk) -> None:
        talk.stand_in.add_user("alice")
        talk.stand_in.add_user("nomail", email="")

        changed = update(talk, talk.admin, "alice", email="a@example.com").json()["user"]
        assert changed["emails"] == [{"address": "a@example.com", "verified": False}]
        changed = update(talk, talk.admin, "alice", verified=True).json()["user"]
        assert changed["emails"] == [{"address": "a@example.com", "verified": True}]
        assert "emails" not in update(talk, talk.admin, "nomail", verified=True).json()["user"]

    def test_removes_the_texts_about_people_that_are_not_sent(self, talk: Talk) -> None:
        talk.stand_in.add_user("alice")
        update(talk, talk.admin, "alice", bio="Sings", nickname="Al")
        assert talk.stand_in.user("alice")["bio"] == "Sings"

        changed = update(talk, talk.admin, "alice", name="Alice", bio=" ").json()["user"]

        assert not {"bio", "nickname"} & changed.keys()

    def test_refuses_long_texts_about_people(self, talk: Talk) -> None:
        talk.stand_in.add_user("alice")

        assert refusal(update(talk, talk.admin, "alice", bio="x" * 261)) == (400, "error-bio-size-exceeded")

    def test_the_same_address_once_more_stays_verified(self, talk: Talk) -> None:
        talk.stand_in.add_user("alice")

        same = {"email": "alice@example.com"}
        assert update(talk, talk.admin, "alice", **same).json()["user"]["emails"][0]["verified"] is True
        changed = update(talk, talk.admin, "alice", **same, verified=False).json()["user"]
        assert changed["emails"] == [{"address": "alice@example.com", "verified": False}]

    def test_federated_users_cannot_be_edited(self, talk: Talk) -> None:
        talk.stand_in.add_user(FEDERATED, federated=True)

        answer = update(talk, talk.admin, FEDERATED, name="Ann")

        text = "Not possible to edit a federated user [Edit_Federated_User_Not_Allowed]"
        assert answer.json() == {"success": False, "error": text, "errorType": "Edit_Federated_User_Not_Allowed"}

    def test_keeping_ones_own_username_and_address_is_no_conflict(self, talk: Talk) -> None:
        talk.stand_in.add_user("alice")

        assert update(talk, talk.admin, "alice", username="Alice", email="Alice@example.com").status_code == 200

    def test_a_new_password_ends_all_logins(self, talk: Talk) -> None:
        alice = talk.add("alice")

        update(talk, talk.admin, "alice", password="battery staple")

        assert not talk.stand_in.is_alive(alice)
        answer = talk.post("login", json={"user": "alice", "password": "battery staple"})
        assert answer.status_code == 200

    def test_a_random_password_must_be_changed(self, talk: Talk) -> None:
        talk.stand_in.add_user("alice", password="correct horse")

        changed = update(talk, talk.admin, "alice", setRandomPassword=True).json()["user"]

        assert changed["requirePasswordChange"] is True
        answer = talk.post("login", json={"user": "alice", "password": "correct horse"})
        assert answer.status_code == 401

    @pytest.mark.parametrize("version, kept", [("7.5.3", {"b": "2"}), ("7.5.4", {"a": "1", "b": "2"})])
    def test_custom_fields_are_replaced_or_merged(self, play: Play, version: str, kept: Any) -> None:
        talk = play(version)
        talk.stand_in.settings["Accounts_CustomFields"] = '{"a": {}, "b": {}}'
        talk.stand_in.add_user("alice")
        update(talk, talk.admin, "alice", customFields={"a": "1"})

        assert update(talk, talk.admin, "alice", customFields={"b": "2"}).json()["user"]["customFields"] == kept

    @pytest.mark.parametrize(
        "data, code",
        [
            ({"username": "bob"}, "error-could-not-save-identity"),
            ({"username": "al ice"}, "error-input-is-not-a-valid-field"),
            ({"email": "bob@example.com"}, "error-field-unavailable"),
            ({"email": "alice"}, "error-invalid-email"),
            ({"roles": ["nosuch"]}, "error-action-not-allowed"),
            ({"active": "no"}, "invalid-params"),
            ({"name": "<b>"}, None),
        ],
    )
    def test_refuses_what_does_not_fit(self, talk: Talk, data: Any, code: str | None) -> None:
        talk.stand_in.add_user("alice")
        talk.stand_in.add_user("bob")

        assert refusal(update(talk, talk.admin, "alice", **data)) == (400, code)

    @pytest.mark.parametrize(
        "version, text",
        [("6.5", "Cannot read property 'roles' of null"), ("7.0", "Cannot read properties of null (reading 'roles')")],
    )
    def test_trips_over_unknown_users(self, play: Play, version: str, text: str) -> None:
        talk = play(version)

        answer = talk.post("users.update", talk.admin, json={"userId": "nosuch", "data": {}})

        assert answer.json() == {"success": False, "error": text}

    def test_others_need_a_permission(self, talk: Talk) -> None:
        alice = talk.add("alice")
        talk.stand_in.add_user("bob")

        assert refusal(update(talk, alice, "bob", name="x")) == (400, "error-action-not-allowed")
        assert update(talk, alice, "alice", name="x").status_code == 200
        assert refusal(update(talk, alice, "alice", roles=["admin"])) == (400, "error-action-not-allowed")

    def test_deactivates_too(self, talk: Talk) -> None:
        alice = talk.add("alice")

        assert update(talk, talk.admin, "alice", active=False).json()["user"]["active"] is False
        assert not talk.stand_in.is_alive(alice)


class TestSetActiveStatus:
    def test_deactivation_ends_all_logins_for_good(self, talk: Talk) -> None:
        alice = talk.add("alice", roles=("user", "guest"))
        set_active(talk, talk.admin, "alice", False)
        set_active(talk, talk.admin, "alice", True)

        stored = talk.stand_in.user("alice")
        assert (stored["active"], stored["roles"]) == (True, ["user", "guest"])
        assert not talk.stand_in.is_alive(alice)

    def test_needs_a_permission(self, talk: Talk) -> None:
        answer = set_active(talk, talk.add("alice"), "alice", False)

        assert (answer.status_code, answer.json()["error"]) == (403, UNPERMITTED)

    @pytest.mark.parametrize("active", [True, False])
    def test_the_status_of_federated_users_is_not_ours_to_change(self, talk: Talk, active: bool) -> None:
        talk.stand_in.add_user(FEDERATED, federated=True)

        answer = set_active(talk, talk.admin, FEDERATED, active)

        text = "Cannot change federated users status [error-user-is-federated]"
        assert (answer.status_code, answer.json()["error"]) == (400, text)

    def test_the_last_administrator_stays(self, talk: Talk) -> None:
        assert refusal(set_active(talk, talk.admin, "admin", False)) == (400, "error-action-not-allowed")
        talk.stand_in.add_user("boss", roles=("admin",))
        assert set_active(talk, talk.admin, "admin", False).status_code == 200

    def test_the_last_owner_of_a_room_must_confirm(self, talk: Talk) -> None:
        alice = talk.add("alice")
        talk.stand_in.add_user("bob")
        talk.post("channels.create", alice, json={"name": "choir", "members": ["bob"]})

        answer = set_active(talk, talk.admin, "alice", False)

        assert answer.json() == {"success": False, "error": "[user-last-owner]", "errorType": "user-last-owner"}
        assert set_active(talk, talk.admin, "alice", False, confirmRelinquish=True).status_code == 200
        bob = talk.stand_in.log_in("bob")
        room = talk.get("channels.info?roomName=choir", bob).json()["channel"]
        invited = talk.post("channels.invite", bob, json={"roomId": room["_id"], "userId": talk.admin.user_id})
        assert invited.status_code == 200


class TestDelete:
    @pytest.mark.parametrize(
        "version, body", [("6.5", {"success": True}), ("8.4", {"deletedRooms": [], "success": True})]
    )
    def test_deletes(self, play: Play, version: str, body: Any) -> None:
        talk = play(version)
        alice = talk.add("alice")

        answer = talk.post("users.delete", talk.admin, json={"username": "alice"})

        assert answer.json() == body
        assert not talk.stand_in.is_alive(alice)
        assert "alice" not in str(talk.get("channels.members?roomName=general", talk.admin).json())

    def test_needs_a_permission(self, talk: Talk) -> None:
        assert talk.post("users.delete", talk.add("alice"), json={"username": "alice"}).json()["error"] == UNPERMITTED

    def test_the_last_owner_of_a_room_must_be_confirmed(self, talk: Talk) -> None:
        talk.post("groups.create", talk.add("alice"), json={"name": "choir"})

        assert refusal(talk.post("users.delete", talk.admin, json={"username": "alice"})) == (400, "user-last-owner")
        body = {"username": "alice", "confirmRelinquish": True}
        assert talk.post("users.delete", talk.admin, json=body).status_code == 200

    @pytest.mark.parametrize(
        "version, status, text",
        [
            ("7.0", 400, "Deleting federated, external user is not allowed"),
            ("8.4", 400, "User participated in federation, this user can only be deactivated permanently"),
            ("9.0", 403, "User participated in federation, this user can only be deactivated permanently"),
        ],
    )
    def test_federated_users_stay(self, play: Play, version: str, status: int, text: str) -> None:
        talk = play(version)
        talk.stand_in.add_user(FEDERATED, federated=True)

        answer = talk.post("users.delete", talk.admin, json={"username": FEDERATED})

        assert (answer.status_code, answer.json()["error"]) == (status, f"{text} [error-not-allowed]")

    def test_leaves_teams(self, talk: Talk) -> None:
        alice = talk.add("alice")
        talk.post("teams.create", talk.admin, json={"name": "staff", "type": 0})
        body = {"teamName": "staff", "members": [{"userId": alice.user_id}]}
        talk.post("teams.addMembers", talk.admin, json=body)

        talk.post("users.delete", talk.admin, json={"userId": alice.user_id})

        assert talk.get("teams.members?teamName=staff", talk.admin).json()["total"] == 1

    def test_wants_a_user_to_be_named(self, talk: Talk) -> None:
        assert refusal(talk.post("users.delete", talk.admin, json={})) == (400, "error-user-param-not-provided")
