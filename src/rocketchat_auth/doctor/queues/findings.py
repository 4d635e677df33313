"""What can be wrong with a queue, of whatever kind."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from rocketchat_auth.doctor.findings import Finding, Severity

PATIENCE = timedelta(minutes=10)
"""How long a task may wait."""

_NOT_FOLLOWED = _("Changes of users and groups on the site do not reach the chat.")

NOBODY_WORKS = Finding(
    "D174",
    Severity.PROBLEM,
    _("A task has waited for {minutes} minutes, and {count} in all: it seems that nobody works on them."),
    _NOT_FOLLOWED,
    _("Run a worker all the time, by systemd for example, and more of them if one is not enough: {worker}"),
)
DISCARDED = Finding(
    "D175",
    Severity.PROBLEM,
    _("The setting TASKS names a backend that does no task: {backend}."),
    _NOT_FOLLOWED,
    _("Remove TASKS, and the work is done at once; or name a backend that has workers (docs/following.md)."),
)
NO_WORKER = Finding(
    "D178",
    Severity.PROBLEM,
    _("No worker is seen at the queue {queue}; tasks that wait there: {count}."),
    _NOT_FOLLOWED,
    _("Run a worker all the time, by systemd for example: {worker}"),
)
NO_SCHEDULER = Finding(
    "D179",
    Severity.WARNING,
    _("Nobody takes up the tasks that were put off in the queue {queue}; those that are long due: {count}."),
    _("What could not be done while chat was down is not tried again."),
    _("Let a worker run with its scheduler: {worker}"),
)
NO_BROKER = Finding(
    "D180",
    Severity.PROBLEM,
    _("What keeps the tasks for the workers does not answer: {broker} ({error})."),
    _NOT_FOLLOWED,
    _("Start it, and let this server reach it. Its address is in {setting}."),
)
NOT_LOOKED_AT = Finding(
    "D181",
    Severity.UNKNOWN,
    _("Whether anybody works on the tasks can't be seen here: {backend}."),
    mend=_("Look with that queue's own tools whether its workers run, and whether tasks of rocketchat_auth wait."),
)
NOT_INSTALLED = Finding(
    "D182",
    Severity.PROBLEM,
    _("The backend that the setting TASKS names lacks its app {app}."),
    _NOT_FOLLOWED,
    'INSTALLED_APPS += ["{app}"]',
)
FINDINGS = (
    NOBODY_WORKS,
    DISCARDED,
    NO_WORKER,
    NO_SCHEDULER,
    NO_BROKER,
    NOT_LOOKED_AT,
    NOT_INSTALLED,
)
