"""Comparing an answer of the stand-in with a recorded one, whatever ids, dates and tokens they bear."""

import json
import re
from typing import Any

_VOLATILE = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d+Z?"), "<date>"),
    (re.compile(r"\$2b\$\d\d\$[./A-Za-z0-9]{53}"), "<bcrypt>"),
    (re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43}="), "<hash>"),
    (re.compile(r"wait \d+ seconds"), "wait <n> seconds"),
)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_ID = re.compile(r"[0-9a-f]{24}|[2-9A-HJ-NP-Za-km-z]{17}")
# The keys whose numbers depend on what people have written and on when it was.
_UNCOUNTED = frozenset({"unread", "$date"})


class Comparison:
    """Knows which id or token of the stand-in stands for which recorded one, and learns from each comparison."""

    def __init__(self) -> None:
        self.stands_for: dict[str, str] = {}

    def played(self, recorded: Any) -> Any:
        """What was recorded, with the stand-in's ids and tokens in the place of the recorded ones."""
        if isinstance(recorded, dict):
            return {key: self.played(value) for key, value in recorded.items()}
        if isinstance(recorded, list):
            return [self.played(value) for value in recorded]
        if isinstance(recorded, str):
            for theirs, ours in self.stands_for.items():
                recorded = recorded.replace(theirs, ours)
        return recorded

    def differences(self, recorded: Any, actual: Any, where: str = "") -> list[str]:
        """What differs between two bodies: keys, types, lengths and values."""
        if type(recorded) is not type(actual):
            return [f"{where}: {recorded!r} was recorded, {actual!r} answered"]
        if isinstance(recorded, dict):
            return self._in_objects(recorded, actual, where)
        if isinstance(recorded, list):
            found = [] if len(recorded) == len(actual) else [f"{where}: {len(recorded)} recorded, {len(actual)} given"]
            for number, (theirs, ours) in enumerate(zip(recorded, actual, strict=False)):
                found += self.differences(theirs, ours, f"{where}[{number}]")
            return found
        return [] if self._equal(recorded, actual, where) else [f"{where}: {recorded!r} recorded, {actual!r} given"]

    def _in_objects(self, recorded: dict[str, Any], actual: dict[str, Any], where: str) -> list[str]:
        found = [f"{where}: without {key}" for key in recorded.keys() - actual.keys()]
        found += [f"{where}: with {key}" for key in actual.keys() - recorded.keys()]
        for key in recorded.keys() & actual.keys():
            found += self.differences(recorded[key], actual[key], f"{where}.{key}")
        return found

    def _equal(self, recorded: Any, actual: Any, where: str) -> bool:
        if not isinstance(recorded, str):
            return bool(recorded == actual) or where.rpartition(".")[2] in _UNCOUNTED
        if recorded.startswith("{"):
            return not self.differences(json.loads(recorded), json.loads(actual), where)
        alike = any(kind.fullmatch(recorded) and kind.fullmatch(actual) for kind in (_TOKEN, _ID))
        if alike and recorded not in self.stands_for:
            self.stands_for[recorded] = actual
        return _settled(self.played(recorded)) == _settled(actual)


def _settled(text: str) -> str:
    for pattern, name in _VOLATILE:
        text = pattern.sub(name, text)
    return text
