"""What stays in Rocket.Chat when something that was for a moment can't be taken back."""

import logging

from rocketchat_auth import rest

logger = logging.getLogger("rocketchat_auth.setting_up")


class LeftOver:
    """Is told of what is left; it writes that into the log. No token is worth losing for it."""

    def permission(self, role: str, permission: str, error: rest.RocketChatError) -> None:
        """A role still has a permission that was lent to it."""
        logger.warning("%s could not be taken back from the role %s: %s", permission, role, error)

    def login(self, username: str, error: rest.RocketChatError) -> None:
        """An account is still signed in."""
        logger.warning("The login of %s could not be ended: %s", username, error)


LOGGED = LeftOver()
