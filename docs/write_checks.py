"""Write the tables of docs/checks.md anew from the code: `python docs/write_checks.py`."""

from pathlib import Path

from rocketchat_auth.checks import all_findings

PAGE = Path(__file__).parent / "checks.md"
LEVELS = {"E": "errors", "W": "warnings", "I": "notes"}


def table(letter: str) -> str:
    """The findings of one level as a Markdown table."""
    rows = [
        f"| `{finding.id}` | {finding.text} | `{finding.hint}` |"
        for finding in all_findings()
        if finding.number.startswith(letter)
    ]
    return "\n".join(["| Id | What is wrong | What to type |", "| --- | --- | --- |", *rows])


def with_tables(page: str) -> str:
    """`page` with a new table between each pair of markers."""
    for letter, name in LEVELS.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        head, _, rest = page.partition(begin)
        _, _, tail = rest.partition(end)
        page = f"{head}{begin}\n{table(letter)}\n\n{end}{tail}"
    return page


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
