"""What Rocket.Chat is told of a user, as the site's adapter has it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from django.contrib.auth.models import AbstractBaseUser
from django.utils.module_loading import import_string

from rocketchat_auth.accounts.refusals import RefusalReason, SignInRefused
from rocketchat_auth.adapter import Adapter
from rocketchat_auth.conf import conf

_NAME_LENGTH = 255
# saveUser.ts refuses longer ones; JavaScript counts UTF-16 units.
_BIO_UNITS = 260
# Rocket.Chat refuses names with one of these (validateNameChars.ts).
_UNFIT_FOR_NAMES = re.compile(r"[<>\\/]")


@dataclass(frozen=True, slots=True)
class Profile:
    """What the site says of a user; a `bio` that is None, and custom fields that are not named, are not the site's."""

    username: str
    name: str
    email: str
    email_is_verified: bool
    bio: str | None = None
    custom_fields: Mapping[str, str] = field(default_factory=dict)


def current_adapter() -> Adapter:
    """The adapter that ``ROCKETCHAT_ADAPTER`` names."""
    return _class_at(conf.adapter)()


@lru_cache(maxsize=8)
def _class_at(path: str) -> type[Adapter]:
    adapter: type[Adapter] = import_string(path)
    return adapter


def profile_of(user: AbstractBaseUser, adapter: Adapter | None = None) -> Profile:
    """The profile of ``user``, whose address is empty where the site has none."""
    adapter = adapter or current_adapter()
    email = adapter.email(user)
    username = adapter.username(user)
    return Profile(
        username=username,
        name=_fit_name(adapter.name(user)) or username,
        email=email,
        email_is_verified=bool(email) and adapter.email_is_verified(user),
        bio=_fit_bio(adapter.bio(user)),
        custom_fields=dict(adapter.custom_fields(user)),
    )


def with_address(profile: Profile, user: AbstractBaseUser) -> Profile:
    """The profile with the address that an account needs to be made.

    Raises:
        SignInRefused: there is none, and none is made up.
    """
    if profile.email:
        return profile
    domain = conf.placeholder_email_domain
    if not domain:
        raise SignInRefused(
            RefusalReason.NO_EMAIL,
            f"the user with the primary key {user.pk} has no e-mail address, which Rocket.Chat"
            " needs. Give one, or set ROCKETCHAT_PLACEHOLDER_EMAIL_DOMAIN.",
        )
    return replace(profile, email=f"user-{user.pk}@{domain}")


def _fit_name(name: str) -> str:
    """The name without what Rocket.Chat refuses in one, on one line."""
    plain = "".join(character if character.isprintable() else " " for character in _UNFIT_FOR_NAMES.sub(" ", name))
    return " ".join(plain.split())[:_NAME_LENGTH].rstrip()


def _fit_bio(bio: str | None) -> str | None:
    """The text as Rocket.Chat keeps it: none that is only blanks, and not too long."""
    if bio is None:
        return None
    units = bio.strip().encode("utf-16-le", "surrogatepass")
    return units[: 2 * _BIO_UNITS].decode("utf-16-le", "ignore").rstrip()
