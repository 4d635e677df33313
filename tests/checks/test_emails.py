"""Which user models and which admins keep addresses apart."""

import types
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import AbstractBaseUser, User
from django.core.checks import CheckMessage
from django.db import models
from django.db.models.functions import Lower
from django.test.utils import isolate_apps
from pytest_django import Settings

from rocketchat_auth.checks import emails
from rocketchat_auth.validators import UniqueEmailAdminMixin, UniqueEmailMixin
from tests.checks.conftest import Found

# Generic for type checkers alone.
if TYPE_CHECKING:
    PlainAdmin = UserAdmin[User]
    PlainForm = UserChangeForm[User]
else:
    PlainAdmin = UserAdmin
    PlainForm = UserChangeForm


@pytest.fixture(autouse=True)
def _nothing_silenced(settings: Settings) -> None:
    settings.SILENCED_SYSTEM_CHECKS = []


class GuardedAdmin(UniqueEmailAdminMixin, PlainAdmin):
    pass


class GuardedForm(UniqueEmailMixin, PlainForm):
    pass


class AdminWithGuardedForm(PlainAdmin):
    form = GuardedForm


@pytest.fixture
def shown_by() -> Iterator[Callable[[type[PlainAdmin]], None]]:
    """Shows users by that admin instead of Django's."""

    def show_by(model_admin: type[PlainAdmin]) -> None:
        admin.site.unregister(User)
        admin.site.register(User, model_admin)

    yield show_by
    show_by(PlainAdmin)


def test_users_of_django_are_found_with_the_line_for_their_admin(
    found: Found, messages: Callable[[], list[CheckMessage]]
) -> None:
    assert found() == ["I131"]
    [message] = messages()
    assert "two users of auth.User from having the same email" in message.msg
    assert message.hint == emails._LINE_FOR_STOCK_USERS


@pytest.mark.parametrize("model_admin", [GuardedAdmin, AdminWithGuardedForm])
def test_a_guarded_admin_will_do(
    model_admin: type[PlainAdmin], shown_by: Callable[[type[PlainAdmin]], None], found: Found
) -> None:
    shown_by(model_admin)
    assert found() == []


def test_users_who_are_not_in_the_admin_are_found(found: Found) -> None:
    admin.site.unregister(User)
    try:
        assert found() == ["I131"]
    finally:
        admin.site.register(User, PlainAdmin)


def test_a_site_without_the_admin_is_found(found: Found, settings: Settings) -> None:
    apps = [app for app in settings.INSTALLED_APPS if app != "django.contrib.admin"]
    assert found({"INSTALLED_APPS": apps}) == ["I131"]


def test_an_adapter_that_takes_addresses_from_elsewhere_is_trusted(found: Found) -> None:
    assert found({"ROCKETCHAT_ADAPTER": "tests.adapters.WorkEmail"}) == []


def test_an_adapter_that_cannot_be_read_is_left_to_its_own_check(found: Found) -> None:
    assert found({"ROCKETCHAT_ADAPTER": 7}) == ["E045", "I131"]


def check_model(monkeypatch: pytest.MonkeyPatch, field: Any, **options: Any) -> list[CheckMessage]:
    """What is said of a user model with that field as `email` and those options in its Meta."""
    with isolate_apps("tests.people"):
        meta = types.new_class("Meta", exec_body=lambda body: body.update(app_label="people", **options))
        body = {"__module__": __name__, "Meta": meta, "email": field}
        model = type("Person", (AbstractBaseUser,), body)
    monkeypatch.setattr(emails, "get_user_model", lambda: model)
    return emails.check()


@pytest.mark.parametrize(
    "options",
    [
        {"constraints": [models.UniqueConstraint(Lower("email"), name="unique_email")]},
        {"constraints": [models.UniqueConstraint("email", name="unique_email")]},
        {"constraints": [models.UniqueConstraint(models.F("email"), name="unique_email")]},
        {
            "constraints": [
                models.UniqueConstraint(Lower("email"), name="unique_email", condition=~models.Q(email="")),
            ]
        },
        {"constraints": [models.UniqueConstraint(fields=["email"], name="unique_email")]},
        {"unique_together": [("email",)]},
    ],
)
def test_what_the_database_holds_will_do(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_model(monkeypatch, models.EmailField(), **options) == []


def test_a_unique_field_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_model(monkeypatch, models.EmailField(unique=True)) == []


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"unique_together": [("email", "password")]},
        {"constraints": [models.UniqueConstraint(Lower("email"), "password", name="both")]},
        {"constraints": [models.UniqueConstraint(fields=["password"], name="unique_password")]},
        {"constraints": [models.CheckConstraint(condition=~models.Q(email=""), name="email_given")]},
    ],
)
def test_what_holds_something_else_will_not(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    [message] = check_model(monkeypatch, models.EmailField(), **options)
    assert message.id == "rocketchat_auth.I131"
    assert message.hint is not None
    assert message.hint.startswith('constraints = [models.UniqueConstraint(Lower("email"), name="unique_email")]')


def test_users_without_an_address_have_none_to_share(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_model(monkeypatch, None) == []


def test_an_address_that_is_no_column_is_left_alone(found: Found, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(User, "EMAIL_FIELD", "logentry")
    assert found() == []
