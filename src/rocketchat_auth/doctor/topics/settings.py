"""The system checks of this package, from warnings on; what they find has ids of its own (docs/checks.md)."""

from collections.abc import Iterator

from django.core import checks
from django.utils.translation import gettext_lazy as _

from rocketchat_auth.checks import TAG
from rocketchat_auth.doctor.findings import Found, Severity, Topic
from rocketchat_auth.doctor.patient import Patient


def probe(patient: Patient) -> Iterator[Found]:
    """Run the checks. What the site has silenced stays silent."""
    for message in checks.run_checks(tags=[TAG]):
        if message.level >= checks.WARNING and not message.is_silenced():
            severity = Severity.PROBLEM if message.level >= checks.ERROR else Severity.WARNING
            yield Found(message.id or "", severity, message.msg, mend=message.hint or "")


TOPIC = Topic("settings", _("Settings"), (), probe, _("The system checks find nothing wrong."), asks=False)
