"""What a report of an error could show of the code of the package."""

import traceback
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from django.views.debug import ExceptionReporter

import rocketchat_auth

SOURCE = str(Path(rocketchat_auth.__file__).parent)


def report_of(error: BaseException) -> str:
    """All that anybody's report of an error could show: texts, reprs, attributes, chain, and local variables."""
    shown: list[str] = []
    link: BaseException | None = error
    while link is not None:
        ours = _from_our_code_on(link.__traceback__)
        with_locals = traceback.TracebackException(type(link), link, ours, capture_locals=True)
        shown += ["".join(with_locals.format()), str(link), repr(link), deep(vars(link)), deep(link.args)]
        shown += [deep(frame.f_locals) for frame, _ in traceback.walk_tb(ours)]
        shown.append(deep(ExceptionReporter(None, type(link), link, ours).get_traceback_data()["frames"]))
        link = link.__cause__ or link.__context__
    return "\n".join(shown)


def _from_our_code_on(found: TracebackType | None) -> TracebackType | None:
    """The test's own frames hold the secrets; ours and those of libraries below must not."""
    while found is not None and not found.tb_frame.f_code.co_filename.startswith(SOURCE):
        found = found.tb_next
    return found


def deep(value: object) -> str:
    """What Sentry and its like make of a variable: mappings and lists by their parts, all else by its repr."""
    if isinstance(value, Mapping):
        return " ".join(f"{key!r} {deep(part)}" for key, part in value.items())
    if isinstance(value, (list, tuple, set, frozenset)):
        return " ".join(map(deep, value))
    return repr(value)
