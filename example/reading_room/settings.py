"""A small site whose people are signed in to chat. What it needs for that stands at the end."""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(os.environ.get("READING_ROOM_STATE", BASE_DIR))

DEBUG = True
# A new one each time: the example has no secrets to keep, and signing in again is quickly done.
SECRET_KEY = get_random_secret_key()
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "shelf",
    "rocketchat_auth",
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

ROOT_URLCONF = "reading_room.urls"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
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
        "NAME": STATE_DIR / "reading-room.sqlite3",
        # Requests are answered side by side: let a writer wait for another instead of failing.
        "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL;", "transaction_mode": "IMMEDIATE"},
    },
}

LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
STATIC_URL = "/static/"
USE_TZ = True

# Cookies know no ports: names of its own keep the site apart from others that run on localhost.
SESSION_COOKIE_NAME = "reading_room_session"
CSRF_COOKIE_NAME = "reading_room_csrf"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{levelname}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        "rocketchat_auth": {"handlers": ["console"], "level": "INFO"},
        # That somebody is not signed in yet, which the chat hears as a 401, is no news.
        "django.request": {"level": "ERROR"},
    },
}

ROCKETCHAT_URL = os.environ.get("ROCKETCHAT_URL", "http://localhost:3000")
ROCKETCHAT_USER_ID = os.environ.get("ROCKETCHAT_USER_ID", "")
ROCKETCHAT_AUTH_TOKEN = os.environ.get("ROCKETCHAT_AUTH_TOKEN", "")
ROCKETCHAT_TOKEN_SECRET = os.environ.get("ROCKETCHAT_TOKEN_SECRET", "")
