"""The pages in the languages of those who read them."""

import html
import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils.translation import gettext, override
from pytest_django import Settings

from rocketchat_auth.accounts.refusals import RefusalReason
from rocketchat_auth.web.refusals import explain
from scripts.messages import Translations
from tests.web.crossing import text_of
from tests.web.desk import LoginDesk
from tests.web.gallery import HOME, Gallery, Page, each_page

LOCALE = "django.middleware.locale.LocaleMiddleware"

each_language = pytest.mark.parametrize(
    "asked_for, language",
    [("de", "de"), ("es", "es"), ("fr", "fr"), ("pt", "pt"), ("pt-br", "pt"), ("de-at", "de"), ("es-mx", "es")],
)


@pytest.fixture
def gallery(db: None, desk: LoginDesk, settings: Settings) -> Gallery:
    User.objects.create_user("ada", "ada@example.com")
    settings.ROCKETCHAT_CROSS_SITE = True
    session = settings.MIDDLEWARE.index("django.contrib.sessions.middleware.SessionMiddleware")
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[: session + 1], LOCALE, *settings.MIDDLEWARE[session + 1 :]]
    settings.LANGUAGE_CODE = "en"
    return Gallery(desk, settings)


def texts_of(page: str) -> set[str]:
    """What stands on the page, and in its title, tag by tag."""
    without_scripts = re.sub(r"<script.*?</script>|<!--.*?-->", "", page, flags=re.DOTALL)
    texts = (html.unescape(text).strip() for text in re.split(r"<[^>]*>", without_scripts))
    return {text for text in texts if re.search(r"[a-z]{3}", text)}


NAMES = {"ada", "grace", "testserver", "Chat", "."}
"""What is the same in all languages, of what the gallery shows."""


@each_page
@each_language
def test_every_page_is_wholly_in_the_language_that_the_browser_asks_for(
    gallery: Gallery, page: Page, asked_for: str, language: str
) -> None:
    english = texts_of(text_of(page(gallery)))
    gallery.language = asked_for

    translated = text_of(page(gallery.anew()))

    assert f'<html lang="{language}" dir="ltr">' in translated
    assert english & texts_of(translated) <= NAMES
    assert len(texts_of(translated)) >= 3


@each_page
def test_who_asks_for_english_gets_it_on_a_site_of_another_language(gallery: Gallery, page: Page) -> None:
    english = texts_of(text_of(page(gallery)))
    gallery.settings.LANGUAGE_CODE = "de"

    translated = text_of(page(gallery.anew()))

    assert '<html lang="en" dir="ltr">' in translated
    assert texts_of(translated) == english


def test_without_the_middleware_the_pages_speak_the_language_of_the_site(gallery: Gallery) -> None:
    gallery.settings.MIDDLEWARE = [name for name in gallery.settings.MIDDLEWARE if name != LOCALE]
    gallery.settings.LANGUAGE_CODE = "fr"
    gallery.language = "de"
    gallery.sign_in()

    page = text_of(gallery.get(HOME))

    assert '<html lang="fr" dir="ltr">' in page
    assert "Ouvrir le tchat" in page


def test_a_language_without_a_catalog_is_said_to_be_english(gallery: Gallery) -> None:
    gallery.language = "fi"
    gallery.sign_in()

    assert '<html lang="en" dir="ltr">' in text_of(gallery.get(HOME))


@pytest.mark.parametrize(
    "language, one, more",
    [
        ("de", "Warten Sie 1 Sekunde und", "Warten Sie 2 Sekunden und"),
        ("es", "Espere 1 segundo e", "Espere 2 segundos e"),
        ("fr", "Attendez 1 seconde,", "Attendez 2 secondes,"),
        ("pt", "Espere 1 segundo e", "Espere 2 segundos e"),
    ],
)
def test_one_second_is_not_two(language: str, one: str, more: str) -> None:
    with override(language):
        assert str(explain(RefusalReason.BUSY, 1).advice).startswith(one)
        assert str(explain(RefusalReason.BUSY, 2).advice).startswith(more)


def test_a_site_s_own_words_go_before_ours(gallery: Gallery, tmp_path: Path) -> None:
    catalog = Translations("de")
    catalog.add("Open chat", "Zum Plausch")
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(catalog.as_mo())
    gallery.settings.LOCALE_PATHS = [tmp_path]

    with override("de"):
        assert gettext("Open chat") == "Zum Plausch"
        assert gettext("Open in the app") == "In der App öffnen"
