"""Cutting the tie between a user and a chat account."""

import copy

from rocketchat_auth.accounts import provisioning
from rocketchat_auth.login.ending import end_logins_of
from rocketchat_auth.models import Account


def unlink(account: Account) -> None:
    """Forget which chat account belongs to a row, once the logins that sessions of the site have to it are ended.

    The chat account itself is left as it is. A row whose user is gone has no purpose then, and goes too. A row that is
    tied to nothing stays as it is.

    Raises:
        RocketChatError: a login could not be ended, so that the tie has to stay: it is what ends it later.
        ImproperlyConfigured: likewise.
    """
    if not account.rocketchat_id:
        return
    tied = copy.copy(account)
    end_logins_of(tied)
    if account.user_id is None:
        Account.objects.filter(pk=account.pk).delete()
        return
    provisioning.forget(account)
    end_logins_of(tied)  # of somebody who came in between
