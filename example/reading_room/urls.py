from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path, re_path

from shelf import views

urlpatterns = [
    path("", views.books, name="books"),
    path("talk/", views.talk, name="talk"),
    path("login/", LoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("admin/", admin.site.urls),
    re_path(r"^rocketchat/", include("rocketchat_auth.urls")),
]
