"""Writing settings into a file of lines `NAME=value`, which nobody else may read and git must not know."""

import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from rocketchat_auth.rest import Secret

MODE = 0o600

_NAME = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=")


class NotIgnored(Exception):
    """The file is in a git repository that does not ignore it: the secrets could be committed."""


def check(path: Path) -> None:
    """See to it that secrets may be written there.

    Raises:
        NotIgnored: git could commit them.
    """
    folder = path.resolve().parent
    in_repository = any((parent / ".git").exists() for parent in (folder, *folder.parents))
    if in_repository and not _git_ignores(path.resolve()):
        raise NotIgnored(path)


def write(path: Path, values: Mapping[str, Secret]) -> None:
    """Put values into the file; its other lines stay as they are. It is whole at any moment, and for its owner alone.

    Args:
        path: the file, which need not exist.
        values: by name.

    Raises:
        NotIgnored: git could commit it.
        OSError: it cannot be written.
    """
    check(path)
    target = path.resolve()
    former = target.read_text(encoding="utf-8") if target.exists() else ""
    descriptor, name = tempfile.mkstemp(prefix=f"{target.name}.", dir=target.parent)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(_merged(former, values))
        draft.chmod(MODE)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _git_ignores(path: Path) -> bool:
    """Whether git says so; where it cannot be asked, it counts as a no."""
    try:
        asked = subprocess.run(  # noqa: S603 - nothing in it is from outside but the path, behind --
            ["git", "check-ignore", "--quiet", "--", str(path)],  # noqa: S607 - whichever git the operator uses
            cwd=path.parent,
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return asked.returncode == 0


def _merged(former: str, values: Mapping[str, Secret]) -> str:
    left = dict(values)
    lines = []
    for line in former.splitlines():
        named = _NAME.match(line)
        name = named[1] if named else ""
        if name in left:
            lines.append(_line(name, left.pop(name)))
        elif name not in values:
            lines.append(line)
    lines += [_line(name, value) for name, value in left.items()]
    return "".join(f"{line}\n" for line in lines)


def _line(name: str, value: Secret) -> str:
    return f"{name}={shlex.quote(value.reveal())}"
