from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from rocketchat_auth.accounts import looks
from rocketchat_auth.accounts.asking import AskEach
from rocketchat_auth.accounts.directory import Directory
from rocketchat_auth.accounts.reading import Reading
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


class TestAccounts:
    def test_in_order_are_noted_and_others_not(self, directory: Directory) -> None:
        failed = {"failed_at": service.now(), "reason": "no answer"}
        good, other, unseen = row(1, **failed), row(2, **failed), row(3, **failed)
        directory.keep_look(good.pk, found(), in_order=True)
        directory.keep_look(other.pk, found(), in_order=False)

        looks.note(directory)

        good, other, unseen = Account.objects.order_by("pk")
        assert (good.synced_at, good.failed_at, good.reason) == (service.now(), None, "")
        for account in (other, unseen):
            assert (account.synced_at, account.failed_at, account.reason) == (None, service.now(), "no answer")

    def test_keep_their_rooms_whether_in_order_or_not(self, directory: Directory) -> None:
        before = {"bio": "First.", "rooms": ["channels:former"]}
        one, other, unseen = row(1, told=before), row(2, told={}), row(3, told=before)
        directory.keep_look(one.pk, found(memberships=NEWS), in_order=True)
        directory.keep_look(other.pk, found(), in_order=False)

        looks.note(directory)

        assert told(one) == {"bio": "First.", "rooms": ["channels:news"]}
        assert told(other) == {"rooms": []}
        assert told(unseen) == before

    def test_that_are_inactive_keep_none(self, directory: Directory) -> None:
        one = row(told={"bio": "First.", "rooms": ["channels:news"]})
        directory.keep_look(one.pk, found(active=False), in_order=True)

        looks.note(directory)

        assert told(one) == {"bio": "First."}

    def test_keep_none_where_none_is_managed(self, directory: Directory) -> None:
        directory.managed = Memberships(roles=names("moderator"))
        one = row()
        directory.keep_look(one.pk, found(), in_order=True)

        looks.note(directory)

        assert told(one) == {}
        assert Account.objects.get().synced_at is not None

    def test_are_noted_all_of_them_some_at_a_time(self, directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(looks, "_CHUNK", 2)
        for number in range(5):
            directory.keep_look(row(number).pk, found(memberships=NEWS), in_order=True)

        looks.note(directory)

        assert [account.told for account in Account.objects.all()] == [{"rooms": ["channels:news"]}] * 5
        assert not Account.objects.filter(synced_at=None).exists()


class TestRoomsOfOne:
    def test_are_kept_in_the_row_and_in_hand(self) -> None:
        one = row(told={"bio": "First."})

        looks.note_rooms_of(one, ["channels:news"])

        assert one.told == told(one) == {"bio": "First.", "rooms": ["channels:news"]}

    def test_are_not_written_where_they_are_kept(self, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        kept, unknown = row(1, told={"rooms": []}), row(2)

        with django_assert_num_queries(0):
            looks.note_rooms_of(kept, [])
            looks.note_rooms_of(unknown, None)


class TestDetailsOfOne:
    def test_that_the_site_tells_are_kept_in_the_row_and_in_hand(self) -> None:
        one = row(told={"rooms": [], "custom_fields": {"team": "Blue", "desk": "1"}})
        profile = wanted(bio="Wanted.", custom_fields={"desk": "3", "phone": "4"})

        looks.note_details_of(one, profile, found(bio="Seen.", custom_fields={"desk": "2", "shoes": "43"}).user)

        assert one.told == told(one) == {"rooms": [], "bio": "Seen.", "custom_fields": {"team": "Blue", "desk": "2"}}

    def test_that_the_site_does_not_tell_are_not(self, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        one = row()

        with django_assert_num_queries(0):
            looks.note_details_of(one, wanted(), found(bio="Seen.", custom_fields={"desk": "2"}).user)

        assert one.told == {}


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
