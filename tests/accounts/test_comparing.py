import pytest

from rocketchat_auth.accounts.changes import Action, Change
from rocketchat_auth.accounts.comparing import (
    compare,
    deactivation,
    details_for_new,
    memberships_for_new,
    offboarding,
)
from rocketchat_auth.accounts.found import Found
from rocketchat_auth.accounts.wanted import Wanted
from rocketchat_auth.conf import Memberships
from rocketchat_auth.models import Account
from rocketchat_auth.rest import Email, UsernameRule
from tests.accounts.samples import account, actions, fields, found, names, wanted

MANAGED = Memberships(names("moderator"), names("news", "staff"), names("board"), names("crew"))
RULE = UsernameRule()


def changes(row: Account, site: Wanted, chat: Found, managed: Memberships = MANAGED) -> list[Change]:
    return compare(row, site, chat, managed=managed, rule=RULE)


def test_what_is_as_it_should_be_is_left_alone() -> None:
    assert changes(account(), wanted(), found()) == []


class TestProfile:
    def test_says_what_was_and_what_is_to_be(self) -> None:
        row = account(site_username="ada")
        site = wanted(username="augusta", name="Augusta", email="augusta@example.com", bio="First.")

        assert fields(changes(row, site, found(bio="Nobody.", in_detail=True))) == [
            ("username", "ada", "augusta"),
            ("name", "Ada", "Augusta"),
            ("email", "ada@example.com", "augusta@example.com"),
            ("bio", "Nobody.", "First."),
        ]

    @pytest.mark.parametrize("address", ["Ada@Example.com", "ada@example.com", "second@example.com"])
    def test_an_address_that_the_account_has_stays(self, address: str) -> None:
        chat = found(emails=(Email("ada@example.com", verified=False), Email("second@example.com", verified=False)))

        assert changes(account(), wanted(email=address), chat) == []

    def test_an_address_that_the_site_does_not_have_takes_none_away(self) -> None:
        assert changes(account(), wanted(email=""), found()) == []

    def test_an_account_without_an_address_gets_one(self) -> None:
        assert fields(changes(account(), wanted(), found(emails=()))) == [("email", "", "ada@example.com")]


class TestRenaming:
    def test_follows_the_sites_username_alone(self) -> None:
        by_hand = found(username="ada.lovelace")

        assert changes(account(site_username="ada"), wanted(), by_hand) == []
        assert fields(changes(account(site_username="former"), wanted(), by_hand)) == [
            ("username", "ada.lovelace", "ada")
        ]

    def test_waits_until_it_is_known_what_the_name_was_made_from(self) -> None:
        assert changes(account(site_username=""), wanted(), found(username="other")) == []

    @pytest.mark.parametrize("spelling", ["ada", "ada-2"])
    def test_is_done_where_the_account_has_a_spelling_of_the_name(self, spelling: str) -> None:
        assert changes(account(site_username="former"), wanted(), found(username=spelling)) == []

    def test_is_left_where_no_spelling_fits(self) -> None:
        rule = UsernameRule("[0-9]{30}")

        assert compare(account(site_username="former"), wanted(), found(), managed=MANAGED, rule=rule) == []


class TestBio:
    def test_that_is_not_the_sites_is_left_to_the_person(self) -> None:
        assert changes(account(), wanted(bio=None), found(bio="Mine.", in_detail=True)) == []

    def test_is_known_from_what_was_told_where_the_account_was_not_seen_in_detail(self) -> None:
        assert changes(account(told={"bio": "First."}), wanted(bio="First."), found(bio="")) == []
        assert fields(changes(account(told={"bio": "First."}), wanted(bio="Second."), found())) == [
            ("bio", "First.", "Second.")
        ]
        assert fields(changes(account(), wanted(bio="First."), found())) == [("bio", "", "First.")]

    def test_that_was_never_told_is_empty_where_the_site_made_the_account(self) -> None:
        assert changes(account(created_here=True), wanted(bio=""), found()) == []

    def test_of_an_account_that_was_there_before_may_have_to_be_emptied(self) -> None:
        assert fields(changes(account(), wanted(bio=""), found())) == [("bio", "", "")]


class TestCustomFields:
    def test_only_those_of_the_site_are_compared(self) -> None:
        chat = found(custom_fields={"unit": "1", "theirs": "x"}, in_detail=True)

        assert changes(account(), wanted(custom_fields={"unit": "1"}), chat) == []
        assert fields(changes(account(), wanted(custom_fields={"unit": "2", "desk": "3"}), chat)) == [
            ("custom_fields", {"unit": "1", "desk": ""}, {"unit": "2", "desk": "3"})
        ]

    def test_are_known_from_what_was_told_where_the_account_was_not_seen_in_detail(self) -> None:
        row = account(told={"custom_fields": {"unit": "1"}})

        assert changes(row, wanted(custom_fields={"unit": "1"}), found()) == []
        assert fields(changes(row, wanted(custom_fields={"unit": "2"}), found())) == [
            ("custom_fields", {"unit": "1"}, {"unit": "2"})
        ]


