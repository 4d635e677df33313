import json

import pytest

from rocketchat_auth.rest import Client, Credentials, PermissionRefused, Secret, personal_tokens
from rocketchat_auth.testing import Login, StandIn
from rocketchat_auth.testing.clock import FakeClock
from rocketchat_auth.testing.tokens import find_entry, is_personal, stored_tokens
from tests.rest.talking import Script, client_of, says_no, says_yes
from tests.rest.versions import EVERY_VERSION, client_as, recorded, recorded_body


@pytest.fixture
def ada(stand_in: StandIn, fake_clock: FakeClock) -> Client:
    stand_in.add_user("ada")
    return client_as(stand_in, "ada", fake_clock)


def login_with(stand_in: StandIn, token: Secret) -> Login:
    return Login(stand_in.user("ada")["_id"], token.reveal())


@EVERY_VERSION
def test_a_token_needs_no_second_factor(stand_in: StandIn, ada: Client) -> None:
    token = personal_tokens.replace(ada, "site")

    entry = find_entry(stand_in.user("ada"), token.reveal())
    assert entry is not None
    assert entry["bypassTwoFactor"] is True


@EVERY_VERSION
def test_a_former_one_of_that_name_ends(stand_in: StandIn, ada: Client) -> None:
    former = personal_tokens.replace(ada, "site")

    token = personal_tokens.replace(ada, "site")

    assert not stand_in.is_alive(login_with(stand_in, former))
    assert stand_in.is_alive(login_with(stand_in, token))
    names = [entry["name"] for entry in stored_tokens(stand_in.user("ada")) if is_personal(entry)]
    assert names == ["site"]


@EVERY_VERSION
def test_not_everybody_may(stand_in: StandIn, fake_clock: FakeClock) -> None:
    stand_in.add_user("bot", roles=("bot",))

    with pytest.raises(PermissionRefused):
        personal_tokens.replace(client_as(stand_in, "bot", fake_clock), "site")


def test_a_recorded_server_is_understood() -> None:
    script = Script(recorded("005"))

    token = personal_tokens.replace(client_of(script, credentials=Credentials("u1", "t1")), "site")

    assert token.reveal().startswith("c-BKZ")
    assert json.loads(script.requests[0].content).keys() == recorded_body("005").keys()


def test_nothing_is_removed_that_is_not_replaced() -> None:
    script = Script(says_no("slow down", status=429), says_yes())

    with pytest.raises(Exception, match="slow down"):
        personal_tokens.replace(client_of(script), "site")

    assert len(script.requests) == 1
