"""The steps of a person that the site alone knows of."""

import logging
from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rocketchat_auth.accounts import planning
from rocketchat_auth.accounts.planning import Considered
from rocketchat_auth.accounts.profile import current_adapter
from rocketchat_auth.conf import conf
from rocketchat_auth.doctor.findings import Finding, Found, Severity
from rocketchat_auth.login.session_tokens import YOUNG
from rocketchat_auth.models import Account, LoginToken
from rocketchat_auth.rest import service

logger = logging.getLogger("rocketchat_auth.doctor")

Told = tuple[str, *tuple[Found, ...]]
"""What was seen, in a sentence, and what is wrong."""

NO_USER = Finding(
    "D241",
    Severity.PROBLEM,
    gettext_lazy("The site has no user {name}."),
    why=gettext_lazy("Nobody is signed in to the site by that name."),
    mend=gettext_lazy("Take the name by which they sign in to the site ({field}), letter by letter."),
)
INACTIVE = Finding(
    "D242",
    Severity.PROBLEM,
    gettext_lazy("The user is not active on the site."),
    why=gettext_lazy("Django lets nobody sign in who is not, and the chat account is deactivated."),
    mend=gettext_lazy("Tick “Active” on the user's page in the admin."),
)
MAY_NOT_CHAT = Finding(
    "D243",
    Severity.PROBLEM,
    gettext_lazy("The site does not let the user chat ({why_not})."),
    why=gettext_lazy("They are told that chat is not open to them."),
    mend=gettext_lazy("Give the permission, by a group for example, or see may_chat() of ROCKETCHAT_ADAPTER."),
)
ADAPTER_FAILED = Finding(
    "D244",
    Severity.PROBLEM,
    gettext_lazy("ROCKETCHAT_ADAPTER failed with {error}."),
    why=gettext_lazy("They are told that something went wrong."),
    mend=gettext_lazy("The log has what failed, with the logger rocketchat_auth.doctor."),
)
NO_EMAIL = Finding(
    "D245",
    Severity.PROBLEM,
    gettext_lazy("The user has no e-mail address, and Rocket.Chat makes no account without."),
    why=gettext_lazy("They are told that chat needs their address."),
    mend=gettext_lazy('Give them one, or set ROCKETCHAT_PLACEHOLDER_EMAIL_DOMAIN = "users.example.com".'),
)
LAST_FAILED = Finding(
    "D246",
    Severity.WARNING,
    gettext_lazy("The last time it failed: {reason}"),
    why=gettext_lazy("The steps below say whether it is still so."),
    mend="manage.py rocketchat sync --user {name}",
)
NOT_ENDED = Finding(
    "D252",
    Severity.WARNING,
    gettext_lazy("Chat logins whose session is over and that could not be ended in chat yet: {count}."),
    why=gettext_lazy("Whoever has such a login open goes on reading."),
    mend="manage.py rocketchat sweep",
)
FINDINGS = (NO_USER, INACTIVE, MAY_NOT_CHAT, ADAPTER_FAILED, NO_EMAIL, LAST_FAILED, NOT_ENDED)


@dataclass(slots=True)
class Walk:
    """What the steps found out for those that come after them."""

    username: str
    user: AbstractBaseUser = field(init=False)
    considered: Considered = field(init=False)

    @property
    def account(self) -> Account | None:
        return planning.account_of(self.user)


def user(walk: Walk) -> Told:
    model = get_user_model()
    users = model._default_manager.select_related("rocketchat_account")
    found = users.filter(**{model.USERNAME_FIELD: walk.username}).first()
    if found is None:
        return "", NO_USER.seen(name=walk.username, field=model.USERNAME_FIELD)
    walk.user = found
    return (_("The site knows %s.") % found.get_username(),)


def active(walk: Walk) -> Told:
    return (_("Active."),) if walk.user.is_active else ("", INACTIVE.seen())


def may_chat(walk: Walk) -> Told:
    try:
        may_chat = current_adapter().may_chat(walk.user)
    except Exception as error:
        logger.exception("ROCKETCHAT_ADAPTER failed for the user with the primary key %s", walk.user.pk)
        return "", ADAPTER_FAILED.seen(error=type(error).__name__)
    if may_chat:
        return (_("The site lets them chat."),)
    why_not = _("ROCKETCHAT_ADAPTER says no")
    if conf.required_permission and not getattr(walk.user, "has_perm", bool)(conf.required_permission):
        why_not = _("the permission %s is missing") % conf.required_permission
    return "", MAY_NOT_CHAT.seen(why_not=why_not)


def email(walk: Walk) -> Told:
    email, account = current_adapter().email(walk.user), walk.account
    if email:
        return (email,)
    if account is not None and account.is_known:
        return (_("None, which an account that is there already does not need."),)
    if conf.placeholder_email_domain:
        return (_("None; one below %s is made up.") % conf.placeholder_email_domain,)
    return "", NO_EMAIL.seen()


def row(walk: Walk) -> Told:
    account = walk.account
    if account is None:
        return (_("None yet: it is made at the first sign-in to chat, or by a sync."),)
    told = f"{account.get_state_display()}: {account}" if account.username else str(account.get_state_display())
    if account.reason:
        return told, LAST_FAILED.seen(reason=account.reason, name=walk.username)
    return (told,)


def tokens(walk: Walk) -> Told:
    """How many there are: what they are, nobody is told."""
    logins = LoginToken.objects.filter(account__user_id=walk.user.pk)
    live = logins.filter(ended_at=None)
    young = live.filter(checked_at__gt=service.now() - YOUNG).count()
    counts = {"live": live.count(), "young": young}
    told = (
        _("Sessions with a chat login: %(live)d, of which seen to be good within the last minute: %(young)d.") % counts
    )
    ended = logins.exclude(ended_at=None).count()
    return (told, NOT_ENDED.seen(count=ended)) if ended else (told,)
