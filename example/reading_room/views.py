from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

SHELVES = (
    ("Middlemarch", "George Eliot", "Chapters 1 to 12, until Thursday"),
    ("The Leopard", "Giuseppe Tomasi di Lampedusa", "Whole, until the end of the month"),
    ("Invisible Cities", "Italo Calvino", "A city a day"),
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "reading_room/home.html", {"shelves": SHELVES})
