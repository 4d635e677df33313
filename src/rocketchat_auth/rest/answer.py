"""What came back: bytes first, then an answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rocketchat_auth.rest.errors import BadAnswer, RateLimit


@dataclass(frozen=True, slots=True)
class Received:
    """One HTTP response, read to its end. Its content may hold tokens, so it has no part in the repr.

    `certificate_ends` is when the server's certificate expires, in seconds since the epoch, where it was looked at.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    certificate_ends: float | None = None

    def json_object(self) -> dict[str, Any] | None:
        """The content as a JSON object, or None where it is none."""
        try:
            parsed = json.loads(self.content)
        except (ValueError, RecursionError):
            return None
        return parsed if isinstance(parsed, dict) else None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of Rocket.Chat that says yes.

    The body may hold tokens, and the password hash of a user: keep it out of variables and logs.
    """

    endpoint: str
    body: dict[str, Any] = field(repr=False)
    rate: RateLimit | None = None

    def at(self, *path: str) -> Any:
        """What is at that path of the body, or None."""
        found: Any = self.body
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        return found

    def text(self, *path: str) -> str:
        """The text at that path of the body.

        Raises:
            BadAnswer: there is none, or an empty one.
        """
        if not (isinstance(self.at(*path), str) and self.at(*path)):
            raise self.misshapen(".".join(path))
        return str(self.at(*path))

    def misshapen(self, missing: str) -> BadAnswer:
        """The error to raise for an answer without that part."""
        return BadAnswer(f"Rocket.Chat's answer to {self.endpoint} has no usable {missing}.", endpoint=self.endpoint)
