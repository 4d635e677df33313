"""No two users have the same e-mail address: Rocket.Chat gives an address to one account only."""

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, UniqueConstraint

from rocketchat_auth.checks.findings import Finding
from rocketchat_auth.checks.reading import load, usable
from rocketchat_auth.conf import conf

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

NOT_UNIQUE = Finding(
    "I131",
    "Nothing keeps two users of {model} from having the same {field}. Rocket.Chat gives an e-mail address to one "
    "account only: the second user gets none.",
    'constraints = [models.UniqueConstraint(Lower("{field}"), name="unique_{field}")]  # in the Meta of {model}',
)
FINDINGS = (NOT_UNIQUE,)

# The model of Django takes no constraint, its admin does.
_LINE_FOR_STOCK_USERS = "class SiteUserAdmin(UniqueEmailAdminMixin, UserAdmin): ...  # from rocketchat_auth.validators"


def check(**kwargs: object) -> list[CheckMessage]:
    """The address of the user model, in the database and in the admin."""
    model = get_user_model()
    field = _email_field(model)
    if field is None or _adapter_looks_elsewhere() or _is_unique(model, field) or _is_guarded_in_admin(model):
        return []
    line = _LINE_FOR_STOCK_USERS if model._meta.label == "auth.User" else ""
    return [NOT_UNIQUE.message(hint=line, model=model._meta.label, field=field.name)]


def _email_field(model: "type[AbstractBaseUser]") -> "Field[Any, Any] | None":
    try:
        field = model._meta.get_field(model.get_email_field_name())
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) else None


def _adapter_looks_elsewhere() -> bool:
    from rocketchat_auth.adapter import Adapter

    adapter, _ = load(usable(lambda: conf.adapter) or "")
    return isinstance(adapter, type) and issubclass(adapter, Adapter) and adapter.email is not Adapter.email


def _is_unique(model: "type[AbstractBaseUser]", field: "Field[Any, Any]") -> bool:
    constraints = (constraint for constraint in model._meta.constraints if isinstance(constraint, UniqueConstraint))
    return (
        field.unique
        or (field.name,) in map(tuple, model._meta.unique_together)
        or any(_names(constraint) == {field.name} for constraint in constraints)
    )


def _names(constraint: UniqueConstraint) -> set[str]:
    """The fields that a constraint is about, those inside of `Lower(…)` and its like too."""
    names = set(constraint.fields)
    for expression in constraint.expressions:
        parts = expression.flatten() if hasattr(expression, "flatten") else [expression]
        names.update(part.name for part in parts if hasattr(part, "name"))
    return names


def _is_guarded_in_admin(model: "type[AbstractBaseUser]") -> bool:
    if not apps.is_installed("django.contrib.admin"):
        return False
    from django.contrib import admin

    from rocketchat_auth.validators import UniqueEmailAdminMixin, UniqueEmailMixin

    if not admin.site.is_registered(model):
        return False
    shown_by = admin.site.get_model_admin(model)
    return isinstance(shown_by, UniqueEmailAdminMixin) or issubclass(shown_by.form, UniqueEmailMixin)
