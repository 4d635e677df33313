"""The tests' site with a front page, as a site has that says who is signed in and lets them sign out."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

FRONT_PAGE = """<!doctype html>
<html lang="en">
<title>The site</title>
<link rel="icon" href="data:,">
{% if user.is_authenticated %}
<p>Signed in as {{ user }}</p>
<form method="post" action="{% url "logout" %}">{% csrf_token %}<button>Sign out</button></form>
{% else %}
<p>Not signed in</p>
{% endif %}
</html>
"""


EMBEDDING_PAGE = """{% load rocketchat %}<!doctype html>
<html lang="en">
<title>The site with a room</title>
<link rel="icon" href="data:,">
<h1>Talk</h1>
{% rocketchat_unread %}
{% rocketchat room="general" %}
</html>
"""


def embedding_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(EMBEDDING_PAGE).render({}, request))


def front_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(FRONT_PAGE).render({}, request))


urlpatterns = [path("", front_page), path("talk/", embedding_page), path("", include("tests.urls"))]
