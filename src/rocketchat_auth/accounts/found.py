"""What Rocket.Chat has of an account."""

from dataclasses import dataclass

from rocketchat_auth import rest
from rocketchat_auth.conf import Memberships


@dataclass(frozen=True, slots=True)
class Found:
    """An account as Rocket.Chat shows it.

    Args:
        user: the account.
        memberships: its roles, and of the rooms and teams those that the site manages.
        in_detail: whether bio and custom fields were shown, which lists of users leave out.
    """

    user: rest.User
    memberships: Memberships
    in_detail: bool
