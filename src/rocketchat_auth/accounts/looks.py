"""Writing down what a reading of the workspace showed of accounts and rooms that are as they should be."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from rocketchat_auth import rest
from rocketchat_auth.accounts.directory import Directory, keys_of
from rocketchat_auth.accounts.reading import Reading
from rocketchat_auth.accounts.wanted import Wanted
from rocketchat_auth.models import Account, ManagedRoom
from rocketchat_auth.rest import service

_CHUNK = 500


def note(directory: Directory) -> None:
    """Keep in the accounts' rows that they were looked at, and in which managed rooms each was found."""
    looks = directory.looks()
    while chunk := list(islice(looks, _CHUNK)):
        rooms = {account: found for account, found, _ in chunk}
        rows = Account.objects.filter(pk__in=rooms)
        if keys_of(directory.managed):
            changed = [account for account in rows.only("told") if _take_in(account, rooms[account.pk])]
            Account.objects.bulk_update(changed, ["told"])
        in_order = Account.objects.filter(pk__in=[account for account, _, in_order in chunk if in_order])
        in_order.update(synced_at=service.now(), failed_at=None, reason="")


def note_rooms_of(account: Account, rooms: list[str] | None) -> None:
    """Keep in which managed rooms an account was found; None where that is not known."""
    if _take_in(account, rooms):
        Account.objects.filter(pk=account.pk).update(told=account.told)


def note_details_of(account: Account, wanted: Wanted, user: rest.User) -> None:
    """Keep what an account, seen by itself, has of what lists of users do not show."""
    profile, told = wanted.profile, dict(account.told)
    if profile.bio is not None:
        told["bio"] = user.bio
    seen = {name: user.custom_fields[name] for name in profile.custom_fields if name in user.custom_fields}
    if seen:
        told["custom_fields"] = {**told.get("custom_fields", {}), **seen}
    if told != account.told:
        account.told = told
        Account.objects.filter(pk=account.pk).update(told=told)


def _take_in(account: Account, rooms: list[str] | None) -> bool:
    """Put the rooms into the row, and say whether that changes it."""
    if account.told.get("rooms") == rooms:
        return False
    told = {name: value for name, value in account.told.items() if name != "rooms"}
    account.told = told if rooms is None else {**told, "rooms": rooms}
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
