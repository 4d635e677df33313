"""What a browser sends, and what tests read of its pages, where site and chat are two sites."""

import hashlib
import json
import re
from typing import Any

from django.test import Client

LOGIN = "/login/?next=/rocketchat/redirect"
REDIRECT = "/rocketchat/redirect"
WINDOW = "/rocketchat/window"
CLAIM = "/rocketchat/claim"
TOP = "/rocketchat/top"
API = "/rocketchat/api"
SITE = "https://testserver"

BY_CHAT = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"}
"""The chat's page puts it into its frame."""
IN_FRAME = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin"}
"""The frame goes on by itself."""
AS_PAGE = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "same-origin", "Origin": SITE}
BY_SCRIPT = {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "same-origin", "Origin": SITE}
BY_STRANGER = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}

VERIFIER = "v" * 43
DIGEST = hashlib.sha256(VERIFIER.encode()).hexdigest()


def text_of(response: Any) -> str:
    text: str = response.content.decode()
    return text


def csrf_token(page: Any) -> str:
    match = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text_of(page))
    assert match is not None
    return match[1]


def tell_digest(browser: Client, digest: str = DIGEST) -> Any:
    """What the script of the window does when the frame that opened it told it the digest."""
    page = browser.get(f"{WINDOW}?start", headers=AS_PAGE, secure=True)
    data = {"csrfmiddlewaretoken": csrf_token(page), "digest": digest}
    return browser.post(WINDOW, data, headers=BY_SCRIPT, secure=True)


def press_continue(browser: Client) -> Any:
    """Press the button of the window."""
    page = browser.get(WINDOW, headers=AS_PAGE, secure=True)
    return browser.post(WINDOW, {"csrfmiddlewaretoken": csrf_token(page)}, headers=AS_PAGE, secure=True)


def claim(browser: Client, verifier: str = VERIFIER, **headers: str) -> Any:
    """What the script of the frame asks again and again, without cookies."""
    return browser.post(CLAIM, {"verifier": verifier}, headers=BY_SCRIPT | headers, secure=True)


def steps_data(response: Any) -> dict[str, Any]:
    match = re.search(r'<script id="rocketchat-steps" type="application/json">(.*?)</script>', text_of(response))
    assert match is not None
    data: dict[str, Any] = json.loads(match[1])
    return data
