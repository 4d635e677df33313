"""The catalogs of translations have every text of the pages that people meet."""

import io
import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from rocketchat_auth import __file__ as package_file
from scripts import messages

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|</?\w+>")

each_language = pytest.mark.parametrize("language", messages.LANGUAGES)


def forms(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text) if isinstance(text, list | tuple) else ()


def entries(language: str) -> list[Message]:
    file = io.BytesIO(messages.path_of(language, "po").read_bytes())
    return [message for message in read_po(file, locale=language) if message.id]


def test_the_texts_of_templates_and_of_code_are_found() -> None:
    found = {message.id: source for source, message in messages.texts()}

    assert found["Open in the app"] == "templates/rocketchat_auth/home.html"
    assert found["Continue as %(user)s"] == "templates/rocketchat_auth/window.html"
    assert found["Chat is busy"] == "web/refusals.py"
    plural = ("Wait %(seconds)d second, then try again.", "Wait %(seconds)d seconds, then try again.")
    assert found[plural] == "web/refusals.py"


def test_every_text_of_a_template_is_found() -> None:
    tag = re.compile(r"{% (?:translate|blocktranslate)\b")
    templates = messages.PACKAGE.glob("templates/rocketchat_auth/*.html")

    assert Counter(source for source, _ in messages.texts() if source.startswith("templates/")) == Counter(
        {path.relative_to(messages.PACKAGE).as_posix(): len(tag.findall(path.read_text())) for path in templates}
    )


@each_language
@pytest.mark.parametrize("kind", ["po", "mo"])
def test_the_catalogs_are_what_make_messages_writes(language: str, kind: str) -> None:
    """Else: run `make messages`, and translate what it names."""
    catalog = messages.current(language)
    expected = catalog.as_po() if kind == "po" else catalog.as_mo()

    assert messages.path_of(language, kind).read_bytes() == expected


@each_language
def test_every_text_is_translated(language: str) -> None:
    assert [message.id for message in messages.untranslated(messages.current(language))] == []


@each_language
def test_translations_have_the_placeholders_and_the_tags_of_the_text(language: str) -> None:
    assert [
        message.id
        for message in entries(language)
        for form in forms(message.string)
        if Counter(PLACEHOLDER.findall(form)) != Counter(PLACEHOLDER.findall(forms(message.id)[-1]))
    ] == []


@each_language
def test_translations_end_as_the_text_does(language: str) -> None:
    assert [
        message.id
        for message in entries(language)
        for form in forms(message.string)
        if form.endswith(".") != forms(message.id)[0].endswith(".")
    ] == []


@each_language
def test_catalogs_tell_nothing_of_who_wrote_them_and_when(language: str) -> None:
    header = messages.path_of(language, "po").read_text().partition("#:")[0]

    assert not re.search(r"Date|Translator:|Team|Generated|@", header)


@each_language
def test_the_installed_package_has_the_catalog(language: str) -> None:
    installed = Path(package_file).parent / "locale" / language / "LC_MESSAGES" / "django.mo"

    assert installed.read_bytes() == messages.path_of(language, "mo").read_bytes()


def test_a_new_text_is_named_and_what_is_gone_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "PACKAGE", tmp_path)
    (tmp_path / "web").mkdir()
    page = tmp_path / "web" / "page.py"
    page.write_text('_("Gone")\nngettext("one", "%d", 1)\n')
    first = messages.current("de")
    for message in first:
        if message.id:
            message.string = "Weg" if message.id == "Gone" else ("eins", "")
    messages.path_of("de", "po").parent.mkdir(parents=True)
    messages.path_of("de", "po").write_bytes(first.as_po())

    page.write_text('\n\nngettext("one", "%d", 1)\n_("New")\n')

    assert [message.id for message in messages.current("de") if message.id] == [("one", "%d"), "New"]
    assert [message.id for message in messages.untranslated(messages.current("de"))] == [("one", "%d"), "New"]
