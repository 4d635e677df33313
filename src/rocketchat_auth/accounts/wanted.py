"""What the site wants a user's chat account to be."""

import hashlib
import json
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db.models.fields.files import FieldFile

from rocketchat_auth.accounts import avatars
from rocketchat_auth.accounts.profile import Profile, profile_of
from rocketchat_auth.adapter import Adapter
from rocketchat_auth.conf import Memberships

SHOWN = "rocketchat_auth_is_shown"
"""An attribute of users who were read: whether the default manager of their model shows them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that is compared with what Rocket.Chat has.

    Args:
        may_chat: whether there is to be a live account.
        profile: what the profile is to say.
        memberships: the roles, rooms and teams that the site gives.
        picture: the avatar as the adapter names it, or None.
        picture_mark: what changes when the picture does, or "" for none.
        password_marks: what changes when the password does: the current one first, then those of older secret keys.
    """

    may_chat: bool
    profile: Profile
    memberships: Memberships
    picture: FieldFile | str | None
    picture_mark: str
    password_marks: tuple[str, ...]

    @property
    def mark(self) -> str:
        """A digest: while it stays the same, so does everything that is wanted."""
        return _digest(
            [
                self.may_chat,
                *(self.profile.username, self.profile.name, self.profile.email, self.profile.bio),
                sorted(self.profile.custom_fields.items()),
                *(sorted(names) for _, names in self.memberships.items()),
                *(self.picture_mark, self.password_marks[0]),
            ]
        )


def wanted_of(user: AbstractBaseUser, adapter: Adapter) -> Wanted:
    """What the site's adapter wants for `user`."""
    picture = adapter.avatar(user)
    return Wanted(
        may_chat=getattr(user, SHOWN, True) and adapter.may_chat(user),
        profile=profile_of(user, adapter),
        memberships=Memberships(
            roles=adapter.roles(user),
            channels=adapter.channels(user),
            groups=adapter.groups(user),
            teams=adapter.teams(user),
        ),
        picture=picture,
        picture_mark=avatars.key_of(picture),
        password_marks=password_marks(user),
    )


def password_marks(user: AbstractBaseUser) -> tuple[str, ...]:
    """What changes with the password of `user`, and gives nothing of it away.

    It follows Django's own rule for ending the sessions of a user: `get_session_auth_hash`.
    """
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return tuple(password_mark(value) for value in hashes)


def password_mark(auth_hash: str) -> str:
    """The mark of a password, by what Django keeps of it in a session (`_auth_user_hash`)."""
    return _digest(["password", auth_hash])


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()
