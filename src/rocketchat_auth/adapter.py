"""Who may chat, and as whom: the one class that a site subclasses."""

from django.contrib.auth.models import AbstractBaseUser


class Adapter:
    """Answers what Rocket.Chat needs to know of a user.

    A site names its own subclass in ``ROCKETCHAT_ADAPTER``. The default serves
    ``auth.User`` and any custom user model that keeps Django's conventions.
    """

    def may_chat(self, user: AbstractBaseUser) -> bool:
        """Whether ``user`` may sign in to chat. Asked at every sign-in: keep it cheap."""
        return bool(user.is_active)

    def username(self, user: AbstractBaseUser) -> str:
        """The chat username wanted for ``user``, before the workspace's own rule is applied."""
        return user.get_username()

    def name(self, user: AbstractBaseUser) -> str:
        """The name shown in chat; the username where there is none."""
        full_name = getattr(user, "get_full_name", str)()
        return full_name.strip() or self.username(user)

    def email(self, user: AbstractBaseUser) -> str:
        """The e-mail address, or an empty string."""
        address: str = getattr(user, user.get_email_field_name(), "") or ""
        return address.strip()

    def email_is_verified(self, user: AbstractBaseUser) -> bool:
        """Whether the site knows that the address belongs to ``user``.

        Django does not verify addresses, so the default is no. Rocket.Chat is told, and
        linking by e-mail (``ROCKETCHAT_LINK_EXISTING = "email"``) needs a yes.
        """
        return False
