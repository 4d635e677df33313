"""The site that is measured: stock Django, what its process needs to know comes from the environment."""

import json
import os
from typing import Any

SECRET_KEY = "only for measuring, and long enough that no system check minds it"
ALLOWED_HOSTS = ["127.0.0.1"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "rocketchat_auth",
]

MIDDLEWARE = [
    "rocketchat_auth.middleware.RocketChatMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "bench.site.urls"
WSGI_APPLICATION = "bench.site.wsgi.application"

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("BENCH_DATABASE", ":memory:"),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
        },
    },
}

USE_TZ = True

ROCKETCHAT_URL = os.environ.get("BENCH_CHAT_URL", "https://chat.example.com")
ROCKETCHAT_USER_ID = os.environ.get("BENCH_CHAT_USER_ID", "")
ROCKETCHAT_AUTH_TOKEN = os.environ.get("BENCH_CHAT_AUTH_TOKEN", "")
ROCKETCHAT_TOKEN_SECRET = os.environ.get("BENCH_CHAT_TOKEN_SECRET", "")
ROCKETCHAT_LOGIN_SOURCE = os.environ.get("BENCH_LOGIN_SOURCE", "create_token")
MONGO_DB = os.environ.get("BENCH_MONGO_DB", "")
ROCKETCHAT_GROUPS = json.loads(os.environ.get("BENCH_GROUPS", "{}"))
ROCKETCHAT_CONCURRENCY = int(os.environ.get("BENCH_CONCURRENCY", "4"))
