"""Write the tables of docs/doctor.md anew from the code: `python docs/write_doctor.py`."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import django
from django.conf import settings

if not settings.configured:
    settings.configure(INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "rocketchat_auth"])
    django.setup()

from rocketchat_auth.doctor import Finding, examination, person
from rocketchat_auth.doctor.topics import ALL

PAGE = Path(__file__).parent / "doctor.md"
BEGIN, END = "<!-- findings -->\n", "<!-- end of findings -->"
OF_CHECKS = "The messages of `manage.py check`, from warnings on, under their own ids: see [](checks.md)."


def tables() -> str:
    """A heading and a Markdown table for each topic, and one for what any probe may meet."""
    of_person = _section("One person", " (`--user`)", person.FINDINGS)
    return "\n".join([*_section("Any topic", "", examination.FINDINGS), *_topics(), *of_person])


def with_tables(page: str) -> str:
    """`page` with new tables between the markers."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{tables()}\n{END}{tail}"


def _topics() -> Iterator[str]:
    for topic in ALL:
        yield from _section(str(topic.title), f" (`{topic.name}`)", topic.findings)


def _section(title: str, name: str, findings: Iterable[Finding]) -> Iterator[str]:
    rows = [f"| `{finding.number}` | {finding.severity} | {_cells(finding)} |" for finding in findings]
    yield from (f"### {title}{name}", "")
    if rows:
        yield from (
            "| Id | How bad | What is seen | Why it matters | How to mend it |",
            "| --- | --- | --- | --- | --- |",
        )
        yield from rows
    else:
        yield OF_CHECKS
    yield ""


def _cells(finding: Finding) -> str:
    texts = " | ".join(str(text).replace("|", "\\|") for text in (finding.text, finding.why, finding.mend))
    return texts.replace("{{", "{").replace("}}", "}").replace("\n", " ")


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
