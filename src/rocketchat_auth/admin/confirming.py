"""The page that asks before something is done which is not undone by the next sync, or is undone by it too soon."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.admin import helpers
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from rocketchat_auth.accounts import administration
from rocketchat_auth.models import Account

if TYPE_CHECKING:
    AccountModelAdmin = admin.ModelAdmin[Account]

_TEMPLATE = "admin/rocketchat_auth/account/confirm.html"


def is_confirmed(request: HttpRequest) -> bool:
    """Whether this is the answer to the page."""
    return request.POST.get("post") == "yes"


def ask_before_unlinking(
    model_admin: "AccountModelAdmin", request: HttpRequest, accounts: Sequence[Account]
) -> TemplateResponse:
    """Say what unlinking means."""
    return _ask(
        model_admin,
        request,
        action="unlink",
        title=_("Unlink chat accounts?"),
        consequences=[
            _("This site forgets which chat account belongs to the user, and ends the logins that it gave out."),
            _("The chat account itself stays as it is, with its messages and rooms."),
            _(
                "At the next sign-in or sync the user gets a new chat account, or none where the old one is in its way:"
                " then the two have to be linked by hand."
            ),
        ],
        accounts=[(account, "") for account in accounts],
    )


def ask_before_deactivating(
    model_admin: "AccountModelAdmin", request: HttpRequest, accounts: Sequence[Account]
) -> TemplateResponse:
    """Say what deactivating means, and for whom it does not last."""
    comes_back = _("may chat, so the next sign-in or sync revives it")
    marked = [(account, comes_back if administration.comes_back(account) else "") for account in accounts]
    consequences = [
        _("The person is out of chat at once, on every device, and nobody can write to them any more."),
        _("Rooms that they alone own go to another member. Where they are the only one, the room is deleted."),
    ]
    if any(mark for _account, mark in marked):
        consequences.append(
            _(
                "This does not last for users who may chat. To keep somebody out, untick “Active” on the user's page,"
                " or take away what lets them chat; the next sync then deactivates the chat account by itself."
            )
        )
    return _ask(
        model_admin,
        request,
        action="deactivate",
        title=_("Deactivate chat accounts?"),
        consequences=consequences,
        accounts=marked,
    )


def _ask(
    model_admin: "AccountModelAdmin",
    request: HttpRequest,
    *,
    action: str,
    title: str,
    consequences: Sequence[str],
    accounts: Sequence[tuple[Account, str]],
) -> TemplateResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
        "action": action,
        "consequences": consequences,
        "accounts": accounts,
        "action_checkbox_name": helpers.ACTION_CHECKBOX_NAME,
    }
    request.current_app = model_admin.admin_site.name
    return TemplateResponse(request, _TEMPLATE, context)
