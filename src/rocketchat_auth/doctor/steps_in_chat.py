"""The steps of a person that Rocket.Chat has to be asked about."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rocketchat_auth.accounts import policy
from rocketchat_auth.accounts.asking import AskEach
from rocketchat_auth.accounts.changes import Action, Change
from rocketchat_auth.accounts.planning import Planner
from rocketchat_auth.accounts.profile import current_adapter
from rocketchat_auth.doctor import trying
from rocketchat_auth.doctor.findings import Finding, Severity
from rocketchat_auth.doctor.steps import Told, Walk
from rocketchat_auth.models import Account

IN_CONFLICT = Finding(
    "D247",
    Severity.PROBLEM,
    gettext_lazy("In conflict: {reason}"),
    why=gettext_lazy("They are told that their chat account needs a look."),
    mend=gettext_lazy(
        "If the account is theirs: manage.py rocketchat link {name} ACCOUNT. If not, rename one of the two, or give one"
        " another address."
    ),
)
DEACTIVATED = Finding(
    "D248",
    Severity.PROBLEM,
    gettext_lazy("Somebody deactivated the account {account} in chat."),
    why=gettext_lazy(
        "They are told that their chat account is switched off, and no sync undoes what was done in chat."
    ),
    mend=gettext_lazy("Activate it in Rocket.Chat under Administration > Users, if the person may come back."),
)
ADMINISTRATOR = Finding(
    "D249",
    Severity.PROBLEM,
    gettext_lazy("The account {account} has the role admin, to which nobody is signed in."),
    why=gettext_lazy("They are told that this is an administrator's account."),
    mend=gettext_lazy(
        "Take the role away in Rocket.Chat; or, for a superuser of the site, set ROCKETCHAT_ADMIN_LOGIN = True."
    ),
)
GONE = Finding(
    "D250",
    Severity.WARNING,
    gettext_lazy("The account {account} was deleted in chat. The next sign-in makes a new, empty one."),
    why=gettext_lazy("Their messages stay those of the old one."),
    mend="manage.py rocketchat sync --user {name}",
)
DIFFERS = Finding(
    "D251",
    Severity.WARNING,
    gettext_lazy("Chat differs from the site: {changes}."),
    why=gettext_lazy("They get in, but not as the site wants it."),
    mend="manage.py rocketchat sync --user {name}",
)
FINDINGS = (IN_CONFLICT, DEACTIVATED, ADMINISTRATOR, GONE, DIFFERS, *trying.FINDINGS)

_FIRST = {
    Action.CREATE: gettext_lazy("The next sign-in makes the account %(account)s."),
    Action.LINK: gettext_lazy("ROCKETCHAT_LINK_EXISTING gives them the account %(account)s at the next sign-in."),
}


def account(walk: Walk) -> Told:
    adapter = current_adapter()
    walk.considered = Planner(AskEach(adapter.managed()), adapter).of_user(walk.user)
    row, found = walk.account, walk.considered.found
    if row is None or not row.is_known:
        return (_("None yet."),)
    if found is None:
        return "", GONE.seen(account=row, name=walk.username)
    if not found.user.active and row.state != Account.State.DEACTIVATED:
        return "", DEACTIVATED.seen(account=found.user.username)
    if policy.ADMINISTRATOR in found.user.roles and not policy.may_be_administrator(row):
        return "", ADMINISTRATOR.seen(account=found.user.username)
    if not found.user.active:
        return (_("%s, deactivated by this site; it comes back at the next sign-in.") % found.user.username,)
    names = {"account": found.user.username, "roles": ", ".join(found.user.roles)}
    return (_("%(account)s, active, with the roles %(roles)s.") % names,)


def plan(walk: Walk) -> Told:
    changes = walk.considered.plan.changes
    for change in changes:
        if change.action is Action.CONFLICT:
            return "", IN_CONFLICT.seen(reason=change.reason, name=walk.username)
        if change.action in _FIRST:
            return (_FIRST[change.action] % {"account": change.after["username"]},)
    if changes:
        words = "; ".join(map(_in_words, changes))
        return "", DIFFERS.seen(changes=words, name=walk.username)
    return (_("Chat is as the site wants it."),)


def source(walk: Walk) -> Told:
    row = walk.account
    if row is None or not row.is_linked or walk.considered.found is None:
        return (_("Not tried, since there is no live account yet."),)
    found = list(trying.token_of(row))
    return ("" if found else _("Rocket.Chat took a new login token, which was ended again."), *found)


def _in_words(change: Change) -> str:
    what = {"field": change.field, "name": change.after or change.before}
    match change.action:
        case Action.JOIN:
            return _("not in %(name)s (%(field)s)") % what
        case Action.LEAVE:
            return _("in %(name)s (%(field)s) and should not be") % what
        case Action.UPDATE:
            return _("another %(field)s") % what
    return change.reason or change.action.value
