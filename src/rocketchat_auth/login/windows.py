"""A login that a window of the site hands to the chat's frame, which the site's session does not reach.

The frame makes up a verifier and tells the window its digest. The window, in which the person is signed in, makes that
digest good for the session's chat login; the frame claims the login with the verifier.
"""

import hashlib
from contextlib import suppress
from datetime import timedelta
from typing import cast

from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache
from django.db import IntegrityError, router, transaction
from django.http import HttpRequest

from rocketchat_auth.login import one_time, store
from rocketchat_auth.login.identity import session_name
from rocketchat_auth.login.leaving import LeftChat
from rocketchat_auth.login.session_tokens import token_for
from rocketchat_auth.login.sources import ChatLogin
from rocketchat_auth.models import OneTimeCode
from rocketchat_auth.rest.shared_cache import SharedCache

LIFETIME = timedelta(minutes=2)
CLAIMS_A_MINUTE = 600
"""How often one address may ask. Behind it may be an office, or the proxy in front of the whole site."""


def hand_over(request: HttpRequest, digest: str) -> None:
    """Let whoever knows what ``digest`` was made from claim the chat login of the request's session, once and soon.

    Raises :class:`~rocketchat_auth.login.LoginRefused`, logged with its reference.
    """
    try:
        token_for(request)
    except LeftChat:  # and now says "Continue as"
        token_for(request, fresh=True)
    user, session = cast("AbstractBaseUser", request.user), session_name(request.session)
    # Who presses twice hands over once.
    with suppress(IntegrityError), transaction.atomic(using=router.db_for_write(OneTimeCode)):
        one_time.deposit(one_time.Purpose.WINDOW, digest, user, session, LIFETIME)


def may_claim(address: str) -> bool:
    """Whether who comes from that address may ask now. A frame asks every two seconds while its window is open."""
    name = hashlib.sha256(address.encode()).hexdigest()[:16]
    return SharedCache(cache, "claims").count(name, 60) <= CLAIMS_A_MINUTE


def claim(verifier: str) -> ChatLogin | None:
    """The login that was handed over to who knows ``verifier``; ``None`` where none was, or not any more."""
    code = one_time.redeem(one_time.Purpose.WINDOW, verifier)
    if code is None:
        return None
    owned = store.newest_settled(code.session)
    return owned.login if owned is not None and owned.belongs_to(code.user) else None
