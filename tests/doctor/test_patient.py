"""What is examined, and how its names are looked up."""

from ipaddress import ip_address

from rocketchat_auth.doctor import Patient
from rocketchat_auth.testing import StandIn


def test_addresses_are_those_of_this_server() -> None:
    assert Patient().look_up("127.0.0.1") == [ip_address("127.0.0.1")]


def test_a_name_that_nobody_knows_has_none() -> None:
    assert Patient().look_up("no-such-host.invalid") == []
    assert Patient().look_up("x" * 70 + ".example") == []


def test_the_client_is_that_of_the_settings(rocketchat: StandIn) -> None:
    assert Patient().client.base_url == "https://chat.example.com"
