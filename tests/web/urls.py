"""The site of the tests, with pages that mind their frames and their policies in ways of their own."""

from collections.abc import Callable

import django
from django.contrib.auth import alogout, login, logout
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import include, path
from django.views.decorators.csrf import csrf_protect

from tests.urls import urlpatterns as of_the_site

View = Callable[..., HttpResponseBase]


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("A page")


def page_of_user(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"A page for {request.user}")


@csrf_protect
def own_login(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Log in here")


def redirecting_login(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("https://identity.example.com/")


def login_with_policy(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        "Log in here",
        headers={
            "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
            "Content-Security-Policy-Report-Only": "frame-ancestors 'none'",
            "X-Frame-Options": "SAMEORIGIN",
        },
    )


def sign_in(request: HttpRequest) -> HttpResponse:
    login(request, User.objects.get(username=request.GET["as"]))
    return HttpResponse("Signed in")


def new_key(request: HttpRequest) -> HttpResponse:
    request.session.cycle_key()
    return HttpResponse("A new session key")


def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponse("Signed out")


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault of the site")


async def async_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("A page")


async def async_sign_out(request: HttpRequest) -> HttpResponse:
    await alogout(request)
    return HttpResponse("Signed out")


class SpecialLoginView(LoginView):
    pass


def with_policy(policy: dict[str, list[str]], view: View) -> View:
    if django.VERSION < (6, 0):
        return view
    from django.views.decorators.csp import csp_override

    return csp_override(policy)(view)


urlpatterns = [
    *of_the_site,
    path("page/", page),
    path("page-of-user/", page_of_user),
    path("own-login/", own_login, name="own-login"),
    path("redirecting-login/", redirecting_login),
    path("login-with-policy/", login_with_policy),
    path("special-login/", SpecialLoginView.as_view()),
    path("login-with-other-policy/", with_policy({"img-src": ["'self'"]}, LoginView.as_view())),
    path("login-without-policy/", with_policy({}, LoginView.as_view())),
    path("members/", include(([path("login/", own_login, name="login")], "members"))),
    path("sign-in/", sign_in),
    path("new-key/", new_key),
    path("sign-out/", sign_out),
    path("fail/", fail),
    path("async-page/", async_page),
    path("async-sign-out/", async_sign_out),
]
