"""The site that the tests run: stock Django, with the package added as its README says."""

import atexit
import shutil
import tempfile
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parent
SCRATCH = Path(tempfile.mkdtemp(prefix="rocketchat-auth-tests-"))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)

SECRET_KEY = "only for tests, and long enough that no system check minds it"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1", "www.example.com"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rocketchat_auth",
    "tests.people",
    "django_tasks_db",
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

ROOT_URLCONF = "tests.urls"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
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

# A file, not memory: tests with threads need the locking that a site has, and IMMEDIATE makes
# two writers wait for each other instead of failing at once.
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": SCRATCH / "site.sqlite3",
        "OPTIONS": {
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
        },
        "TEST": {"NAME": str(SCRATCH / "test.sqlite3")},
    },
}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

LOGIN_URL = "login"
DEFAULT_EXCEPTION_REPORTER_FILTER = "rocketchat_auth.debug.SafeExceptionReporterFilter"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
STATIC_URL = "/static/"
USE_TZ = True
# Every site whose users are Django's own is told this, unless its admin guards their addresses.
SILENCED_SYSTEM_CHECKS = ["rocketchat_auth.I131"]

ROCKETCHAT_URL = "https://chat.example.com"
ROCKETCHAT_AUTH_TOKEN = "the-service-account-s-personal-access-token"
ROCKETCHAT_USER_ID = "serviceAccountId1"
CORS_ORIGIN_WHITELIST = ["https://chat.example.com"]
