"""`manage.py rocketchat doctor`: what is wrong with the set-up, why it matters, and how it is mended."""

from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rocketchat_auth.doctor import Examination, Patient, Severity, examine
from rocketchat_auth.doctor.person import follow
from rocketchat_auth.doctor.topics import ALL
from rocketchat_auth.management.rocketchat.arguments import site
from rocketchat_auth.management.rocketchat.diagnoses import SHOWINGS, ShowingDiagnoses
from rocketchat_auth.management.rocketchat.screen import INTERRUPTED, Screen

HELP = gettext_lazy("find what is wrong with the set-up")

CHECKS_FIRST = False
"""An error of the system checks would end the command before it could tell of it."""

STATUSES = {Severity.FINE: 0, Severity.UNKNOWN: 3, Severity.WARNING: 3, Severity.PROBLEM: 1}


def add_arguments(parser: ArgumentParser) -> None:
    """Its options."""
    parser.description = _(
        "Looks at the settings, at Rocket.Chat and at the site, changes nothing, and says what is wrong, why it"
        " matters, and how it is mended. Exit status: 0 where nothing is wrong, 1 where somebody can't get in, 3 where"
        " there are warnings, or something could not be looked at."
    )
    parser.add_argument(
        "--site",
        metavar="URL",
        type=site,
        help=_("the site's own address, https://www.example.com, to be looked at as the chat's browser sees it"),
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--user", metavar="NAME", help=_("follow this user of the site through every step into chat"))
    what.add_argument(
        "--only",
        metavar="TOPIC",
        action="append",
        choices=[topic.name for topic in ALL],
        help=_("this topic alone; may be given several times. Topics: %s") % ", ".join(topic.name for topic in ALL),
    )
    parser.add_argument(
        "--format",
        choices=("table", "json"),
        default="table",
        help=_("for people, or one JSON object a finding and line"),
    )


def run(screen: Screen, options: dict[str, Any]) -> int:
    """Examine and show; the exit status."""
    patient = Patient(site=options["site"] or "")
    shown = SHOWINGS[options["format"]](screen)
    try:
        examination = _examined(patient, shown, options)
    except KeyboardInterrupt:
        screen.note(_("Interrupted."), "yellow")
        return INTERRUPTED
    shown.sum_up(examination)
    return STATUSES[examination.severity]


def _examined(patient: Patient, shown: ShowingDiagnoses, options: dict[str, Any]) -> Examination:
    if options["user"] is not None:
        return _followed(patient, shown, options["user"])
    only = options["only"]
    topics = [topic for topic in ALL if not only or topic.name in only]
    return examine(patient, topics, on_topic=shown.topic)


def _followed(patient: Patient, shown: ShowingDiagnoses, username: str) -> Examination:
    examination = follow(patient, username)
    for examined in examination.topics:
        shown.topic(examined)
    return examination
