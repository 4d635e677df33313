"""The tables of `docs/browsers.md`."""

import re
from pathlib import Path

from tests.browser.https.kinds import Kind

PAGE = Path(__file__).parents[3] / "docs" / "browsers.md"


def written(heading: str, kind: Kind) -> list[str]:
    """What the page says of that browser in the table below that heading: its cells but the first."""
    _, _, section = PAGE.read_text().partition(f"\n## {heading}\n")
    row = re.search(rf"^\| {re.escape(kind)} \|(.*)\|$", section.partition("\n## ")[0], re.MULTILINE)
    assert row is not None, f"docs/browsers.md says nothing of {kind} below “{heading}”."
    return [cell.strip() for cell in row[1].split("|")]
