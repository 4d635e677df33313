"""Which Rocket.Chat it is, and what is known to be wrong with it.

Sources: Rocket.Chat's release notes, and its issues and pull requests by number.
"""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from rocketchat_auth import rest
from rocketchat_auth.conf import conf
from rocketchat_auth.doctor.findings import Finding, Found, Severity, Topic
from rocketchat_auth.doctor.patient import Patient
from rocketchat_auth.rest import Version, patches

OLDEST = Version(6, 0)
NEWEST = 9

TOO_OLD = Finding(
    "D121",
    Severity.PROBLEM,
    _("This is Rocket.Chat {version}, and this package knows 6.0 and later."),
    _("It is asked in ways that it does not understand."),
    _("Upgrade Rocket.Chat, one major version after the other."),
)
TOO_NEW = Finding(
    "D122",
    Severity.UNKNOWN,
    _("This is Rocket.Chat {version}, which is newer than this package."),
    _("What it does differently is not known here."),
    "pip install --upgrade django-rocketchat-auth",
)
IFRAME_BROKEN = Finding(
    "D123",
    Severity.PROBLEM,
    _("Iframe login is broken in Rocket.Chat 7.8.0 to 7.9.3, and this is {version}."),
    _("People see Rocket.Chat's own login form in place of the site's."),
    _("Upgrade Rocket.Chat to the newest 7.13, or to 8."),
)
TOKENS_FOR_ANYBODY = Finding(
    "D124",
    Severity.WARNING,
    _("Rocket.Chat {version} does not ask who may make login tokens for others; {mended} does."),
    _("Whoever is logged in to chat and learns CREATE_TOKENS_FOR_USERS_SECRET can sign in as anybody."),
    _("Upgrade Rocket.Chat to {mended} or later."),
)
BYPASS_IGNORED = Finding(
    "D125",
    Severity.WARNING,
    _("Rocket.Chat 8.5 asks for a second factor also where a personal access token is to ignore it (#38017)."),
    _("Where second factors are on, names, addresses and passwords of accounts can't be changed."),
    _("Upgrade Rocket.Chat to 8.6 or later."),
)
FIRST_LOGIN_FAILS = Finding(
    "D126",
    Severity.WARNING,
    _("Rocket.Chat 7.13 fails to make a login token for who has never signed in (#40598)."),
    _("It is asked again, which helps; the first sign-in of each person takes longer."),
    _("Upgrade Rocket.Chat to 8.0 or later."),
)
CHANGES_OF_9 = Finding(
    "D127",
    Severity.FINE,
    _("This is Rocket.Chat {version}: from 9.0 on, Custom OAuth needs a paid plan, and iframe login does not."),
    _("Refusals have other codes there. This package knows both."),
)
PATCH_UNKNOWN = Finding(
    "D128",
    Severity.UNKNOWN,
    _("This is Rocket.Chat {version}, some patches of which have grave faults; which patch it is, it does not tell."),
    _("Only who has the permission view-statistics is told."),
    _(
        "Administration → Permissions: give view-statistics to a role of the service account; or look at Administration"
        " → Workspace, and upgrade to the newest patch."
    ),
)
FINDINGS = (
    TOO_OLD,
    TOO_NEW,
    IFRAME_BROKEN,
    TOKENS_FOR_ANYBODY,
    BYPASS_IGNORED,
    FIRST_LOGIN_FAILS,
    CHANGES_OF_9,
    PATCH_UNKNOWN,
)


def probe(patient: Patient) -> Iterator[Found]:
    """Ask for the version, and for the patch where it matters."""
    client = patient.client
    version = rest.workspace.info(client)
    if version < OLDEST:
        yield TOO_OLD.seen(version=version)
    if version.major > NEWEST:
        yield TOO_NEW.seen(version=version)
    if version.major == NEWEST:
        yield CHANGES_OF_9.seen(version=version)
    if version == (8, 5):
        yield BYPASS_IGNORED.seen()
    if version == (7, 13) and conf.login_source == "create_token":
        yield FIRST_LOGIN_FAILS.seen()
    if version == (7, 8):
        yield IFRAME_BROKEN.seen(version=version)
    if patches.matters(version):
        yield from _of_patch(version, rest.workspace.patch(client))


def _of_patch(version: Version, patch: int | None) -> Iterator[Found]:
    full = f"{version}.{patch}"
    if patch is None:
        yield PATCH_UNKNOWN.seen(version=version)
    elif version == patches.IFRAME_BROKEN:
        if patch < patches.IFRAME_MENDED_IN:
            yield IFRAME_BROKEN.seen(version=full)
    elif patch < patches.PERMISSION_ASKED_FROM[version]:
        yield TOKENS_FOR_ANYBODY.seen(version=full, mended=f"{version}.{patches.PERMISSION_ASKED_FROM[version]}")


TOPIC = Topic("version", _("Version of Rocket.Chat"), FINDINGS, probe, _("No fault of this version is known."))
