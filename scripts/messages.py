"""Take the texts of the pages that people meet into the catalogs of translations, and compile these.

A catalog holds what the sources have, in their order: what is gone from them goes, and what is new stands there with
an empty translation. Nothing is guessed from a similar text, and no date and no line number changes by itself.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import templatize

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "rocketchat_auth"
SOURCES = ("templates/rocketchat_auth/*.html", "templatetags/*.py", "web/*.py")
LANGUAGES = {"de": "German", "es": "Spanish", "fr": "French", "pt": "Portuguese"}

_LAZY = {f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext", "npgettext")}
_KEYWORDS = {**DEFAULT_KEYWORDS, **_LAZY}


class Translations(Catalog):
    """A catalog whose header says only what programs need."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Project-Id-Version", "django-rocketchat-auth"),
            ("Language", str(self.locale_identifier)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=UTF-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]

    @mime_headers.setter
    def mime_headers(self, headers: object) -> None:
        """Leave them as they are, whatever the catalog was read from."""

    def as_po(self) -> bytes:
        buffer = io.BytesIO()
        write_po(buffer, self, width=100, include_lineno=False)
        return buffer.getvalue()

    def as_mo(self) -> bytes:
        buffer = io.BytesIO()
        write_mo(buffer, self)
        return buffer.getvalue()


def path_of(language: str, suffix: str) -> Path:
    return PACKAGE / "locale" / language / "LC_MESSAGES" / f"django.{suffix}"


def current(language: str) -> Translations:
    """The catalog as it should be: the texts of the sources, with the translations that the file has."""
    path = path_of(language, "po")
    former = Catalog(locale=language)
    if path.exists():
        former = read_po(io.BytesIO(path.read_bytes()), locale=language, abort_invalid=True)
    catalog = Translations(
        language,
        header_comment=f"# {LANGUAGES[language]} texts of the pages of django-rocketchat-auth, under its license.",
        charset="utf-8",
        fuzzy=False,
    )
    for source, message in texts():
        known = former.get(message.id, message.context)
        catalog.add(
            message.id,
            known.string if known else None,
            locations=[(source, 0)],
            auto_comments=message.auto_comments,
            context=message.context,
        )
    return catalog


def untranslated(catalog: Catalog) -> list[Message]:
    """What has no translation, or lacks a plural of it."""
    return [message for message in catalog if message.id and not all(_forms(message))]


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def texts() -> Iterator[tuple[str, Message]]:
    """Every text, with the file that it is from."""
    for pattern in SOURCES:
        for path in sorted(PACKAGE.glob(pattern)):
            source = path.read_text()
            if path.suffix == ".html":
                # What is left of the page makes no sense as Python, least of all its indentation.
                source = "\n".join(line.strip() for line in templatize(source, origin=path.name).splitlines())
            found = extract("python", io.BytesIO(source.encode()), _KEYWORDS, comment_tags=("Translators",))
            for _line, text, comments, context in found:
                yield path.relative_to(PACKAGE).as_posix(), Message(text, auto_comments=comments, context=context)


def main() -> int:
    settings.configure()
    django.setup()
    missing = 0
    for language in LANGUAGES:
        catalog = current(language)
        path_of(language, "po").parent.mkdir(parents=True, exist_ok=True)
        path_of(language, "po").write_bytes(catalog.as_po())
        path_of(language, "mo").write_bytes(catalog.as_mo())
        for message in untranslated(catalog):
            missing += 1
            print(f"{path_of(language, 'po').relative_to(PACKAGE.parent)}: not translated yet: {message.id!r}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
