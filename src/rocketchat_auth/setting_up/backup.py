"""What the workspace's settings were before, in a small JSON file that the operator keeps.

A file, since it is wanted on the day when the site and its database may be down, and since people can read it. Nothing
in it is secret: addresses and switches.
"""

import json
from pathlib import Path
from typing import Any

from rocketchat_auth.setting_up.workspace_settings import Values

NAME = "rocketchat-settings-before.json"


class BadBackup(Exception):
    """The file is no such backup, or one of another workspace."""


def load(path: Path, workspace: str) -> Values:
    """The values in the file; none where there is no file.

    Raises:
        BadBackup: it is something else.
        OSError: it cannot be read.
    """
    if not path.exists():
        return {}
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise BadBackup(path) from None
    if (
        not isinstance(found, dict)
        or found.get("workspace") != workspace
        or not isinstance(found.get("settings"), dict)
    ):
        raise BadBackup(path)
    return dict(found["settings"])


def keep(path: Path, workspace: str, values: Values) -> None:
    """Keep values, before they are changed. Those that the file has already are older, and stay.

    Raises:
        BadBackup: the file is something else.
        OSError: it cannot be written.
    """
    kept = {**values, **load(path, workspace)}
    text = json.dumps({"workspace": workspace, "settings": kept}, indent=2, sort_keys=True)
    path.write_text(f"{text}\n", encoding="utf-8")
