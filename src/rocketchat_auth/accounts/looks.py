"""Writing down what a reading of the workspace showed of accounts and rooms that are as they should be."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from rocketchat_auth import rest
from rocketchat_auth.accounts.directory import Directory, Look, keys_of
from rocketchat_auth.accounts.found import Found
from rocketchat_auth.accounts.reading import Reading
from rocketchat_auth.accounts.wanted import Wanted
from rocketchat_auth.models import Account, ManagedRoom
from rocketchat_auth.rest import service

_CHUNK = 500


def look_of(account: Account, wanted: Wanted | None, found: Found, *, in_order: bool) -> Look:
    """What there is to keep of an account that was looked at."""
    # The lists of members do not show inactive accounts.
    rooms = keys_of(found.memberships) if found.user.active or found.in_detail else None
    details = _details(wanted, found.user) if wanted is not None and found.in_detail else {}
    return Look(account.pk, rooms, details, in_order)


def note(directory: Directory) -> None:
    """Keep in the accounts' rows what was seen of them."""
    looks = directory.looks()
    manages_rooms = bool(keys_of(directory.managed))
    while chunk := list(islice(looks, _CHUNK)):
        telling = {look.account_pk: look for look in chunk if manages_rooms or look.details}
        rows = Account.objects.filter(pk__in=telling).only("told") if telling else ()
        changed = [account for account in rows if _take_in(account, telling[account.pk], manages_rooms=manages_rooms)]
        if changed:
            Account.objects.bulk_update(changed, ["told"])
        in_order = Account.objects.filter(pk__in=[look.account_pk for look in chunk if look.in_order])
        in_order.update(synced_at=service.now(), failed_at=None, reason="")


def note_one(account: Account, look: Look, *, manages_rooms: bool) -> None:
    """Keep in the row of an account, and in hand, what was seen of it."""
    if _take_in(account, look, manages_rooms=manages_rooms):
        Account.objects.filter(pk=account.pk).update(told=account.told)


def _details(wanted: Wanted, user: rest.User) -> dict[str, Any]:
    """What lists of users do not show of an account, so far as the site tells it."""
    profile = wanted.profile
    bio = {} if profile.bio is None else {"bio": user.bio}
    fields = {name: user.custom_fields[name] for name in profile.custom_fields if name in user.custom_fields}
    return {**bio, "custom_fields": fields} if fields else bio


def _take_in(account: Account, look: Look, *, manages_rooms: bool) -> bool:
    """Put what was seen into the row, and say whether that changes it."""
    told = {**account.told, **look.details}
    if "custom_fields" in look.details:
        told["custom_fields"] = {**account.told.get("custom_fields", {}), **look.details["custom_fields"]}
    if manages_rooms:
        told.pop("rooms", None)
    if manages_rooms and look.rooms is not None:
        told["rooms"] = look.rooms
    if told == account.told:
        return False
    account.told = told
    return True


def note_rooms(reading: Reading, touched: set[str]) -> None:
    """Keep the fingerprints of the rooms in which nobody had to be moved, and forget those of rooms no longer managed.

    A room in which somebody was moved has another fingerprint by now: the next sync reads its members once more.
    """
    ManagedRoom.objects.exclude(pk__in=[room.pk for room in _managed(reading)]).delete()
    for key, fingerprint in reading.fingerprints.items():
        if fingerprint and key not in touched:
            kind, _, name = key.partition(":")
            ManagedRoom.objects.update_or_create(kind=kind, name=name, defaults={"fingerprint": fingerprint})


def _managed(reading: Reading) -> Iterator[Any]:
    for room in ManagedRoom.objects.all():
        if f"{room.kind}:{room.name}" in reading.fingerprints:
            yield room
