"""The set-up steps that 1.x published, on today's Django."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from pymongo.database import Database

from rocketchat_auth.testing import StandIn, StandInServer
from tests.browser.chat import Chat
from tests.browser.site.desk import fill_login_form
from tests.mongod import MongoServer, guarded_mongo_server
from tests.published_steps.project import Project, start_project

pytestmark = [pytest.mark.browser, pytest.mark.mongo]

DEFAULT_DATABASE = "rocketchat"
# What django-cors-headers of today wants besides: schemes in the whitelist.
SETTINGS = """
INSTALLED_APPS += ["corsheaders", "rocketchat_auth"]
MIDDLEWARE.remove("django.middleware.clickjacking.XFrameOptionsMiddleware")
MIDDLEWARE.insert(0, "corsheaders.middleware.CorsMiddleware")

MONGO_DB = {mongo!r}
ROCKETCHAT_URL = {chat!r}
ROCKETCHAT_AUTH_TOKEN = {token!r}
ROCKETCHAT_USER_ID = {user_id!r}
CORS_ORIGIN_WHITELIST = ({site!r}, {chat!r})
CORS_ALLOW_CREDENTIALS = True
"""
URLS = """
from django.urls import include, re_path

urlpatterns += [re_path(r"^rocketchat/", include("rocketchat_auth.urls"))]
"""
# The other choice of the sixth step: to disable it.
WITHOUT_CSRF = """
MIDDLEWARE.remove("django.middleware.csrf.CsrfViewMiddleware")
"""
OWN_LOGIN_PAGE = """
from django.contrib.auth.views import LoginView

urlpatterns += [path("login/", LoginView.as_view(template_name="admin/login.html"))]
"""


@dataclass(frozen=True, slots=True)
class Way:
    """Where the steps left a choice: what was written to `MONGO_DB`, where the login page is, how chat asks."""

    mongo: str
    database: Database[dict[str, Any]]
    login_page: str
    method: str
    settings: str = ""
    urls: str = ""


@contextmanager
def by_host_and_port(server: MongoServer) -> Iterator[Way]:
    """`MONGO_DB` names no database, and means the default one; never one that was there before."""
    with server.client() as client:
        if DEFAULT_DATABASE in client.list_database_names():
            pytest.fail(f"{server.address} has a database {DEFAULT_DATABASE}, which this test would spoil.")
        yield Way(server.address, client[DEFAULT_DATABASE], "/admin/login/", "POST")
        client.drop_database(DEFAULT_DATABASE)


@contextmanager
def by_user_and_password(_server: MongoServer) -> Iterator[Way]:
    """`MONGO_DB` with a user and a database, a login page of the site's own, and CSRF protection switched off."""
    with guarded_mongo_server() as guarded, guarded.client() as client:
        client["chat"].command("createUser", "site", pwd="the-password", roles=["readWrite"])
        mongo = f"site:the-password@{guarded.address}/chat?authSource=chat"
        yield Way(mongo, client["chat"], "/login/", "GET", WITHOUT_CSRF, OWN_LOGIN_PAGE)


@pytest.mark.parametrize("way_by", [by_host_and_port, by_user_and_password])
def test_a_new_project_changed_as_1_x_said_signs_a_browser_in(
    tmp_path: Path, page: Page, mongo_server: MongoServer, way_by: Callable[[MongoServer], AbstractContextManager[Way]]
) -> None:
    project = start_project(tmp_path)
    with way_by(mongo_server) as way:
        stand_in = StandIn("6.5", mongo=way.database)
        with StandInServer(stand_in, port=0) as server:
            change(project, way, stand_in, server.url)
            with project.served():
                chat = Chat(page, server.url)
                chat.open().shows("frame")
                fill_login_form(chat.frame, "ada")
                chat.shows_home_of("ada")
                page.close()
        stored = way.database["users"].find_one({"username": "ada"})
    assert stored is not None
    assert len(stored["services"]["resume"]["loginTokens"]) == 1


def change(project: Project, way: Way, stand_in: StandIn, chat_url: str) -> None:
    """Take the steps, on the site and in chat."""
    admin = stand_in.admin
    chosen = SETTINGS.format(
        mongo=way.mongo, chat=chat_url, token=admin.auth_token, user_id=admin.user_id, site=project.origin
    )
    project.add_settings(chosen + way.settings)
    project.add_urls(URLS + way.urls)
    project.manage("migrate")
    project.add_superuser("ada")
    stand_in.settings.update(
        Accounts_iframe_enabled=True,
        Accounts_iframe_url=f"{project.origin}{way.login_page}?next=/rocketchat/redirect",
        Accounts_Iframe_api_url=f"{project.origin}/rocketchat/api",
        Accounts_Iframe_api_method=way.method,
    )
