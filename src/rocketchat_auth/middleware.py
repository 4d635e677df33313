"""The one line that a site adds to its MIDDLEWARE, best as the first."""

import logging
from collections.abc import Awaitable, Callable
from typing import cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from rocketchat_auth import login
from rocketchat_auth.conf import conf
from rocketchat_auth.web import api, content_policy, cookies, cross_site, embedding, endpoints, framing

logger = logging.getLogger("rocketchat_auth.web")

type_of_get_response = Callable[[HttpRequest], HttpResponseBase] | Callable[[HttpRequest], Awaitable[HttpResponseBase]]


class RocketChatMiddleware:
    """Lets the chat's pages frame the site's login page, keeps the API's answers whole, and follows sessions.

    - The login page and `rocketchat/redirect` get `frame-ancestors` with exactly the chat's origin instead of
      X-Frame-Options. No other page is touched, and CSRF protection stays as it is.
    - `rocketchat/api` and `rocketchat/logout` answer as they should, whatever the rest of MIDDLEWARE would say in their
      place.
    - With `ROCKETCHAT_CROSS_SITE`, cookies get through to the chat's frame (``web.cookies``).
    - A session that ends or changes its key takes its chat login along (``login.session_key_changed``).

    It works at any place; only what stands below it can it correct. Sync and async.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: type_of_get_response) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self.__acall__(request)
        if (view := _of_preflight(request)) is not None:
            return view(request)
        cookies.adopt_twin(request)
        waiting = login.begin()
        policy_follows = content_policy.follows(request)
        response = cast("HttpResponseBase", self.get_response(request))
        if (keys := _changed_session_key(request)) is not None:
            _tell_login(request, response, *keys)
        response = _finished(request, response, policy_follows=policy_follows)
        login.finish_with(response, waiting)
        return response

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        if (view := _of_preflight(request)) is not None:
            return view(request)
        cookies.adopt_twin(request)
        waiting = login.begin()
        policy_follows = content_policy.follows(request)
        response = await cast("Awaitable[HttpResponseBase]", self.get_response(request))
        if (keys := _changed_session_key(request)) is not None:
            await sync_to_async(_tell_login)(request, response, *keys)
        response = _finished(request, response, policy_follows=policy_follows)
        login.finish_with(response, waiting)
        return response

    def process_view(
        self, request: HttpRequest, view_func: object, view_args: object, view_kwargs: object
    ) -> HttpResponse | None:
        """Lead the chat's frame to the hand-over page first, where its settings name the login page."""
        return cross_site.lead_to_hand_over(request)


def _of_preflight(request: HttpRequest) -> Callable[[HttpRequest], HttpResponseBase] | None:
    """The view that is to answer at once: CorsMiddleware would answer for the API, by rules that are not the API's."""
    return endpoints.addressed(request) if request.method == "OPTIONS" else None


def _finished(request: HttpRequest, response: HttpResponseBase, *, policy_follows: bool) -> HttpResponseBase:
    if isinstance(response, api.ApiResponse):
        response.restore_cors()
        if response.status_code == 401:
            cross_site.activate_storage_access(request, response)
    elif endpoints.addressed(request) is not None:
        logger.warning("The API answered 401 in place of a %s that was not its own", response.status_code)
        return api.refuse(request)
    elif request.resolver_match is not None and not 300 <= response.status_code < 400:
        try:
            if framing.is_framable(request, request.resolver_match):
                framing.allow(response, conf.origin, policy_follows=policy_follows)
        except ImproperlyConfigured:
            pass  # A system check says so, and the site goes on without the chat.
    embedding.allow(request, response, policy_follows=policy_follows)
    cookies.let_through(request, response)
    return response


def _changed_session_key(request: HttpRequest) -> tuple[str, str | None] | None:
    """The session key that the browser came with and the one it leaves with, where they differ; loads nothing."""
    session = getattr(request, "session", None)
    if session is None or not (session.accessed or session.modified):
        return None
    came_with = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not came_with or came_with == session.session_key:
        return None
    return came_with, session.session_key


def _tell_login(request: HttpRequest, response: HttpResponseBase, old: str, new: str | None) -> None:
    try:
        former = login.session_key_changed(request, old, new)
        if former is not None:
            login.remember_former_session(response, former)
    except Exception:
        logger.exception("The chat login of a session that ended could not be ended with it")
