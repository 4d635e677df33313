"""Forms that let no two users have the same e-mail address, in upper or lower case, as Rocket.Chat wants it."""

from types import new_class
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

# Generic for type checkers alone, and mixed in elsewhere at run time.
if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

    _Admin = ModelAdmin[Any]
    _Form = forms.ModelForm[Any]
else:
    _Admin = object
    _Form = forms.ModelForm

TAKEN = _("Another user has this e-mail address. Each address may belong to one user only.")


class UniqueEmailMixin(_Form):
    """For a `ModelForm` of users: refuses the address of another user. The user's own passes.

    ::

        class SignUpForm(UniqueEmailMixin, UserCreationForm): ...

    A form finds what is there when it is asked. Against two people who send the same address at the same moment only a
    constraint of the database helps.
    """

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        user = self.instance
        name = user.get_email_field_name()
        address = self.cleaned_data.get(name)
        if address and _is_of_another(user, name, address):
            self.add_error(name, ValidationError(TAKEN, code="unique"))
        return cleaned


class UniqueEmailAdminMixin(_Admin):
    """For the `ModelAdmin` of users: all of its forms refuse the address of another user.

    ::

        class SiteUserAdmin(UniqueEmailAdminMixin, UserAdmin): ...
    """

    def get_form(
        self, request: HttpRequest, obj: Any | None = None, change: bool = False, **kwargs: Any
    ) -> type[_Form]:
        return _guarded(super().get_form(request, obj, change=change, **kwargs))

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[_Form]:
        """The form of a row whose fields `list_editable` opens."""
        return _guarded(super().get_changelist_form(request, **kwargs))


def _guarded(form: type[_Form]) -> type[_Form]:
    return form if issubclass(form, UniqueEmailMixin) else new_class(form.__name__, (UniqueEmailMixin, form))


def _is_of_another(user: AbstractBaseUser, name: str, address: str) -> bool:
    """Looked for among all users: the chat account of one whom the site hides keeps the address as well."""
    others = get_user_model()._base_manager.exclude(pk=user.pk)
    return others.filter(**{f"{name}__iexact": address}).exists()
