"""The table of the tokens that sessions own, and who may write which row."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, connections, router, transaction

from rocketchat_auth.conf import conf
from rocketchat_auth.login.encryption import seal, unseal
from rocketchat_auth.login.prepared import Prepared, PreparedInsert
from rocketchat_auth.login.sources import ChatLogin
from rocketchat_auth.login.traces import NO_TRACE, Trace
from rocketchat_auth.models import Account, LoginToken
from rocketchat_auth.rest import service

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_POLL_SECONDS = 0.02

Standing = LoginToken.Standing


@dataclass(frozen=True, slots=True)
class Owned:
    """A row as one query gives it: the session's newest token and whose it is."""

    pk: int
    generation: int
    sealed: bytes | memoryview = field(repr=False)
    checked_at: datetime
    claimed_at: datetime | None
    ended_at: datetime | None
    standing: str
    user_pk: Any
    rocketchat_id: str | None

    def belongs_to(self, user: AbstractBaseUser) -> bool:
        return self.user_pk == user.pk and self.ended_at is None

    @property
    def login(self) -> ChatLogin | None:
        """The login, or ``None`` where there is no token yet or no key opens it."""
        return _login(self.sealed, self.rocketchat_id)

    @property
    def is_claimed(self) -> bool:
        return self.claimed_at is not None and self.claimed_at > service.now() - _lease()


def login_of(row: LoginToken) -> ChatLogin | None:
    """The login that a row holds, or ``None`` where there is none or no key opens it."""
    return _login(row.token, row.account.rocketchat_id)


_NEWEST = Prepared(
    LoginToken,
    "session",
    (
        *("pk", "generation", "token", "checked_at", "claimed_at", "ended_at", "standing"),
        *("account__user_id", "account__rocketchat_id"),
    ),
    order=("-generation",),
)
# What signing in looks at, in the order of the model; Django loads the others where somebody wants them.
_ACCOUNT_FIELDS = ("id", "user_id", "rocketchat_id", "username", "state", "created_here", "seen_at")
_ACCOUNT = Prepared(Account, "user", _ACCOUNT_FIELDS)
_INSERT = PreparedInsert(LoginToken)


def newest(session: str) -> Owned | None:
    """The newest generation of ``session``, an ended one too."""
    row = _NEWEST.first(session)
    return Owned(*row) if row is not None else None


def linked_account(user: AbstractBaseUser) -> Account | None:
    """The chat account that ``user`` is linked to, or ``None`` where there is more to do about it."""
    row = _ACCOUNT.first(user.pk)
    if row is None:
        return None
    account = Account.from_db(router.db_for_read(Account), _ACCOUNT_FIELDS, row)
    account.user = cast("User", user)  # saves asking for it again
    return account if account.is_linked else None


def newest_settled(session: str) -> Owned | None:
    """The newest generation once nobody works on it, waiting no longer than one call takes.

    A claim that outlasts the wait is given as it is.
    """
    waited = 0.0
    while True:
        owned = newest(session)
        if owned is None or not owned.is_claimed:
            return owned
        if waited > conf.connect_timeout + conf.read_timeout:
            return owned
        service.clock().sleep(_POLL_SECONDS)
        waited += _POLL_SECONDS


def claim_new(session: str, generation: int, account: Account, trace: Trace = NO_TRACE) -> LoginToken | None:
    """Claim a generation that is not there yet; ``None`` where somebody else has it."""
    now = service.now()
    claimed = LoginToken(
        session=session,
        generation=generation,
        account=account,
        checked_at=now,
        claimed_at=now,
        issued_at=now,
        **trace.columns,
    )
    return claimed if _is_new(lambda: claimed.save(force_insert=True)) else None


def fill(claimed: LoginToken, account: Account, login: ChatLogin) -> bool:
    """Put the issued token into the claimed row; ``False`` where the session ended meanwhile."""
    return bool(
        LoginToken.objects.filter(pk=claimed.pk, ended_at=None).update(
            account=account,
            token=seal(login.secret),
            checked_at=service.now(),
            claimed_at=None,
        )
    )


def give_up(claimed: LoginToken) -> None:
    LoginToken.objects.filter(pk=claimed.pk).delete()


def add(session: str, generation: int, account: Account, login: ChatLogin, trace: Trace = NO_TRACE) -> bool:
    """Store a token; ``False`` where a twin of the caller stored the same one first."""
    now = service.now()
    row = LoginToken(
        session=session,
        generation=generation,
        account=account,
        token=seal(login.secret),
        checked_at=now,
        issued_at=now,
        **trace.columns,
    )
    return _is_new(lambda: _INSERT.add(row))


def claim_check(owned: Owned) -> bool:
    """Claim a token for asking after it; ``False`` where somebody else is asking."""
    return bool(
        LoginToken.objects.filter(pk=owned.pk, checked_at=owned.checked_at, claimed_at=owned.claimed_at).update(
            claimed_at=service.now()
        )
    )


def note_alive(owned: Owned, trace: Trace) -> None:
    """Keep that the token is good, and that its session was seen."""
    LoginToken.objects.filter(pk=owned.pk).update(
        checked_at=service.now(), claimed_at=None, standing=Standing.IN, **trace.columns
    )


def note_unknown(owned: Owned) -> None:
    LoginToken.objects.filter(pk=owned.pk).update(claimed_at=None)


def note_left(owned: Owned) -> None:
    """The person logged out in chat."""
    LoginToken.objects.filter(pk=owned.pk).update(claimed_at=None, standing=Standing.LEFT)


def note_back(session: str) -> None:
    """The person signed in to the site again, and so wants back into chat."""
    LoginToken.objects.filter(session=session, ended_at=None).update(standing=Standing.BACK)


def issued_at(owned: Owned) -> datetime | None:
    """When the token was issued, or ``None`` where a former version of the package did it."""
    return LoginToken.objects.filter(pk=owned.pk).values_list("issued_at", flat=True).first()


def drop(owned: Owned) -> None:
    """Forget a token that is dead in Rocket.Chat."""
    LoginToken.objects.filter(pk=owned.pk).delete()


def move(old_session: str, new_session: str, trace: Trace) -> None:
    """Hand the tokens of a session on to the one that follows it under another key, of which ``trace`` is."""
    LoginToken.objects.filter(session=old_session, ended_at=None).update(session=new_session, **trace.columns)


def end(session: str, *, everywhere: bool = False) -> list[int]:
    """Mark every token of ``session`` as to be revoked and return their primary keys."""
    live = LoginToken.objects.filter(session=session, ended_at=None)
    ended = list(live.values_list("pk", flat=True))
    if ended:
        LoginToken.objects.filter(pk__in=ended).update(ended_at=service.now(), ends_everywhere=everywhere)
    return ended


def _login(sealed: bytes | memoryview, rocketchat_id: str | None) -> ChatLogin | None:
    secret = unseal(sealed) if sealed else None
    if secret is None or rocketchat_id is None:
        return None
    return ChatLogin(secret, rocketchat_id)


def _is_new(insert: Callable[[], None]) -> bool:
    """Insert a row; whether its session had none of its generation."""
    using = router.db_for_write(LoginToken)
    # A statement of its own needs no transaction around it; in somebody else's its failure must not spoil that.
    guard = nullcontext() if connections[using].get_autocommit() else transaction.atomic(using=using)
    try:
        with guard:
            insert()
    except IntegrityError:
        return False
    return True


def _lease() -> timedelta:
    return timedelta(seconds=4 * (conf.connect_timeout + conf.read_timeout))
