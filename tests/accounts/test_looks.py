from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from rocketchat_auth.accounts import looks
from rocketchat_auth.accounts.asking import AskEach
from rocketchat_auth.accounts.directory import Directory, Look
from rocketchat_auth.accounts.found import Found
from rocketchat_auth.accounts.reading import Reading
from rocketchat_auth.accounts.wanted import Wanted
from rocketchat_auth.conf import Memberships
from rocketchat_auth.models import Account, ManagedRoom
from rocketchat_auth.rest import service
from tests.accounts.samples import found, names, wanted

pytestmark = pytest.mark.usefixtures("rocketchat", "db")

NEWS = Memberships(channels=names("news"))


@pytest.fixture
def directory() -> Iterator[Directory]:
    with Directory(NEWS, AskEach(NEWS)) as directory:
        yield directory


def row(number: int = 1, **facts: Any) -> Account:
    return Account.objects.create(rocketchat_id=f"id-{number}", state=Account.State.LINKED, **facts)


def told(account: Account) -> dict[str, object]:
    facts: dict[str, object] = Account.objects.get(pk=account.pk).told
    return facts


def keep(directory: Directory, account: Account, found: Found, *, in_order: bool) -> None:
    directory.keep_look(looks.look_of(account, None, found, in_order=in_order))


def look_of(seen: Found, profile: Wanted | None = None) -> Look:
    return looks.look_of(Account(pk=1), profile, seen, in_order=True)


class TestALook:
    def test_tells_the_rooms_but_of_an_inactive_account_that_was_seen_in_a_list(self) -> None:
        listed, asked_for = found(active=False), found(active=False, in_detail=True)

        assert look_of(found(memberships=NEWS)).rooms == ["channels:news"]
        assert look_of(asked_for).rooms == []
        assert look_of(listed).rooms is None

    def test_tells_of_details_those_that_the_site_tells_and_that_were_seen(self) -> None:
        profile = wanted(bio="Wanted.", custom_fields={"desk": "3", "phone": "4"})
        facts: dict[str, Any] = {"bio": "Seen.", "custom_fields": {"desk": "2", "shoes": "43"}}

        assert look_of(found(in_detail=True, **facts), profile).details == {
            "bio": "Seen.",
            "custom_fields": {"desk": "2"},
        }
        assert look_of(found(in_detail=True), profile).details == {"bio": ""}
        assert look_of(found(in_detail=True, **facts), wanted()).details == {}
        assert look_of(found(in_detail=True, **facts), None).details == {}
        assert look_of(found(**facts), profile).details == {}


class TestAccounts:
    def test_in_order_are_noted_and_others_not(self, directory: Directory) -> None:
        failed = {"failed_at": service.now(), "reason": "no answer"}
        good, other, unseen = row(1, **failed), row(2, **failed), row(3, **failed)
        keep(directory, good, found(), in_order=True)
        keep(directory, other, found(), in_order=False)

        looks.note(directory)

        good, other, unseen = Account.objects.order_by("pk")
        assert (good.synced_at, good.failed_at, good.reason) == (service.now(), None, "")
        for account in (other, unseen):
            assert (account.synced_at, account.failed_at, account.reason) == (None, service.now(), "no answer")

    def test_keep_their_rooms_whether_in_order_or_not(self, directory: Directory) -> None:
        before = {"bio": "First.", "rooms": ["channels:former"]}
        one, other, unseen = row(1, told=before), row(2, told={}), row(3, told=before)
        keep(directory, one, found(memberships=NEWS), in_order=True)
        keep(directory, other, found(), in_order=False)

        looks.note(directory)

        assert told(one) == {"bio": "First.", "rooms": ["channels:news"]}
        assert told(other) == {"rooms": []}
        assert told(unseen) == before

    def test_that_are_inactive_keep_none(self, directory: Directory) -> None:
        one = row(told={"bio": "First.", "rooms": ["channels:news"]})
        keep(directory, one, found(active=False), in_order=True)

        looks.note(directory)

        assert told(one) == {"bio": "First."}

    def test_keep_none_where_none_is_managed(self, directory: Directory) -> None:
        directory.managed = Memberships(roles=names("moderator"))
        one = row()
        keep(directory, one, found(), in_order=True)

        looks.note(directory)

        assert told(one) == {}
        assert Account.objects.get().synced_at is not None

    def test_are_noted_all_of_them_some_at_a_time(self, directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(looks, "_CHUNK", 2)
        for number in range(5):
            keep(directory, row(number), found(memberships=NEWS), in_order=True)

        looks.note(directory)

        assert [account.told for account in Account.objects.all()] == [{"rooms": ["channels:news"]}] * 5
        assert not Account.objects.filter(synced_at=None).exists()

    @pytest.mark.parametrize("rooms", [NEWS, Memberships(roles=names("moderator"))])
    def test_keep_details_whether_rooms_are_managed_or_not(self, directory: Directory, rooms: Memberships) -> None:
        directory.managed = rooms
        one, other = row(1, told={"rooms": [], "custom_fields": {"team": "Blue", "desk": "1"}}), row(2)
        directory.keep_look(Look(one.pk, [], {"bio": "Seen.", "custom_fields": {"desk": "2"}}, in_order=False))
        directory.keep_look(Look(other.pk, None, {}, in_order=False))

        looks.note(directory)

        assert told(one) == {"rooms": [], "bio": "Seen.", "custom_fields": {"team": "Blue", "desk": "2"}}
        assert told(other) == {}


class TestOne:
    def test_is_kept_in_the_row_and_in_hand(self) -> None:
        one = row(told={"avatar": "mark"})

        looks.note_one(one, Look(one.pk, ["channels:news"], {"bio": "Seen."}, in_order=True), manages_rooms=True)

        assert one.told == told(one) == {"avatar": "mark", "bio": "Seen.", "rooms": ["channels:news"]}

    def test_is_not_written_where_it_is_kept(self, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        kept, unknown = row(1, told={"rooms": [], "bio": "Seen."}), row(2)

        with django_assert_num_queries(0):
            looks.note_one(kept, Look(kept.pk, [], {"bio": "Seen."}, in_order=True), manages_rooms=True)
            looks.note_one(unknown, Look(unknown.pk, None, {}, in_order=True), manages_rooms=True)
            looks.note_one(unknown, Look(unknown.pk, ["channels:news"], {}, in_order=True), manages_rooms=False)


class TestRooms:
    def kept(self) -> dict[str, str]:
        return {str(room): room.fingerprint for room in ManagedRoom.objects.all()}

    def test_are_kept_but_those_in_which_somebody_was_moved(self, directory: Directory) -> None:
        ManagedRoom.objects.create(kind="channels", name="news", fingerprint="old")
        ManagedRoom.objects.create(kind="teams", name="crew", fingerprint="old")
        fingerprints = {"channels:news": "new", "teams:crew": "new", "groups:a: b": "new", "groups:hidden": ""}

        looks.note_rooms(Reading(directory, [], fingerprints), {"teams:crew"})

        assert self.kept() == {"channels: news": "new", "teams: crew": "old", "groups: a: b": "new"}

    def test_that_are_no_longer_managed_are_forgotten(self, directory: Directory) -> None:
        ManagedRoom.objects.create(kind="channels", name="news", fingerprint="old")
        ManagedRoom.objects.create(kind="groups", name="news", fingerprint="old")

        looks.note_rooms(Reading(directory, [], {"groups:news": "old"}), set())

        assert self.kept() == {"groups: news": "old"}
