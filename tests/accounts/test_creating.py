from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from rocketchat_auth import rest
from rocketchat_auth.accounts.changes import Action, Change
from rocketchat_auth.accounts.creating import Foreteller
from rocketchat_auth.accounts.found import Found
from rocketchat_auth.conf import Memberships
from rocketchat_auth.models import Account
from rocketchat_auth.rest import UsernameRule
from tests.accounts.samples import actions, names, wanted


class Chat:
    """A workspace with a few accounts."""

    def __init__(self, *users: rest.User) -> None:
        self.managed = Memberships(channels=names("news"))
        self._users = users

    def found(self, account: Account, *, closely: bool = False) -> Found | None:
        user = next((user for user in self._users if user.id == account.rocketchat_id), None)
        return None if user is None else Found(user, Memberships(roles=frozenset(user.roles)), in_detail=False)

    def with_username(self, username: str) -> rest.User | None:
        return next((user for user in self._users if user.username.lower() == username.lower()), None)

    def with_email(self, email: str) -> rest.User | None:
        return next((user for user in self._users if user.has_email(email)), None)


def someone(username: str, email: str = "", *, verified: bool = True, **facts: Any) -> rest.User:
    emails = (rest.Email(email, verified=verified),) if email else ()
    return rest.User(
        f"id-of-{username}", username, emails=emails, **{"name": "Ada", "active": True, "roles": ("user",), **facts}
    )


Foretold = Callable[..., list[Change]]


@pytest.fixture
def foretold(alice: User) -> Foretold:
    """What would become of Alice, whom the site calls Ada, in a workspace with some accounts."""

    def foretold(*users: rest.User, account: Account | None = None, **facts: Any) -> list[Change]:
        return Foreteller(Chat(*users), UsernameRule()).changes(alice, account, wanted(**facts))

    return foretold


def reason(changes: list[Change]) -> str:
    (change,) = changes
    assert change.action is Action.CONFLICT
    return change.reason


def belongs_to_another(bob: User, chat_user: rest.User) -> rest.User:
    Account.objects.create(user=bob, rocketchat_id=chat_user.id, username=chat_user.username)
    return chat_user


class TestCreation:
    def test_is_followed_by_details_and_memberships(self, foretold: Foretold) -> None:
        site = {"bio": "First.", "memberships": Memberships(channels=names("news", "unheard"))}

        assert foretold(**site) == [
            Change(Action.CREATE, after={"username": "ada", "name": "Ada", "email": "ada@example.com"}),
            Change(Action.UPDATE, "bio", "", "First."),
            Change(Action.JOIN, "channels", after="news"),
        ]

    def test_needs_an_address(self, foretold: Foretold, settings: Settings, alice: User) -> None:
        assert "has no e-mail address" in reason(foretold(email=""))

        settings.ROCKETCHAT_PLACEHOLDER_EMAIL_DOMAIN = "users.example.com"
        (change,) = foretold(email="")
        assert change.after["email"] == f"user-{alice.pk}@users.example.com"

    def test_needs_an_address_that_no_account_has(self, foretold: Foretold) -> None:
        assert "has the address ada@example.com" in reason(foretold(someone("other", "ADA@example.com")))

    def test_never_takes_a_name_that_somebody_unknown_has(self, foretold: Foretold) -> None:
        assert "an account ada that this site did not create" in reason(foretold(someone("Ada")))

    def test_numbers_namesakes_of_the_site(self, foretold: Foretold, bob: User) -> None:
        (change,) = foretold(belongs_to_another(bob, someone("ada")))

        assert change.after["username"] == "ada-2"

    def test_needs_a_spelling_that_fits(self, alice: User) -> None:
        foreteller = Foreteller(Chat(), UsernameRule("[0-9]{30}"))

        assert "No spelling of ada" in reason(foreteller.changes(alice, None, wanted()))


class TestTwoInOnePlan:
    @pytest.fixture
    def foreteller(self) -> Foreteller:
        return Foreteller(Chat(), UsernameRule())

    def test_never_get_the_same_name(self, foreteller: Foreteller, alice: User, bob: User) -> None:
        foreteller.changes(alice, None, wanted())
        (change,) = foreteller.changes(bob, None, wanted(username="ADA", email="bob@example.com"))

        assert change.after["username"] == "ADA-2"

    def test_never_get_the_same_address(self, foreteller: Foreteller, alice: User, bob: User) -> None:
        foreteller.changes(alice, None, wanted())
        changes = foreteller.changes(bob, None, wanted(username="bob", email="ADA@example.com"))

        assert "has the address ADA@example.com" in reason(changes)

    def test_take_no_name_of_one_who_is_in_conflict(self, foreteller: Foreteller, alice: User, bob: User) -> None:
        foreteller.changes(alice, None, wanted(email=""))
        (change,) = foreteller.changes(bob, None, wanted())

        assert change.after["username"] == "ada"


