"""The one login token that a session of the site owns."""

import base64
from datetime import timedelta
from functools import partial
from typing import cast

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from rocketchat_auth import rest, signals
from rocketchat_auth.accounts import completing, provisioning
from rocketchat_auth.accounts.profile import current_adapter
from rocketchat_auth.accounts.refusals import RefusalReason, SignInRefused
from rocketchat_auth.conf import conf
from rocketchat_auth.login import answered, ending, leaving, store
from rocketchat_auth.login.identity import session_goes_on, session_name
from rocketchat_auth.login.refusals import refuse
from rocketchat_auth.login.sources import AccountGone, ChatLogin, Source, current_source
from rocketchat_auth.login.traces import Trace, trace_of
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service

# A token younger than this is served unchecked.
YOUNG = timedelta(minutes=1)


def token_for(request: HttpRequest, *, fresh: bool = False, handing_over: bool = False) -> ChatLogin:
    """Return the chat login of the request's session, issued on the way where there is none.

    ``fresh`` asks for a new one whatever the session has: somebody saw the old one refused, or
    wants back in. The old one ends with the session, since other tabs may hold it.
    ``handing_over`` says that it is for the hand-over page in the chat's frame, which chat shows
    to nobody who is logged in there.

    Raises :class:`~rocketchat_auth.login.LoginRefused`, logged with its reference, or
    :class:`~rocketchat_auth.login.LeftChat`.
    """
    try:
        return _token_for(request, fresh=fresh, handing_over=handing_over)
    except (SignInRefused, rest.RocketChatError, ImproperlyConfigured) as error:
        raise refuse(request, error) from None


def _token_for(request: HttpRequest, *, fresh: bool, handing_over: bool) -> ChatLogin:
    user = cast("AbstractBaseUser", request.user)
    if not current_adapter().may_chat(user):
        raise SignInRefused(RefusalReason.NOT_ALLOWED, "ROCKETCHAT_ADAPTER says may_chat: no")
    session = session_name(request.session)
    owned = store.newest(session)
    if owned is not None and owned.belongs_to(user) and owned.is_claimed:
        # A token that is only being asked after is the old one; one that is being issued is fresh.
        awaited = owned.generation + bool(owned.sealed)
        owned = store.newest_settled(session)
        fresh = fresh and (owned is None or owned.generation < awaited)
    login = owned.login if owned is not None and owned.belongs_to(user) else None
    if owned is None or login is None or fresh:
        return _issue(request, session, after=owned, doubtful=fresh)
    trust = leaving.trust(owned, handing_over=handing_over) if conf.logout_site else YOUNG
    if owned.checked_at > service.now() - trust:
        return login
    return _checked(request, session, owned, login, handing_over=handing_over)


def _checked(
    request: HttpRequest, session: str, owned: store.Owned, login: ChatLogin, *, handing_over: bool
) -> ChatLogin:
    """The session's login, asked after first: by one request, for which its twins wait."""
    if not store.claim_check(owned):
        return _of_twin(session)
    try:
        alive = current_source().is_alive(login)
        goes_on = alive or (conf.logout_site and leaving.goes_on(owned, login, alive, handing_over=handing_over))
    except BaseException:
        store.note_unknown(owned)
        raise
    if alive:
        store.note_alive(owned, trace_of(request.session))
        return login
    store.note_unknown(owned)
    if goes_on:
        return login
    new_login = _issue(request, session, after=owned)
    if alive is False:
        store.drop(owned)
    return new_login


def _issue(request: HttpRequest, session: str, *, after: store.Owned | None, doubtful: bool = False) -> ChatLogin:
    """Have the next generation issued, once however many requests ask at the same time."""
    user = cast("AbstractBaseUser", request.user)
    if after is not None and not after.belongs_to(user):
        ending.end_session(session)
    generation = 0 if after is None else after.generation + 1
    account, login = issue_for(user, session, generation, trace_of(request.session), doubtful=doubtful)
    if login is None:
        return _of_twin(session)
    if not session_goes_on(request.session):
        ending.end_session(session)
        raise SignInRefused(RefusalReason.NOT_ALLOWED, "the session ended meanwhile")
    tell_granted(request, user, account)
    return login


def issue_for(
    user: AbstractBaseUser, session: str, generation: int, trace: Trace, *, doubtful: bool = False
) -> tuple[Account, ChatLogin | None]:
    """Have a login issued and stored under a name; it is ``None`` where somebody else has that generation."""
    source = current_source()
    account = store.linked_account(user) or _new_account(user)
    if not source.checks_account:
        account = provisioning.check(account, for_sure=doubtful)
    issue = _issue_derived if source.takes_token else _issue_claimed
    return account, issue(source, account, session, generation, trace)


def tell_granted(request: HttpRequest, user: AbstractBaseUser, account: Account) -> None:
    """Tell the signal of a new login."""
    signals.login_granted.send_robust(sender=type(current_source()), request=request, user=user, account=account)


def _new_account(user: AbstractBaseUser) -> Account:
    """The account of a user who comes for the first time; rooms and the like follow once the browser has its answer."""
    account = provisioning.account_for(user)
    answered.once_answered(partial(completing.complete, user))
    return account


def _issue_derived(source: Source, account: Account, session: str, generation: int, trace: Trace) -> ChatLogin | None:
    """For sources that take the token: twins derive the same one.

    Storing it twice in Rocket.Chat stores it once, so no claim is needed, and a crash
    between Rocket.Chat and the site's database leaves nothing behind.
    """
    login, account = _ask(source, account, _derived_token(account, session, generation))
    return login if store.add(session, generation, account, login, trace) else None


def _issue_claimed(source: Source, account: Account, session: str, generation: int, trace: Trace) -> ChatLogin | None:
    claimed = store.claim_new(session, generation, account, trace)
    if claimed is None:
        return None
    try:
        login, account = _ask(source, account, rest.Secret(""))
    except BaseException:
        store.give_up(claimed)
        raise
    if not store.fill(claimed, account, login):
        source.revoke(login)
        raise SignInRefused(RefusalReason.NOT_ALLOWED, "the session ended meanwhile")
    return login


def _of_twin(session: str) -> ChatLogin:
    owned = store.newest_settled(session)
    if owned is not None and conf.logout_site:
        leaving.check_in_chat(owned)
    login = owned.login if owned is not None and owned.ended_at is None else None
    if login is None:
        raise SignInRefused(
            RefusalReason.BUSY,
            "another request of the same session did not get a login token; try again",
            retry_after=1,
        )
    return login


def _ask(source: Source, account: Account, proposed: rest.Secret) -> tuple[ChatLogin, Account]:
    try:
        secret = source.issue(account, proposed)
    except AccountGone:
        account = provisioning.check(account, for_sure=True)
        try:
            secret = source.issue(account, proposed)
        except AccountGone:
            raise SignInRefused(
                RefusalReason.MISCONFIGURED,
                f"the chat account {account} is there at ROCKETCHAT_URL, and the login source does not know it."
                " Is MONGO_DB the database of that Rocket.Chat?",
            ) from None
    return ChatLogin(secret, account.linked_id), account


def _derived_token(account: Account, session: str, generation: int) -> rest.Secret:
    """A token of the length and alphabet of Rocket.Chat's own: 43 characters, Base64 for URLs."""
    digest = salted_hmac(
        "rocketchat_auth.derived_token",
        f"{session}:{generation}:{account.pk}:{account.rocketchat_id}",
        algorithm="sha256",
    ).digest()
    return rest.Secret(base64.urlsafe_b64encode(digest).decode().rstrip("="))
