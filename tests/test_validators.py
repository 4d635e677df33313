"""Two users with one address: refused by a site's forms and by its admin."""

from typing import TYPE_CHECKING, Any

import pytest
from django import forms
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from rocketchat_auth.validators import TAKEN, UniqueEmailAdminMixin, UniqueEmailMixin
from tests.people.models import Member
from tests.user_admins import urls_with

# Generic for type checkers alone.
if TYPE_CHECKING:
    AnyForm = forms.ModelForm[Any]
    AnyUserAdmin = UserAdmin[User]
    AnyUserCreationForm = UserCreationForm[User]
else:
    AnyForm = forms.ModelForm
    AnyUserAdmin = UserAdmin
    AnyUserCreationForm = UserCreationForm


class SignUpForm(UniqueEmailMixin, AnyUserCreationForm):
    class Meta:
        model = User
        fields = ("username", "email")


class ProfileForm(UniqueEmailMixin, AnyForm):
    class Meta:
        model = User
        fields = ("first_name", "email")


class NameForm(UniqueEmailMixin, AnyForm):
    class Meta:
        model = User
        fields = ("first_name",)


class MemberForm(UniqueEmailMixin, AnyForm):
    class Meta:
        model = Member
        fields = ("mail",)


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice", "alice@example.com")


@pytest.fixture
def bob(db: None) -> User:
    return User.objects.create_user("bob", "bob@example.com")


class TestAForm:
    @pytest.mark.parametrize("address", ["alice@example.com", "ALICE@Example.COM", " alice@example.com "])
    def test_refuses_the_address_of_another_user(self, address: str, alice: User) -> None:
        password = "a-long-password-of-hers"
        form = SignUpForm({"username": "eve", "email": address, "password1": password, "password2": password})

        assert form.errors == {"email": [TAKEN]}
        assert form.errors.as_data()["email"][0].code == "unique"

    def test_takes_an_address_that_nobody_has(self, alice: User) -> None:
        password = "a-long-password-of-hers"
        form = SignUpForm({"username": "eve", "email": "eve@example.com", "password1": password, "password2": password})

        assert form.is_valid()

    @pytest.mark.parametrize("address", ["alice@example.com", "Alice@example.com"])
    def test_takes_the_user_s_own_address(self, address: str, alice: User, bob: User) -> None:
        assert ProfileForm({"first_name": "Alice", "email": address}, instance=alice).is_valid()

    def test_takes_as_many_users_without_an_address_as_there_are(self, alice: User, bob: User) -> None:
        User.objects.update(email="")

        assert ProfileForm({"first_name": "Alice", "email": ""}, instance=alice).is_valid()

    def test_minds_no_address_that_it_does_not_ask_for(self, alice: User, bob: User) -> None:
        User.objects.update(email="both@example.com")

        assert NameForm({"first_name": "Alice"}, instance=alice).is_valid()

    def test_leaves_an_address_that_is_none_to_its_field(self, alice: User) -> None:
        assert "email" in ProfileForm({"email": "no address"}, instance=alice).errors


@pytest.mark.django_db
class TestAFormForAnotherUserModel:
    @pytest.fixture(autouse=True)
    def _members(self, settings: Settings) -> None:
        settings.AUTH_USER_MODEL = "people.Member"

    def test_refuses_the_address_of_another_user(self) -> None:
        Member.objects.create(mail="alice@example.com")

        assert MemberForm({"mail": "Alice@example.com"}).errors == {"mail": [TAKEN]}

    def test_refuses_the_address_of_one_whom_the_site_hides(self) -> None:
        Member.objects.create(mail="alice@example.com", is_active=False)

        assert MemberForm({"mail": "Alice@example.com"}).errors == {"mail": [TAKEN]}

    def test_takes_the_user_s_own_address(self) -> None:
        member = Member.objects.create(mail="alice@example.com")

        assert MemberForm({"mail": "Alice@example.com"}, instance=member).is_valid()


class GuardedAdmin(UniqueEmailAdminMixin, AnyUserAdmin):
    list_display = ("username", "email")
    list_editable = ("email",)
    add_fieldsets = ((None, {"fields": ("username", "email", "password1", "password2")}),)


class AdminWithGuardedForm(UniqueEmailAdminMixin, AnyUserAdmin):
    form = ProfileForm
    fieldsets = ((None, {"fields": ("first_name", "email")}),)


@pytest.fixture(params=[GuardedAdmin, AdminWithGuardedForm])
def guarded_admin(request: pytest.FixtureRequest, admin_client: Client, settings: Settings) -> Client:
    """The site's admin, whose pages of users refuse addresses that are taken."""
    settings.ROOT_URLCONF = urls_with(request.param)
    return admin_client


USERS = "/admin/auth/user/"
only_with_the_mixin_alone = pytest.mark.parametrize("guarded_admin", [GuardedAdmin], indirect=True)


class TestTheAdmin:
    def test_refuses_the_address_of_another_user(self, guarded_admin: Client, alice: User, bob: User) -> None:
        answer = guarded_admin.post(f"{USERS}{bob.pk}/change/", self.values(bob, email="Alice@example.com"))

        assert str(TAKEN) in answer.text
        bob.refresh_from_db()
        assert bob.email == "bob@example.com"

    def test_takes_the_user_s_own_address(self, guarded_admin: Client, alice: User) -> None:
        answer = guarded_admin.post(f"{USERS}{alice.pk}/change/", self.values(alice, first_name="Alice"))

        assert answer.status_code == 302
        alice.refresh_from_db()
        assert alice.first_name == "Alice"

    @only_with_the_mixin_alone
    def test_refuses_a_new_user_with_a_taken_address(self, guarded_admin: Client, alice: User) -> None:
        values = {"username": "eve", "email": "alice@example.com", "usable_password": "false"}
        answer = guarded_admin.post(f"{USERS}add/", values)

        assert str(TAKEN) in answer.text
        assert not User.objects.filter(username="eve").exists()

    @only_with_the_mixin_alone
    def test_refuses_a_taken_address_in_the_list(self, guarded_admin: Client, alice: User, bob: User) -> None:
        values = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": bob.pk, "_save": "Save"}
        answer = guarded_admin.post(f"{USERS}?username=bob", {**values, "form-0-email": "alice@example.com"})

        assert str(TAKEN) in answer.text

    @staticmethod
    def values(user: User, **changes: str) -> dict[str, str]:
        fields = ("username", "first_name", "last_name", "email")
        joined = {"date_joined_0": "2026-11-25", "date_joined_1": "12:00:00"}
        return {**{field: getattr(user, field) for field in fields}, **joined, **changes}