class TestAdoption:
    @pytest.fixture(params=["username", "email"])
    def rule(self, request: pytest.FixtureRequest, settings: Settings) -> str:
        settings.ROCKETCHAT_LINK_EXISTING = request.param
        return str(request.param)

    def test_is_by_rule(self, rule: str, foretold: Foretold) -> None:
        (change,) = foretold(someone("ada", "ada@example.com"), email_is_verified=True)

        assert (change.action, change.after) == (Action.LINK, {"username": "ada", "email": "ada@example.com"})

    @pytest.mark.usefixtures("rule")
    def test_is_followed_by_what_differs(self, foretold: Foretold) -> None:
        site = {"bio": "First.", "memberships": Memberships(channels=names("news")), "email_is_verified": True}

        assert actions(foretold(someone("ada", "ada@example.com"), **site)) == ["link", "update", "join"]

    @pytest.mark.usefixtures("rule")
    def test_creates_where_there_is_none(self, foretold: Foretold) -> None:
        assert actions(foretold(someone("other", "other@example.com"), email_is_verified=True)) == ["create"]

    @pytest.mark.usefixtures("rule")
    @pytest.mark.parametrize(
        "facts, why",
        [({"roles": ("user", "admin")}, "an administrator's"), ({"active": False}, "is deactivated in chat")],
    )
    def test_is_refused(self, foretold: Foretold, facts: dict[str, Any], why: str) -> None:
        there = someone("ada", "ada@example.com", **facts)

        assert why in reason(foretold(there, email_is_verified=True))

    @pytest.mark.usefixtures("rule")
    def test_never_takes_the_service_account(self, foretold: Foretold, settings: Settings) -> None:
        settings.ROCKETCHAT_USER_ID = "id-of-ada"

        assert "is the service account" in reason(foretold(someone("ada", "ada@example.com"), email_is_verified=True))

    @pytest.mark.usefixtures("rule")
    def test_never_takes_what_belongs_to_another_user(self, foretold: Foretold, bob: User) -> None:
        theirs = belongs_to_another(bob, someone("ada", "ada@example.com"))

        assert "belongs to another user" in reason(foretold(theirs, email_is_verified=True))

    @pytest.mark.usefixtures("rule")
    def test_takes_what_is_the_users_own(self, foretold: Foretold, alice: User) -> None:
        own = Account.objects.create(user=alice, rocketchat_id="id-of-ada", state=Account.State.CONFLICT)

        changes = foretold(someone("ada", "ada@example.com"), account=own, email_is_verified=True)

        assert actions(changes) == ["link"]

    @pytest.mark.usefixtures("rule")
    def test_of_what_is_gone_meanwhile_is_all_that_can_be_foretold(
        self, foretold: Foretold, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Chat, "found", lambda *args, **kwargs: None)

        assert actions(foretold(someone("ada", "ada@example.com", name="Old"), email_is_verified=True)) == ["link"]

    @pytest.mark.parametrize("by_site, by_chat", [(True, False), (False, True)])
    def test_by_address_needs_a_verified_one_on_both_sides(
        self, foretold: Foretold, settings: Settings, by_site: bool, by_chat: bool
    ) -> None:
        settings.ROCKETCHAT_LINK_EXISTING = "email"
        there = someone("al", "ada@example.com", verified=by_chat)

        assert "has the address" in reason(foretold(there, email_is_verified=by_site))


class TestALostAnswer:
    """An account was asked for, and the site keeps its name, but was never told that it is there."""

    @pytest.fixture
    def asked_for(self, alice: User) -> Account:
        return Account.objects.create(user=alice, username="ada-2")

    def test_is_made_up_for(self, foretold: Foretold, asked_for: Account) -> None:
        (change,) = foretold(someone("ada-2", "ada@example.com"), account=asked_for)

        assert (change.action, change.after["username"]) == (Action.CREATE, "ada-2")

    def test_is_forgotten_where_no_account_was_made(self, foretold: Foretold, asked_for: Account) -> None:
        (change,) = foretold(account=asked_for)

        assert (change.action, change.after["username"]) == (Action.CREATE, "ada")

    def test_is_forgotten_where_another_user_has_the_account(
        self, foretold: Foretold, asked_for: Account, bob: User
    ) -> None:
        (change,) = foretold(belongs_to_another(bob, someone("ada-2")), account=asked_for)

        assert (change.action, change.after["username"]) == (Action.CREATE, "ada")

    def test_is_a_conflict_once_the_account_proved_to_be_somebody_elses(
        self, foretold: Foretold, asked_for: Account
    ) -> None:
        asked_for.state = Account.State.CONFLICT

        assert "has the address" in reason(foretold(someone("ada-2", "ada@example.com"), account=asked_for))
