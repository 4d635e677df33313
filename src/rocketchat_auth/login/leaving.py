"""Logging out in chat, told from a page load by the session's token, for sites with ``ROCKETCHAT_LOGOUT_SITE``.

Rocket.Chat tells the site of no logout. But it revokes the token that the session owns, and asks the API again at once.
So the token is asked after more often than elsewhere, and a dead one is not replaced until the person says so: by
"Continue as", or by signing in to the site.

Where the answer can't be had within the rate limit, the API serves the token on. The chat finds out by itself whether
it is dead, and shows its frame then. So whoever comes to the hand-over page while the session owns a token that nobody
knows to be good is taken for logged out: one click is the worst that may come of it.
"""

from datetime import timedelta

from rocketchat_auth.login import store
from rocketchat_auth.login.sources import ChatLogin, current_source
from rocketchat_auth.login.store import Owned, Standing
from rocketchat_auth.rest import service

# A page load asks twice, and people take longer than this to log out.
SETTLING = timedelta(seconds=3)

# Rocket.Chat's own default for Accounts_LoginExpiration.
LIFETIME = timedelta(days=90)


class LeftChat(Exception):
    """The person logged out in chat and has not said since that they want back in."""


def trust(owned: Owned, *, handing_over: bool) -> timedelta:
    """How long after it was last known to be good the token is served unchecked.

    Raises:
        LeftChat: the person is known to have logged out.
    """
    check_in_chat(owned)
    return timedelta() if handing_over or owned.standing == Standing.BACK else SETTLING


def check_in_chat(owned: Owned) -> None:
    """See that the person is not known to have logged out.

    Raises:
        LeftChat: they are.
    """
    if owned.standing == Standing.LEFT:
        raise LeftChat


def goes_on(owned: Owned, login: ChatLogin, alive: bool | None, *, handing_over: bool) -> bool:
    """Whether to serve a token on that is dead, or may be; else a new one is to be issued.

    Args:
        owned: its row.
        login: what is in there.
        alive: ``False`` where it is dead, ``None`` where that can't be told now.
        handing_over: whether it is for the hand-over page.

    Raises:
        LeftChat: the person logged out, and is noted to have.
    """
    if owned.standing == Standing.BACK:
        return False
    if alive is None:
        if not handing_over or owned.checked_at > service.now() - SETTLING:
            return True
    elif not is_logout(owned, login):
        return False
    store.note_left(owned)
    raise LeftChat


def is_logout(owned: Owned, login: ChatLogin) -> bool:
    """Whether a dead token may have ended by a logout in chat: it is no older than one can be, nor ended otherwise."""
    issued = store.issued_at(owned)
    has_expired = issued is not None and issued <= service.now() - LIFETIME
    return not has_expired and current_source().may_have_logged_out(login)
