import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from rocketchat_auth import rest
from rocketchat_auth.accounts.asking import AskEach, check_sees_all
from rocketchat_auth.accounts.provisioning import account_for
from rocketchat_auth.conf import Memberships
from rocketchat_auth.rest import service
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.rooms_by_hand import Kind
from tests.accounts.samples import names
from tests.chat import INFO, set_roles
from tests.rest.versions import EVERY_VERSION

ALL = Memberships(names("moderator"), names("news"), names("board"), names("crew", "club"))
ROOMS: list[tuple[str, Kind]] = [("news", "channel"), ("board", "group"), ("crew", "team"), ("talk", "channel")]


@EVERY_VERSION
def test_an_account_is_seen_in_detail_with_what_is_managed(rocketchat: StandIn, alice: User) -> None:
    account = account_for(alice)
    set_roles(rocketchat, "alice", "user", "moderator")
    rocketchat.users.update(account.linked_id, {"bio": "First."})
    for name, kind in ROOMS:
        rocketchat.add_room(name, kind, members=["alice"])
    service.version()
    rocketchat.reset_calls()

    found = AskEach(ALL).found(account)

    assert found is not None
    assert (found.user.username, found.user.bio, found.in_detail) == ("alice", "First.", True)
    assert found.memberships == Memberships(names("moderator"), names("news"), names("board"), names("crew"))
    assert rocketchat.calls == [INFO]


def test_direct_messages_are_no_rooms(rocketchat: StandIn, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    account = account_for(alice)
    user = rest.User("id", "alice", roles=("user",), rooms=frozenset({rest.UserRoom("r", "news", "d")}))
    monkeypatch.setattr(rest.users, "info", lambda *args, **kwargs: user)

    found = AskEach(ALL).found(account)

    assert found is not None
    assert found.memberships == Memberships()


def test_rooms_are_not_asked_for_where_none_is_managed(rocketchat: StandIn, alice: User) -> None:
    found = AskEach(Memberships(roles=names("user"))).found(account_for(alice))

    assert found is not None
    assert (found.user.rooms, found.memberships) == (None, Memberships(roles=names("user")))


@pytest.mark.parametrize("kind", ["channels", "groups", "teams"])
def test_rooms_are_asked_for_where_one_is_managed(rocketchat: StandIn, alice: User, kind: str) -> None:
    found = AskEach(Memberships(**{kind: names("news")})).found(account_for(alice))

    assert found is not None
    assert found.user.rooms is not None


def test_an_account_that_is_gone_is_not_found(rocketchat: StandIn, alice: User) -> None:
    account = account_for(alice)
    rocketchat.delete_user("alice")

    assert AskEach(Memberships()).found(account) is None


def test_accounts_are_found_by_name_and_by_address(rocketchat: StandIn) -> None:
    ada = rocketchat.add_user("Ada", email="ada@example.com")["_id"]
    asking = AskEach(Memberships())

    for user in (asking.with_username("ADA"), asking.with_email("Ada@Example.com")):
        assert user is not None
        assert user.id == ada
    assert asking.with_username("nobody") is None
    assert asking.with_email("nobody@example.com") is None


class TestWhatTheServiceAccountMaySee:
    @pytest.fixture
    def bot(self, rocketchat: StandIn, settings: Settings) -> StandIn:
        """The service account is a bot that may see everything."""
        login = rocketchat.add_service_account("site")
        settings.ROCKETCHAT_USER_ID, settings.ROCKETCHAT_AUTH_TOKEN = login.user_id, login.auth_token
        for permission in ("view-full-other-user-info", "create-user"):
            rocketchat.grant(permission, "bot")
        return rocketchat

    def test_has_to_be_roles(self, bot: StandIn, alice: User) -> None:
        account = account_for(alice)
        bot.revoke("view-full-other-user-info", "bot")

        with pytest.raises(rest.PermissionRefused, match="view-full-other-user-info"):
            AskEach(Memberships()).found(account)

    def test_has_to_be_rooms_where_some_are_managed(
        self, bot: StandIn, alice: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        account = account_for(alice)
        info = rest.users.info
        monkeypatch.setattr(rest.users, "info", lambda *args, **kwargs: info(*args, **{**kwargs, "rooms": False}))

        AskEach(Memberships()).found(account)
        with pytest.raises(rest.PermissionRefused, match="view-other-user-channels"):
            AskEach(ALL).found(account)

    def test_is_enough_of_an_account_without_a_role(self, bot: StandIn, alice: User) -> None:
        account = account_for(alice)
        set_roles(bot, "alice")

        assert AskEach(Memberships()).found(account) is not None


def test_whoever_sees_all_goes_on() -> None:
    check_sees_all(True)
    with pytest.raises(rest.PermissionRefused) as caught:
        check_sees_all(False)
    assert caught.value.endpoint == "v1/users.list"
