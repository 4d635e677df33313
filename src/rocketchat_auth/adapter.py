"""Who may chat, as whom, and in which rooms: the one class that a site subclasses."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.db.models.fields.files import FieldFile

from rocketchat_auth.conf import Memberships, conf

__all__ = ["Adapter", "Memberships"]


class Adapter:
    """Answers what Rocket.Chat needs to know of a user.

    A site names its own subclass in ``ROCKETCHAT_ADAPTER``. The default serves
    ``auth.User`` and any custom user model that keeps Django's conventions. What a method
    says nothing of (``None``, an empty set) is left as it is in Rocket.Chat.
    """

    def may_chat(self, user: AbstractBaseUser) -> bool:
        """Whether ``user`` may have a live chat account. Asked at every sign-in: keep it cheap.

        The default: active, and with ``ROCKETCHAT_REQUIRED_PERMISSION`` where that is set.
        """
        permission = conf.required_permission
        if not (user.is_active and permission):
            return bool(user.is_active)
        has_perm = getattr(user, "has_perm", None)  # a model without permissions gives nobody one
        return has_perm is not None and bool(has_perm(permission))

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

        Django does not verify addresses, so the default is no. Rocket.Chat is told when the account is made, and
        linking by e-mail (``ROCKETCHAT_LINK_EXISTING = "email"``) needs a yes. An address that changes later is always
        said to be verified: else Rocket.Chat would mail the person.
        """
        return False

    def avatar(self, user: AbstractBaseUser) -> FieldFile | str | None:
        """The picture of ``user``: an image field's file, the URL of one, or ``None`` for none.

        It is sent as a file whenever the field's name or the URL is another one than before.
        """
        return None

    def bio(self, user: AbstractBaseUser) -> str | None:
        """The text about ``user`` that the profile shows; ``None`` leaves it to the person."""
        return None

    def custom_fields(self, user: AbstractBaseUser) -> Mapping[str, str]:
        """Values of custom fields, which have to be defined in Rocket.Chat (``Accounts_CustomFields``)."""
        return {}

    def group_names(self, user: AbstractBaseUser) -> Iterable[str]:
        """The names of the site's groups that ``user`` is in, as ``ROCKETCHAT_GROUPS`` names them."""
        groups = getattr(user, "groups", None)
        return [] if groups is None else [group.name for group in groups.all()]

    def roles(self, user: AbstractBaseUser) -> frozenset[str]:
        """The ``_id`` of each role that ``user`` has because of the site."""
        return self._mapped(user).roles

    def channels(self, user: AbstractBaseUser) -> frozenset[str]:
        """The names of the public channels that ``user`` is in because of the site."""
        return self._mapped(user).channels

    def groups(self, user: AbstractBaseUser) -> frozenset[str]:
        """The names of the private channels that ``user`` is in because of the site."""
        return self._mapped(user).groups

    def teams(self, user: AbstractBaseUser) -> frozenset[str]:
        """The names of the teams that ``user`` is in because of the site."""
        return self._mapped(user).teams

    def managed(self) -> Memberships:
        """Whatever the site gives and takes away. All else is left alone, whoever gave it.

        A subclass whose ``roles``, ``channels``, ``groups`` or ``teams`` name more than
        ``ROCKETCHAT_GROUPS`` does has to name all of that here as well.
        """
        return Memberships.sum(self._mapping.values())

    def prepare(self, users: QuerySet[Any]) -> QuerySet[Any]:
        """Fetch along with many users what the other methods read, for a sync of the whole site."""
        try:
            users.model._meta.get_field("groups")
        except FieldDoesNotExist:
            return users
        return users.prefetch_related("groups")

    @cached_property
    def _mapping(self) -> dict[str, Memberships]:
        return conf.groups

    def _mapped(self, user: AbstractBaseUser) -> Memberships:
        if not self._mapping:
            return Memberships()
        return Memberships.sum(self._mapping[name] for name in self.group_names(user) if name in self._mapping)
