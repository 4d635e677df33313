"""The set-up steps that 1.x published, on today's Django."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from pymongo.database import Database

from rocketchat_auth.testing import StandIn, StandInServer
from tests.browser.chat import Chat
from tests.browser.site.desk import fill_login_form
from tests.mongod import MongoServer
from tests.published_steps.project import start_project

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


@pytest.fixture
def default_database(mongo_server: MongoServer) -> Iterator[Database[dict[str, Any]]]:
    """The database that `MONGO_DB` means where it names none; never one that was there before."""
    with mongo_server.client() as client:
        if DEFAULT_DATABASE in client.list_database_names():
            pytest.fail(f"{mongo_server.address} has a database {DEFAULT_DATABASE}, which this test would spoil.")
        yield client[DEFAULT_DATABASE]
        client.drop_database(DEFAULT_DATABASE)


def test_a_new_project_changed_as_1_x_said_signs_a_browser_in(
    tmp_path: Path, page: Page, mongo_server: MongoServer, default_database: Database[dict[str, Any]]
) -> None:
    stand_in = StandIn("6.5", mongo=default_database)
    project = start_project(tmp_path)
    with StandInServer(stand_in, port=0) as server:
        admin = stand_in.admin
        project.add_settings(
            SETTINGS.format(
                mongo=mongo_server.address,
                chat=server.url,
                token=admin.auth_token,
                user_id=admin.user_id,
                site=project.origin,
            )
        )
        project.add_urls(URLS)
        project.manage("migrate")
        project.add_superuser("ada")
        stand_in.settings.update(
            Accounts_iframe_enabled=True,
            Accounts_iframe_url=f"{project.origin}/admin/login/?next=/rocketchat/redirect",
            Accounts_Iframe_api_url=f"{project.origin}/rocketchat/api",
            Accounts_Iframe_api_method="POST",
        )
        with project.served():
            chat = Chat(page, server.url)
            chat.open().shows("frame")
            fill_login_form(chat.frame, "ada")
            chat.shows_home_of("ada")
            page.close()
    stored = default_database["users"].find_one({"username": "ada"})
    assert stored is not None
    assert len(stored["services"]["resume"]["loginTokens"]) == 1
