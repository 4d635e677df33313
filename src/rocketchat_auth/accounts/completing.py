"""What a chat account gets besides its name and address, soon after somebody signed in to it for the first time."""

from django.contrib.auth.models import AbstractBaseUser

from rocketchat_auth.accounts import comparing, pending
from rocketchat_auth.accounts.profile import current_adapter
from rocketchat_auth.accounts.wanted import wanted_of


def complete(user: AbstractBaseUser) -> None:
    """Have the account of `user` get its rooms, roles, picture and the like, where the site gives any."""
    adapter = current_adapter()
    wanted = wanted_of(user, adapter)
    if comparing.details_for_new(wanted) or comparing.memberships_for_new(wanted.memberships, adapter.managed()):
        pending.note([user.pk])
