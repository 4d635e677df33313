"""Roles, rooms and teams of a chat account, and reading them from `ROCKETCHAT_GROUPS`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import reduce
from operator import or_
from typing import Self

from rocketchat_auth.conf.problems import Problem, SettingError


@dataclass(frozen=True, slots=True)
class Memberships:
    """What an account is a member of. They add up with `|`, and `&` and `-` are those of sets.

    Args:
        roles: the `_id` of each role, such as "moderator".
        channels: names of public channels, without the #.
        groups: names of private channels, which Rocket.Chat's API calls groups.
        teams: names of teams.
    """

    roles: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()

    def __or__(self, other: Self) -> Self:
        return type(self)(*(mine | others for mine, others in self._pairs(other)))

    def __and__(self, other: Self) -> Self:
        return type(self)(*(mine & others for mine, others in self._pairs(other)))

    def __sub__(self, other: Self) -> Self:
        return type(self)(*(mine - others for mine, others in self._pairs(other)))

    def __bool__(self) -> bool:
        return any(names for _, names in self.items())

    def items(self) -> Iterator[tuple[str, frozenset[str]]]:
        """Each kind with its names: "roles", "channels", "groups", "teams"."""
        for kind in KINDS:
            yield kind, getattr(self, kind)

    @classmethod
    def sum(cls, parts: Iterable[Self]) -> Self:
        """All of several together."""
        return reduce(or_, parts, cls())

    def _pairs(self, other: Self) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
        for kind, names in self.items():
            yield names, getattr(other, kind)


KINDS = tuple(field.name for field in fields(Memberships))


def parse_groups(value: object) -> dict[str, Memberships]:
    """What `ROCKETCHAT_GROUPS` gives to the members of each group of the site.

    Raises:
        SettingError: it is not of the form `{"Staff": {"roles": ["moderator"], "channels": ["staff"]}}`.
    """
    if not isinstance(value, Mapping) or not all(isinstance(name, str) and name for name in value):
        raise SettingError(Problem.GROUPS_FORM)
    return {name: _parse_group(given) for name, given in value.items()}


def _parse_group(given: object) -> Memberships:
    if not isinstance(given, Mapping) or not given.keys() <= set(KINDS):
        raise SettingError(Problem.GROUPS_KEYS)
    return Memberships(**{kind: _parse_names(names) for kind, names in given.items()})


def _parse_names(names: object) -> frozenset[str]:
    if not isinstance(names, (list, tuple, set, frozenset)):
        raise SettingError(Problem.GROUPS_NAMES)
    if not all(isinstance(name, str) and name and name == name.strip() and name[0] not in "#@" for name in names):
        raise SettingError(Problem.GROUPS_NAMES)
    return frozenset(names)
