"""What Rocket.Chat is told of a user, as the site's adapter has it."""

from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.utils.module_loading import import_string

from rocketchat_auth.accounts.refusals import RefusalReason, SignInRefused
from rocketchat_auth.adapter import Adapter
from rocketchat_auth.conf import conf


@dataclass(frozen=True, slots=True)
class Profile:
    username: str
    name: str
    email: str
    email_is_verified: bool


def current_adapter() -> Adapter:
    """The adapter that ``ROCKETCHAT_ADAPTER`` names."""
    adapter: Adapter = import_string(conf.adapter)()
    return adapter


def profile_of(user: AbstractBaseUser) -> Profile:
    """The profile of ``user``. Raises :class:`SignInRefused` where there is no address."""
    adapter = current_adapter()
    email = adapter.email(user)
    return Profile(
        username=adapter.username(user),
        name=adapter.name(user),
        email=email or _placeholder(user),
        email_is_verified=bool(email) and adapter.email_is_verified(user),
    )


def _placeholder(user: AbstractBaseUser) -> str:
    domain = conf.placeholder_email_domain
    if not domain:
        raise SignInRefused(
            RefusalReason.NO_EMAIL,
            f"the user with the primary key {user.pk} has no e-mail address, which Rocket.Chat"
            " needs. Give one, or set ROCKETCHAT_PLACEHOLDER_EMAIL_DOMAIN.",
        )
    return f"user-{user.pk}@{domain}"
