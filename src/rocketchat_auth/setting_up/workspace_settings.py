"""The workspace's settings for iframe login: reading them, what differs, and writing them in a harmless order.

With the switch on and an address missing, people would see an empty page or Rocket.Chat's own form. So whatever is
switched off goes first, then come the addresses, and whatever is switched on goes last.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from rocketchat_auth import rest
from rocketchat_auth.setting_up.site import Site

SWITCH = "Accounts_iframe_enabled"

Values = Mapping[str, object]
"""The values of settings by their `_id`."""


@dataclass(frozen=True, slots=True)
class Change:
    """A setting that is, or is to be, changed."""

    name: str
    before: object
    after: object


def for_login(site: Site) -> Values:
    """What the settings have to be, so that the site is the workspace's login."""
    return {
        "Accounts_iframe_url": site.iframe_url,
        "Accounts_Iframe_api_url": site.api_url,
        "Accounts_Iframe_api_method": "POST",
        SWITCH: True,
    }


def read(client: rest.Client, names: Iterable[str]) -> Values:
    """The values as they are. Those that are public are read as anybody, the others by the client's account.

    A setting that the server's version does not have is missing.

    Raises:
        PermissionRefused: one is not public, and the account may not see it.
        RocketChatError: as for every call.
    """
    wanted = tuple(names)
    found = dict(rest.workspace.public_settings(client, wanted))
    for name in wanted:
        if name not in found:
            try:
                found[name] = rest.settings.get(client, name)
            except rest.NotFound:
                continue
    return found


def changes(now: Values, wanted: Values) -> list[Change]:
    """What has to be changed, in the order in which it is to be. What the server does not have is left out."""
    differing = [
        Change(name, now[name], value) for name, value in wanted.items() if name in now and not _same(now[name], value)
    ]
    return sorted(differing, key=lambda change: _turn(change.after))


def write(client: rest.Client, pending: Iterable[Change], *, on_written: Callable[[Change], None]) -> None:
    """Write changes, one after the other.

    Args:
        client: a client whose account may.
        pending: the changes, in order.
        on_written: is told each as soon as it is done.

    Raises:
        PermissionRefused: the account may not.
        SecondFactorRequired: the account's second factor is missing.
        RocketChatError: as for every call. What was written before stays.
    """
    for change in pending:
        rest.settings.put(client, change.name, change.after)
        on_written(change)


def _same(one: object, other: object) -> bool:
    """1 is not True here: the server keeps what it is given, whatever the type."""
    return type(one) is type(other) and one == other


def _turn(value: object) -> int:
    return {False: 0, True: 2}[value] if isinstance(value, bool) else 1
