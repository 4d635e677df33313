import pytest
from django.test import RequestFactory
from django.views import debug
from pytest_django import Settings

from rocketchat_auth.debug import SafeExceptionReporterFilter

MONGO_DB = "chat:the-password@localhost:27017/rocketchat"


@pytest.mark.parametrize("as_html", [True, False])
def test_a_report_of_an_error_hides_what_stands_in_mongo_db(
    as_html: bool, rf: RequestFactory, settings: Settings
) -> None:
    settings.MONGO_DB = MONGO_DB
    reporter = debug.ExceptionReporter(rf.get("/"), None, None, None)
    reporter.filter = debug.SafeExceptionReporterFilter()
    assert "the-password" in report(reporter, as_html)

    reporter.filter = SafeExceptionReporterFilter()

    assert "MONGO_DB" in report(reporter, as_html)
    assert "the-password" not in report(reporter, as_html)


@pytest.mark.parametrize("name", ["SECRET_KEY", "ROCKETCHAT_AUTH_TOKEN", "DATABASE_PASSWORD", "MONGO_DB"])
def test_what_django_hides_stays_hidden(name: str) -> None:
    shown = SafeExceptionReporterFilter().cleanse_setting(name, "a value")

    assert shown == SafeExceptionReporterFilter.cleansed_substitute


def test_other_settings_are_shown() -> None:
    assert SafeExceptionReporterFilter().cleanse_setting("ROCKETCHAT_URL", "a value") == "a value"


def report(reporter: debug.ExceptionReporter, as_html: bool) -> str:
    return reporter.get_traceback_html() if as_html else reporter.get_traceback_text()
