"""The chat help desk: what is wrong with the set-up, and where one person stops, for those who have no shell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rocketchat_auth.admin.carrying_out import write_down
from rocketchat_auth.doctor import Found, Patient, Severity, examine, topics
from rocketchat_auth.doctor.findings import Text
from rocketchat_auth.doctor.person import follow
from rocketchat_auth.models import Account

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Account]
else:
    _Admin = object

_TEMPLATES = "admin/rocketchat_auth/account"
_STOPS = (Severity.PROBLEM, Severity.UNKNOWN)
# A sign beside the word, for those who don't see the colour.
_WORDS: dict[Severity, tuple[str, Text]] = {
    Severity.FINE: ("✓", gettext_lazy("Fine")),
    Severity.UNKNOWN: ("?", gettext_lazy("Not known")),
    Severity.WARNING: ("!", gettext_lazy("Warning")),
    Severity.PROBLEM: ("✗", gettext_lazy("Problem")),
}


@dataclass(frozen=True, slots=True)
class Look:
    """A topic, or a step of a person, as the page shows it."""

    title: Text
    severity: Severity
    told: Text
    found: tuple[Found, ...]

    @property
    def sign(self) -> str:
        """A sign for how bad it is."""
        return _WORDS[self.severity][0]

    @property
    def word(self) -> Text:
        """A word for it."""
        return _WORDS[self.severity][1]


class HelpDesk(_Admin):
    """The page, for the `ModelAdmin` of accounts, and a link to it on the list."""

    change_list_template = f"{_TEMPLATES}/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        """The page stands before the pages of single accounts, whose path would take it for one of them."""
        page = self.admin_site.admin_view(self.help_desk)
        return [path("help-desk/", page, name="rocketchat_auth_account_help_desk"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, which is to know whether to show the link."""
        context = {"may_use_help_desk": self.has_help_desk_permission(request), **(extra_context or {})}
        return super().changelist_view(request, context)

    def has_help_desk_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.has_perm(f"{Account._meta.app_label}.use_help_desk"))

    def help_desk(self, request: HttpRequest) -> TemplateResponse:
        """Show the two buttons, and what came of the one that was pressed. Nothing is asked before one is."""
        if not self.has_help_desk_permission(request):
            raise PermissionDenied
        site = _site(request)
        username = (request.POST.get("user") or request.GET.get("user") or "").strip()
        looks: list[Look] = []
        if request.method == "POST":
            looks = self._followed(request, Patient(site), username) if username else _examined(Patient(site))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Chat help desk"),
            "opts": self.opts,
            "may_view": self.has_view_permission(request),
            "site": site,
            "username": username,
            "looks": looks,
            "verdict": _verdict(looks, username),
        }
        return TemplateResponse(request, f"{_TEMPLATES}/help_desk.html", context)

    def _followed(self, request: HttpRequest, patient: Patient, username: str) -> list[Look]:
        looks = [Look(step.title, step.severity, step.told, step.found) for step in follow(patient, username)]
        of_user = {f"user__{get_user_model().USERNAME_FIELD}": username}
        account = Account.objects.filter(**of_user).first()
        if account is not None:
            write_down(self, request, account, _("Chat help desk"), _("followed into chat"))
        return looks


def _site(request: HttpRequest) -> str:
    """The site as this very browser has it: protection against forged requests has checked the Origin header."""
    origin = request.headers.get("Origin", "null")
    return f"{request.scheme}://{request.get_host()}" if origin == "null" else origin


def _examined(patient: Patient) -> list[Look]:
    return [
        Look(examined.topic.title, examined.severity, "" if examined.found else examined.topic.fine, examined.found)
        for examined in examine(patient, topics.ALL).topics
    ]


def _verdict(looks: Sequence[Look], username: str) -> str:
    """What it comes to, in one sentence."""
    if not looks:
        return ""
    if username and looks[-1].severity in _STOPS:
        return _("%(name)s stops at “%(step)s”.") % {"name": username, "step": looks[-1].title}
    if username:
        return _("%s gets into chat.") % username
    counts = {severity.value: sum(look.severity is severity for look in looks) for severity in Severity}
    if counts["fine"] == len(looks):
        return _("Nothing wrong was found.")
    return _("Topics with a problem: %(problem)d; with a warning: %(warning)d; not known: %(unknown)d.") % counts
