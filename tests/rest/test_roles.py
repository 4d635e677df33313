import json
from collections.abc import Callable

import pytest

from rocketchat_auth.rest import BadAnswer, Client, NotFound, PermissionRefused, Refused, roles, users
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.rest.talking import Script, client_for, client_of, says_no, says_yes
from tests.rest.versions import EVERY_VERSION, client_as, recorded, recorded_body

Act = Callable[[Client, str, str], None]
BOTH = pytest.mark.parametrize("act", [roles.add, roles.remove])


@pytest.fixture
def client(stand_in: StandIn, fake_clock: FakeClock) -> Client:
    return client_for(stand_in, fake_clock)


@EVERY_VERSION
def test_a_role_is_given_and_taken_away_and_asking_twice_is_success(client: Client, stand_in: StandIn) -> None:
    stand_in.add_user("ada")

    for _ in range(2):
        roles.add(client, "ada", "livechat-agent")
    assert users.info(client, username="ada").roles == ("user", "livechat-agent")

    for _ in range(2):
        roles.remove(client, "ada", "livechat-agent")
    assert users.info(client, username="ada").roles == ("user",)


@EVERY_VERSION
@BOTH
def test_who_or_what_is_not_there_is_not_found(client: Client, stand_in: StandIn, act: Act) -> None:
    stand_in.add_user("ada")

    with pytest.raises(NotFound):
        act(client, "nobody", "user")
    with pytest.raises(NotFound):
        act(client, "ada", "no-role")


@EVERY_VERSION
@BOTH
def test_roles_need_the_permission(stand_in: StandIn, fake_clock: FakeClock, act: Act) -> None:
    stand_in.add_user("bob")

    with pytest.raises(PermissionRefused):
        act(client_as(stand_in, "bob", fake_clock), "bob", "livechat-agent")


@EVERY_VERSION
def test_the_last_administrator_stays_one(client: Client) -> None:
    with pytest.raises(Refused) as caught:
        roles.remove(client, "admin", "admin")

    assert type(caught.value) is Refused
    assert caught.value.code == "error-admin-required"


def test_newer_servers_do_not_find_a_role_in_other_words() -> None:
    script = Script(says_no("This role does not exist [error-invalid-roleId]", "error-invalid-roleId"))

    with pytest.raises(NotFound):
        roles.remove(client_of(script), "ada", "no-role")


@pytest.mark.parametrize(
    "act,numbers", [(roles.add, ["140", "141", "264"]), (roles.remove, ["144", "145"])], ids=["add", "remove"]
)
def test_a_recorded_server_is_understood(act: Act, numbers: list[str]) -> None:
    for number in numbers:
        act(client_of(Script(recorded(number))), "bob", "livechat-agent")


@pytest.mark.parametrize("number", ["142", "143"])
def test_a_recorded_server_does_not_find_what_is_not_there(number: str) -> None:
    with pytest.raises(NotFound):
        roles.add(client_of(Script(recorded(number))), "bob", "livechat-agent")


def test_what_is_sent_is_what_a_recorded_server_took() -> None:
    script = Script(says_yes())

    roles.remove(client_of(script), "bob", "livechat-agent")

    assert json.loads(script.requests[0].content) == recorded_body("144")


@EVERY_VERSION
def test_every_role_is_told_by_its_id(client: Client, stand_in: StandIn) -> None:
    made = stand_in.add_role("librarian")

    assert {"admin", "user", "moderator", made} <= roles.every(client)


def test_an_answer_without_roles_is_none() -> None:
    with pytest.raises(BadAnswer, match=r"roles\.list"):
        roles.every(client_of(Script(says_yes(roles="none"))))
    assert roles.every(client_of(Script(says_yes(roles=[{"_id": "user"}, {"name": "no id"}, "no role"])))) == {"user"}
