from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shelf.books import BOOKS


def books(request: HttpRequest) -> HttpResponse:
    """The front page: what the room reads."""
    return render(request, "shelf/books.html", {"books": BOOKS})


def talk(request: HttpRequest) -> HttpResponse:
    """The way into chat, open to everybody: who is not signed in yet does so on the way."""
    return render(request, "shelf/talk.html", {"chat_url": settings.ROCKETCHAT_URL})
