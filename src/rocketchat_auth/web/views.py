"""`rocketchat/` and `rocketchat/redirect`: the pages that people see. `rocketchat/api` is in `web.api`."""

import logging
import secrets
from dataclasses import dataclass, replace
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required, login_required
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils.html import json_script
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from rocketchat_auth import login
from rocketchat_auth.accounts.refusals import RefusalReason
from rocketchat_auth.conf import conf
from rocketchat_auth.web import continuing, cross_site, links, origins, pages, qr, refusals

logger = logging.getLogger("rocketchat_auth.web")

# What a browser says a response is for when it shows it to a person; scripts and embedded things say something else.
_SHOWN_AS = (None, "document", "iframe", "frame")

_SIGN_OUT_PHONES = "sign-out-phones"


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_protect
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Ways into chat for a signed-in person. A POST asks for the code that signs a phone in."""
    try:
        context = {"chat_url": links.chat_link(), "app_url": links.app_link(), **_for_phones(request)}
    except ImproperlyConfigured:
        reference = secrets.token_hex(4).upper()
        logger.exception("The page with the ways into chat could not be shown [reference %s]", reference)
        # "Try again" sends a form, for a login token, to the page that it stands on: not to this one.
        explanation = replace(refusals.explain(RefusalReason.MISCONFIGURED), can_retry=False)
        return _explained(request, explanation, reference)
    return pages.render(request, "home", context)


def _for_phones(request: HttpRequest) -> dict[str, Any]:
    if not cross_site.may_put_token_into_url():
        return {"qr_code": qr.opening_app()}
    qr_code = None
    if _SIGN_OUT_PHONES in request.POST:
        login.sign_out_phones(cast("AbstractBaseUser", request.user))
    elif request.method == "POST":
        qr_code = qr.signing_in(request)
    return {"signs_in": True, "qr_code": qr_code, "phones": login.count_phones(cast("AbstractBaseUser", request.user))}


@require_http_methods(["GET", "POST"])
@login_not_required
@csrf_protect
def redirect(request: HttpRequest) -> HttpResponse:
    """Sign the person in to chat: in the chat's frame, in the mobile app, or on the way to the chat.

    A POST, which is what "Try again" and "Continue as" send, takes a fresh login token.
    """
    if request.META.get("HTTP_SEC_FETCH_DEST") not in _SHOWN_AS:
        return HttpResponseForbidden(headers={"Cache-Control": origins.NO_STORE, "X-Content-Type-Options": "nosniff"})
    if cross_site.needs_steps(request):
        return cross_site.show_steps(request)
    return _hand_over(request)


@dataclass(frozen=True, slots=True)
class _LoginData:
    """What redirect.js reads. No dictionary: reports of errors, a debug page too, show what a template was given."""

    chat_login: login.ChatLogin
    origin: str
    chat_url: str

    def __str__(self) -> str:
        data = {"loginToken": self.chat_login.token, "origin": self.origin, "chatUrl": self.chat_url}
        return json_script(data, "rocketchat-login")


@login_required
def _hand_over(request: HttpRequest) -> HttpResponse:
    origin = None
    is_top_level = request.META.get("HTTP_SEC_FETCH_DEST") == "document"
    try:
        origin = conf.origin
        if (answer := continuing.answer(request, framed_by=origin)) is not None:
            return answer
        chat_login = login.token_for(request, fresh=request.method == "POST", handing_over=not is_top_level)
    except login.LeftChat:
        return continuing.page(request, framed_by=origin)
    except login.LoginRefused as refusal:
        if not login.session_goes_on(request.session):  # it ended while this was under way, by a logout in chat perhaps
            return redirect_to_login(request.path)
        return explain(request, refusal, framed_by=origin)
    except Exception as error:  # noqa: BLE001 (it is logged there)
        return explain(request, error, framed_by=origin)
    context = {
        "login_data": _LoginData(chat_login, origin, conf.url),
        "chat_url": links.chat_link(),
        "is_top_level": is_top_level,
    }
    response = pages.render(request, "redirect", context, framed_by=origin)
    login.remember_session(request, response)
    return response


def explain(
    request: HttpRequest, error: Exception, *, framed_by: str | None = None, can_retry: bool = True
) -> HttpResponse:
    """The page that tells a person why they could not be signed in to chat.

    Args:
        framed_by: the origin whose pages may frame it.
        can_retry: whether the page that was asked for takes what "Try again" sends.
    """
    refusal = error if isinstance(error, login.LoginRefused) else login.refuse(request, error)
    explanation = refusals.explain(refusal.reason, refusal.retry_after)
    explanation = replace(explanation, can_retry=explanation.can_retry and can_retry)
    response = _explained(request, explanation, refusal.reference, framed_by=framed_by)
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusals.whole_seconds(refusal.retry_after))
    return response


def _explained(
    request: HttpRequest, explanation: refusals.Explanation, reference: str, *, framed_by: str | None = None
) -> HttpResponse:
    context = {"explanation": explanation, "reference": reference}
    return pages.render(request, "refused", context, status=explanation.status, framed_by=framed_by)
