"""The lines of Rocket.Chat of which some patches have grave faults, from its release notes.

Which patch runs is told only to who may `view-statistics`.
"""

from rocketchat_auth.rest.workspace import Version

IFRAME_BROKEN = Version(7, 9)
IFRAME_MENDED_IN = 4
"""The first patch of it in which iframe login works: it is broken from 7.8.0 to 7.9.3 (#36638, #36820)."""

PERMISSION_ASKED_FROM = {
    Version(8, minor): patch for minor, patch in {0: 8, 1: 7, 2: 7, 3: 7, 4: 5, 5: 2, 6: 1}.items()
}
"""The first patch of each line of 8.x in which users.createToken asks for user-generate-access-token."""


def matters(version: Version) -> bool:
    """Whether one has to know the patch to know how good it is."""
    return version == IFRAME_BROKEN or version in PERMISSION_ASKED_FROM
