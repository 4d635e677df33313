"""One thing that a check can find: its id, its words, and the line that mends it."""

from dataclasses import dataclass

from django.core import checks

APP_LABEL = "rocketchat_auth"
_LEVELS = {"E": checks.ERROR, "W": checks.WARNING, "I": checks.INFO}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check says, before it is known where.

    Args:
        number: "E001", "W001", "I001"; the letter is the level, and the whole never changes its meaning.
        text: what is wrong. Braces are filled in, and never with what a setting that may be secret holds.
        hint: the line to type.
    """

    number: str
    text: str
    hint: str

    @property
    def id(self) -> str:
        """The id, as `SILENCED_SYSTEM_CHECKS` takes it."""
        return f"{APP_LABEL}.{self.number}"

    def message(self, *, hint: str = "", **values: object) -> checks.CheckMessage:
        """The message, with `values` in the places of the text's and the hint's braces.

        Args:
            hint: a line to type that is nearer to the case than the usual one.
        """
        text, line = (part.format(**values) if values else part for part in (self.text, hint or self.hint))
        return checks.CheckMessage(_LEVELS[self.number[0]], text, hint=line, id=self.id)
