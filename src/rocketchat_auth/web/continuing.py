"""The page for somebody who logged out in chat and is still signed in to the site: "Continue as", and what else to do.

It stands in the place of the hand-over page. To continue is to send its form, which takes a fresh login token as "Try
again" does; the other two buttons are named, and answered here.
"""

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from rocketchat_auth.web import origins, pages

BUTTON = "instead"
SIGN_OUT = "sign-out"
SWITCH = "switch"


def page(request: HttpRequest, *, framed_by: str | None) -> HttpResponse:
    """Ask whether to continue."""
    return pages.render(request, "continue", {}, framed_by=framed_by)


def answer(request: HttpRequest, *, framed_by: str | None) -> HttpResponse | None:
    """The answer to one of the other two buttons; ``None`` where it was neither."""
    wanted = request.POST.get(BUTTON)
    if wanted not in (SIGN_OUT, SWITCH):
        return None
    logout(request)
    if wanted == SIGN_OUT:
        return pages.render(request, "signed_out", {}, framed_by=framed_by)
    to_login = redirect_to_login(request.path)
    to_login.headers["Cache-Control"] = origins.NO_STORE
    return to_login
