"""`{% load rocketchat %}`: chat in a page of the site.

`{% rocketchat room="general" %}` shows a room, and `{% rocketchat_unread %}` how much is unread. docs/embedding.md has
what they render.
"""

import logging
from typing import Any
from urllib.parse import quote

from django import template
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from rocketchat_auth.conf import conf
from rocketchat_auth.web import content_policy, embedding

logger = logging.getLogger("rocketchat_auth.web")
register = template.Library()


@register.simple_tag(takes_context=True)
def rocketchat(context: Context, room: str = "", path: str = "", title: str = "") -> SafeString:
    """A room of the chat in a frame; a plain link for who is not signed in, and where scripts are off.

    Args:
        context: the page's context. The request has to be in it, as the context processor ``request`` puts it there.
        room: the name of a channel.
        path: instead of `room`, the path of any room in chat, such as `/group/board` or `/direct/ada`.
        title: what the room is called to people; its name, unless it is given.

    Raises:
        TemplateSyntaxError: it is given both a room and a path, or neither, or a path that is none.
    """
    if bool(room) == bool(path):
        raise template.TemplateSyntaxError(
            'Write {% rocketchat room="general" %} or {% rocketchat path="/group/board" %}.'
        )
    if path and not path.startswith("/"):
        raise template.TemplateSyntaxError(f'Write {{% rocketchat path="/{path}" %}}, with a slash.')
    path = path or f"/channel/{quote(room, safe='')}"
    return _rendered(context, "embedded_room", {"path": path, "title": title or room or path.rpartition("/")[2]})


@register.simple_tag(takes_context=True)
def rocketchat_unread(context: Context) -> SafeString:
    """How many messages are unread, as the room on the same page tells; nothing while that is not known."""
    return _rendered(context, "embedded_unread", {})


def _rendered(context: Context, name: str, values: dict[str, Any]) -> SafeString:
    request: HttpRequest | None = context.get("request")
    try:
        values = {**values, "url": conf.url, "origin": conf.origin}
    except ImproperlyConfigured:
        # A system check says so, and the page goes on without chat.
        logger.exception("The tag that shows chat in a page showed nothing")
        return mark_safe("")
    user = getattr(request, "user", None)
    values |= {"is_embedded": user is None or user.is_authenticated, "nonce": ""}
    if request is not None and values["is_embedded"]:
        embedding.note(request)
        values["nonce"] = content_policy.nonce(request)
    return render_to_string(f"rocketchat_auth/{name}.html", values)
