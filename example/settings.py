"""The example site: a stock Django project with the package added, as the README says."""

import os
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parent
STATE = Path(os.environ.get("READING_ROOM_STATE", BASE_DIR.parent / ".demo"))

# Good for a demonstration on this machine only.
SECRET_KEY = "a key for demonstrations, known to everybody and good for nothing"
DEBUG = True
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rocketchat_auth",
    "reading_room",
]

MIDDLEWARE = [
    "rocketchat_auth.middleware.RocketChatMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "urls"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        # The site's own pages come before the admin's, which has a page of the same name for signing out.
        "DIRS": [BASE_DIR / "reading_room" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": STATE / "reading-room.sqlite3",
        "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL", "transaction_mode": "IMMEDIATE", "timeout": 20},
    },
}

LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
STATIC_URL = "/static/"
USE_TZ = True

ROCKETCHAT_URL = os.environ.get("ROCKETCHAT_URL", "http://localhost:3000")
ROCKETCHAT_AUTH_TOKEN = os.environ.get("ROCKETCHAT_AUTH_TOKEN", "")
ROCKETCHAT_USER_ID = os.environ.get("ROCKETCHAT_USER_ID", "")
ROCKETCHAT_TOKEN_SECRET = os.environ.get("ROCKETCHAT_TOKEN_SECRET", "")
