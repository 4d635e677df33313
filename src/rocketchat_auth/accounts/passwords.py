"""The chat password of an account that the site created: derived, never stored."""

import base64

from django.utils.crypto import salted_hmac

from rocketchat_auth.conf import conf
from rocketchat_auth.models import Account
from rocketchat_auth.rest import Secret

# One of each kind, for workspaces with a password policy.
_ALL_KINDS = "aA1!"


def derived_password(account: Account) -> Secret:
    """The password with which ``account`` was created, the same at every call.

    Derived from ``ROCKETCHAT_PASSWORD_KEY``, or ``SECRET_KEY`` where that is not set.
    """
    digest = salted_hmac(
        "rocketchat_auth.password", str(account.pk), secret=conf.password_key or None, algorithm="sha256"
    ).digest()
    return Secret(base64.urlsafe_b64encode(digest).decode().rstrip("=") + _ALL_KINDS)
