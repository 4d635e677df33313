"""The chat help desk: what is wrong with the set-up, and where one person stops, for those who have no shell."""

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
from rocketchat_auth.doctor import Examination, Patient, Severity, examine, topics
from rocketchat_auth.doctor.examination import Examined
from rocketchat_auth.doctor.findings import Text
from rocketchat_auth.doctor.person import STOPS, follow
from rocketchat_auth.models import Account

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Account]
else:
    _Admin = object

_TEMPLATES = "admin/rocketchat_auth/account"
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

    examined: Examined

    @property
    def sign(self) -> str:
        """A sign for how bad it is."""
        return _WORDS[self.examined.severity][0]

    @property
    def word(self) -> Text:
        """A word for it."""
        return _WORDS[self.examined.severity][1]


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
        examination = Examination(())
        if request.method == "POST" and username:
            examination = self._followed(request, Patient(site), username)
        elif request.method == "POST":
            examination = examine(Patient(site), topics.ALL)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Chat help desk"),
            "opts": self.opts,
            "may_view": self.has_view_permission(request),
            "site": site,
            "username": username,
            "looks": [Look(examined) for examined in examination.topics],
            "verdict": _verdict(examination, username),
        }
        return TemplateResponse(request, f"{_TEMPLATES}/help_desk.html", context)

    def _followed(self, request: HttpRequest, patient: Patient, username: str) -> Examination:
        examination = follow(patient, username)
        of_user = {f"user__{get_user_model().USERNAME_FIELD}": username}
        account = Account.objects.filter(**of_user).first()
        if account is not None:
            write_down(self, request, account, _("Chat help desk"), _("followed into chat"))
        return examination


def _site(request: HttpRequest) -> str:
    """The site as this very browser has it: protection against forged requests has checked the Origin header."""
    origin = request.headers.get("Origin", "null")
    return f"{request.scheme}://{request.get_host()}" if origin == "null" else origin


def _verdict(examination: Examination, username: str) -> str:
    """What it comes to, in one sentence."""
    severities = [examined.severity for examined in examination.topics]
    if username and severities and severities[-1] in STOPS:
        return _("%(name)s stops at “%(step)s”.") % {"name": username, "step": examination.topics[-1].topic.title}
    if username:
        return _("%s gets into chat.") % username
    if examination.severity is Severity.FINE:
        return _("Nothing wrong was found.")
    counts = {severity.value: severities.count(severity) for severity in Severity}
    return _("Topics with a problem: %(problem)d; with a warning: %(warning)d; not known: %(unknown)d.") % counts