class TestPicture:
    def test_is_sent_when_its_mark_is_another_one(self) -> None:
        row = account(told={"avatar": "face.png 7"})

        assert changes(row, wanted(picture_mark="face.png 7"), found()) == []
        assert fields(changes(row, wanted(picture_mark="face.png 8"), found())) == [
            ("avatar", "face.png 7", "face.png 8")
        ]
        assert fields(changes(account(), wanted(picture_mark="face.png 8"), found())) == [("avatar", "", "face.png 8")]

    def test_that_is_gone_from_the_site_is_left_to_the_person(self) -> None:
        assert changes(account(told={"avatar": "face.png 7"}), wanted(), found()) == []


class TestMemberships:
    def test_what_is_managed_is_given_and_taken(self) -> None:
        site = wanted(memberships=Memberships(channels=names("news"), teams=names("crew")))
        chat = found(memberships=Memberships(roles=names("moderator"), channels=names("staff")))

        assert changes(account(), site, chat) == [
            Change(Action.LEAVE, "roles", before="moderator"),
            Change(Action.LEAVE, "channels", before="staff"),
            Change(Action.JOIN, "channels", after="news"),
            Change(Action.JOIN, "teams", after="crew"),
        ]

    def test_what_is_wanted_and_there_is_left_alone(self) -> None:
        there = Memberships(names("moderator"), names("news"), names("board"), names("crew"))

        assert changes(account(), wanted(memberships=there), found(memberships=there)) == []

    def test_what_is_not_managed_is_left_alone_whoever_gave_it(self) -> None:
        site = wanted(memberships=Memberships(channels=names("unheard")))
        chat = found(memberships=Memberships(roles=names("bot"), channels=names("theirs")))

        assert changes(account(), site, chat) == []

    def test_kinds_are_kept_apart(self) -> None:
        site = wanted(memberships=Memberships(groups=names("board")))
        chat = found(memberships=Memberships(channels=names("board")))
        managed = Memberships(groups=names("board"))

        assert changes(account(), site, chat, managed) == [Change(Action.JOIN, "groups", after="board")]


class TestPassword:
    def test_that_changed_ends_what_was_signed_in(self) -> None:
        (change,) = changes(account(password_mark="yesterday's"), wanted(), found())

        assert (change.action, change.reason) == (Action.SIGN_OUT, "the password changed")

    @pytest.mark.parametrize("mark", ["", "today's", "of an older key"])
    def test_that_is_the_same_or_not_known_ends_nothing(self, mark: str) -> None:
        site = wanted(password_marks=("today's", "of an older key"))

        assert changes(account(password_mark=mark), site, found()) == []


class TestWhoMayNotChat:
    def test_is_deactivated_and_nothing_else(self) -> None:
        site = wanted(may_chat=False, name="Augusta", memberships=MANAGED)

        assert changes(account(), site, found()) == [deactivation("may not chat")]

    def test_is_left_alone_afterwards(self) -> None:
        row = account(state=Account.State.DEACTIVATED)

        assert changes(row, wanted(may_chat=False), found(active=False)) == []

    def test_is_revived_when_they_may_again(self) -> None:
        row = account(state=Account.State.DEACTIVATED, password_mark="yesterday's")
        site = wanted(name="Augusta", memberships=Memberships(channels=names("news")))

        assert actions(changes(row, site, found(active=False))) == ["revive", "update", "join", "sign-out"]

    def test_is_known_to_be_back_where_somebody_activated_the_account_by_hand(self) -> None:
        assert actions(changes(account(state=Account.State.DEACTIVATED), wanted(), found())) == ["revive"]


def test_whom_somebody_deactivated_in_chat_is_not_revived() -> None:
    (change,) = changes(account(), wanted(name="Augusta"), found(active=False))

    assert change.action is Action.CONFLICT
    assert change.reason.startswith("Somebody deactivated the account in chat.")


class TestOffboarding:
    def test_deletes_where_the_site_says_so(self) -> None:
        for active in (True, False):
            (change,) = offboarding(found(active=active), "delete")
            assert (change.action, change.before, change.reason) == (Action.DELETE, "ada", "the user was deleted")

    def test_deactivates_whom_is_active(self) -> None:
        assert offboarding(found(), "deactivate") == [deactivation("the user was deleted")]
        assert offboarding(found(active=False), "deactivate") == []

    def test_leaves_the_account_where_the_site_says_so(self) -> None:
        assert offboarding(found(), "nothing") == []


class TestNewAccounts:
    def test_join_what_is_managed(self) -> None:
        site = Memberships(channels=names("staff", "news", "unheard"), groups=names("board"))

        assert memberships_for_new(site, MANAGED) == [
            Change(Action.JOIN, "channels", after="news"),
            Change(Action.JOIN, "channels", after="staff"),
            Change(Action.JOIN, "groups", after="board"),
        ]

    def test_are_told_what_the_site_has(self) -> None:
        site = wanted(bio="First.", custom_fields={"unit": "1"}, picture_mark="face.png 7")

        assert fields(details_for_new(site)) == [
            ("bio", "", "First."),
            ("custom_fields", {}, {"unit": "1"}),
            ("avatar", "", "face.png 7"),
        ]

    @pytest.mark.parametrize("bio", [None, ""])
    def test_are_told_nothing_where_there_is_nothing(self, bio: str | None) -> None:
        assert details_for_new(wanted(bio=bio)) == []
