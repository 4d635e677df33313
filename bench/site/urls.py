"""The URLs of the site that is measured."""

from django.urls import include, path

from bench.site import views

urlpatterns = [
    path("rocketchat/", include("rocketchat_auth.urls")),
    path("floor/loading", views.loading),
    path("floor/saving", views.saving),
    path("floor/pushing", views.pushing),
    path("bare/<str:rocketchat_id>", views.bare),
]
