import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import Settings

from rocketchat_auth.testing import StandIn

CHAT = {"Origin": "https://chat.example.com"}


@pytest.mark.django_db(transaction=True)
def test_the_first_sign_in_brings_rooms_and_roles(rocketchat: StandIn, settings: Settings, client: Client) -> None:
    rocketchat.add_room("staff")
    settings.ROCKETCHAT_GROUPS = {"Staff": {"channels": ["staff"], "roles": ["moderator"]}}
    alice = User.objects.create_user("alice", "alice@example.com", "secret")
    alice.groups.add(Group.objects.create(name="Staff"))
    client.force_login(alice)

    assert client.post("/rocketchat/api", headers=CHAT).status_code == 200

    assert "alice" in rocketchat.members_of("staff")
    assert "moderator" in rocketchat.user("alice")["roles"]


@pytest.mark.django_db(transaction=True)
def test_the_first_sign_in_of_somebody_who_gets_nothing_more_asks_nothing_more(
    rocketchat: StandIn, settings: Settings, client: Client
) -> None:
    settings.ROCKETCHAT_GROUPS = {"Staff": {"channels": ["staff"]}}
    client.force_login(User.objects.create_user("alice", "alice@example.com", "secret"))

    assert client.post("/rocketchat/api", headers=CHAT).status_code == 200

    assert ("GET", "/api/v1/channels.info") not in rocketchat.calls
    assert rocketchat.calls[-1] == ("POST", "/api/v1/users.createToken")


@pytest.mark.django_db(transaction=True)
def test_a_sign_in_goes_on_where_a_room_is_missing(rocketchat: StandIn, settings: Settings, client: Client) -> None:
    settings.ROCKETCHAT_GROUPS = {"Staff": {"channels": ["no-such-room"]}}
    alice = User.objects.create_user("alice", "alice@example.com", "secret")
    alice.groups.add(Group.objects.create(name="Staff"))
    client.force_login(alice)

    assert client.post("/rocketchat/api", headers=CHAT).status_code == 200

    alice.rocketchat_account.refresh_from_db()
    assert "no-such-room" in alice.rocketchat_account.reason or "channel" in alice.rocketchat_account.reason
