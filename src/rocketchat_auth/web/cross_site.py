"""The hand-over page of a person whose session does not get through to the chat's frame: the ways in, one by one.

Each is offered only where the one before it failed: the browser's Storage Access, a window of the site's own, the login
form in the frame, and a page of the site in the place of the chat.
"""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.urls import NoReverseMatch, reverse

from rocketchat_auth.conf import SettingError, conf
from rocketchat_auth.web import cookies, framing, pages

HERE = "here"
"""The parameter by which a person asks for the login form in the frame."""

WINDOW_START = "start"
"""The parameter by which the frame opens a window for a new sign-in."""

_STORAGE_ACCESS = "HTTP_SEC_FETCH_STORAGE_ACCESS"


def needs_steps(request: HttpRequest) -> bool:
    """Whether the request is the chat's frame's, and brings nobody's session."""
    if not cookies.is_on() or not framing.is_framed(request) or not _are_addresses_known():
        return False
    # The chat is of the same site after all, and so a session would have come along.
    if request.META.get("HTTP_SEC_FETCH_SITE") == "same-site":
        return False
    return not request.user.is_authenticated


def show_steps(request: HttpRequest) -> HttpResponse:
    """The ways in; or the login form, if it was asked for and can work."""
    hand_over = reverse("rocketchat_auth:redirect")
    wants_form = HERE in request.GET
    if wants_form and cookies.keeps_any(request):
        return redirect_to_login(hand_over)
    get_token(request)  # sets a cookie, by which the next request shows whether the browser keeps any
    context: dict[str, Any] = {
        "steps": {
            "handOver": hand_over,
            "window": f"{reverse('rocketchat_auth:window')}?{WINDOW_START}",
            "claim": reverse("rocketchat_auth:claim"),
            "origin": conf.origin,
            "storageAccess": request.META.get(_STORAGE_ACCESS) != "active",
        },
        "form_url": f"{hand_over}?{HERE}",
        "is_form_blocked": wants_form,
        "top_url": reverse("rocketchat_auth:top") if may_put_token_into_url() else "",
        "site": request.get_host(),
    }
    response = pages.render(request, "steps", context, framed_by=conf.origin, calls_site=True)
    activate_storage_access(request, response)
    return response


def may_put_token_into_url() -> bool:
    """Whether the last resort is open; a system check says where the setting cannot be read."""
    try:
        return conf.token_in_url
    except SettingError:
        return False


def activate_storage_access(request: HttpRequest, response: HttpResponseBase) -> None:
    """Ask a browser that was allowed Storage Access before to come again, with the cookies that belong to it."""
    if cookies.is_on() and request.META.get(_STORAGE_ACCESS) == "inactive":
        response.headers["Activate-Storage-Access"] = f'retry; allowed-origin="{conf.origin}"'


def lead_to_hand_over(request: HttpRequest) -> HttpResponse | None:
    """What to answer when the chat frames the login page on the way to the hand-over page, as its settings say.

    The hand-over page comes first: it may do without the form, and leads to it.
    """
    match = request.resolver_match
    is_chat_s = request.method == "GET" and request.META.get("HTTP_SEC_FETCH_SITE") == "cross-site"
    if match is None or not is_chat_s or not framing.is_framed(request) or not cookies.is_on():
        return None
    try:
        hand_over = reverse("rocketchat_auth:redirect")
        if request.path == hand_over or not framing.is_framable(request, match):
            return None
    except (ImproperlyConfigured, NoReverseMatch):  # a system check says so
        return None
    return HttpResponseRedirect(hand_over) if _goes_on_to(request, hand_over) else None


def _are_addresses_known() -> bool:
    try:
        return bool(conf.origin)
    except SettingError:
        return False


def _goes_on_to(request: HttpRequest, path: str) -> bool:
    return any(value.rstrip("/") == path.rstrip("/") for value in request.GET.getlist("next"))
