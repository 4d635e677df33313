"""What the commands set up one after the other is found to be right by the doctor."""

import ast
import re
from pathlib import Path

import pytest
from pytest_django import Settings

from rocketchat_auth.conf import conf
from rocketchat_auth.management.rocketchat import doctor
from rocketchat_auth.testing import StandIn
from tests.doctor import conftest
from tests.doctor.conftest import CHAT, SITE, Site
from tests.management.conftest import Run

site = conftest.site


def paste(settings: Settings, out: str) -> None:
    """Put what `connect` shows into the settings."""
    for name, value in re.findall(r"^(ROCKETCHAT_\w+) = (.+)$", out, re.MULTILINE):
        setattr(settings, name, ast.literal_eval(value))


@pytest.mark.parametrize("stand_in", ["7.9.4", "8.0.8", "8.4.5", "8.6.1", "9.0"], indirect=True)
def test_connect_and_setup_leave_nothing_for_the_doctor(
    rocketchat: StandIn,
    site: Site,
    run: Run,
    settings: Settings,
    redis_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(doctor, "Patient", lambda **told: site.patient)
    for name in "ROCKETCHAT_USER_ID", "ROCKETCHAT_AUTH_TOKEN", "ROCKETCHAT_TOKEN_SECRET":
        delattr(settings, name)
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url},
    }

    connected = run("connect", CHAT, answer=f"y\nadmin\n{rocketchat.admin_password}\ny")
    paste(settings, connected.out)
    rocketchat.application.workspace.token_secret = conf.token_secret
    rocketchat.reset_rate_limits()
    set_up = run("setup", "--site", SITE, answer=f"admin\n{rocketchat.admin_password}\ny")
    rocketchat.reset_rate_limits()
    examined = run("doctor", "--site", SITE)

    assert (connected.status, connected.error) == (0, "")
    assert (set_up.status, set_up.error) == (0, "")
    assert (examined.status, examined.error, examined.notes) == (0, "", "")
    assert examined.out.splitlines()[-1] == "Nothing is wrong."
