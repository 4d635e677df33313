"""Saying what stays in Rocket.Chat when something that was for a moment can't be taken back."""

from django.utils.translation import gettext as _

from rocketchat_auth import rest
from rocketchat_auth.management.rocketchat.screen import Screen
from rocketchat_auth.setting_up.left_over import LeftOver


class SaidLeftOver(LeftOver):
    """Tells whoever sits in front of the screen, with what to do about it."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def permission(self, role: str, permission: str, error: rest.RocketChatError) -> None:
        """A role still has a permission that was lent to it."""
        self._screen.note(
            _(
                "The role %(role)s still has the permission %(permission)s, which could not be taken back: %(why)s"
                " Every account with that role can make tokens of its own with it. In Rocket.Chat, untick it there:"
                " Administration → Permissions → %(permission)s, column %(role)s."
            )
            % {"role": role, "permission": permission, "why": error},
            "yellow",
        )

    def login(self, username: str, error: rest.RocketChatError) -> None:
        """An account is still signed in."""
        self._screen.note(
            _(
                "The login of %(username)s that this command made could not be ended: %(why)s Nobody keeps it, and it"
                " ends by itself (Administration → Settings → Accounts → Login Expiration in Days)."
            )
            % {"username": username, "why": error},
            "yellow",
        )
