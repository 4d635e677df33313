import json

import pytest

from rocketchat_auth.rest import NotFound, PermissionRefused, Refused, settings
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.rest.talking import Script, client_for, client_of, says_no, says_yes
from tests.rest.versions import EVERY_VERSION, client_as, recorded, recorded_body

NAME = "Accounts_iframe_enabled"


@EVERY_VERSION
def test_what_is_put_is_got(stand_in: StandIn, fake_clock: FakeClock) -> None:
    client = client_for(stand_in, fake_clock)
    before = settings.get(client, NAME)

    settings.put(client, NAME, True)

    assert (before, settings.get(client, NAME)) == (False, True)


@EVERY_VERSION
def test_one_that_the_version_lacks_is_not_found(stand_in: StandIn, fake_clock: FakeClock) -> None:
    client = client_for(stand_in, fake_clock)

    with pytest.raises(NotFound, match="no setting No_Such"):
        settings.get(client, "No_Such")
    with pytest.raises(NotFound):
        settings.put(client, "No_Such", 1)


@EVERY_VERSION
def test_only_administrators_may(stand_in: StandIn, fake_clock: FakeClock) -> None:
    stand_in.add_user("ada")
    client = client_as(stand_in, "ada", fake_clock)

    with pytest.raises(PermissionRefused):
        settings.get(client, NAME)
    with pytest.raises(PermissionRefused):
        settings.put(client, NAME, True)


def test_a_refusal_with_a_reason_keeps_it() -> None:
    with pytest.raises(Refused, match="No, thanks") as refused:
        settings.put(client_of(Script(says_no("No, thanks"))), NAME, True)

    assert type(refused.value) is Refused


def test_a_recorded_server_is_understood() -> None:
    assert settings.get(client_of(Script(recorded("153"))), NAME) is False
    settings.put(client_of(Script(recorded("154"))), NAME, True)
    for number in "173", "174":
        with pytest.raises(NotFound):
            settings.get(client_of(Script(recorded(number))), NAME)
    with pytest.raises(PermissionRefused):
        settings.get(client_of(Script(recorded("175"))), NAME)


def test_what_is_sent_is_what_a_recorded_server_took() -> None:
    script = Script(says_yes())

    settings.put(client_of(script), NAME, True)

    assert json.loads(script.requests[0].content) == recorded_body("154")
