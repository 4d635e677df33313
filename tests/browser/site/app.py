"""What Rocket.Chat's mobile app does to sign in, as its source has it, around a page of Chromium.

`app/views/AuthenticationWebView.tsx` shows the chat in a WebView and watches where that goes; `app/sagas/deepLinking`
takes links that open the app. Either logs in natively, with the token alone.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote

import httpx2
from playwright.sync_api import BrowserContext, Frame, Page

IOS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 15_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/15.5 Mobile/15E148 Safari/604.1"
)
ANDROID = (
    "Mozilla/5.0 (Linux; Android 12; SM-A315G) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/91.0.4472.114 Mobile Safari/537.36"
)
"""The user agents that the app's WebView gives itself out for."""

# The bridge is in the main frame on iOS, and in each frame on Android. The listener is in the main frame.
_BRIDGE = """(everywhere) => {
    const isMain = window === window.top;
    if (isMain || everywhere) window.ReactNativeWebView = { postMessage() {} };
    if (!isMain) return;
    window.addEventListener("message", ({ data }) => {
        if (typeof data === "object") window.location.hash = JSON.stringify(data);
    });
}"""


@dataclass
class App:
    """The app, which a person has told the address of the chat.

    Args:
        server: the address of the chat.
        client: calls the chat.
    """

    server: str
    client: httpx2.Client
    #: Whom each native login signed in.
    logins: list[str] = field(default_factory=list)
    #: What the app could not read of an address. It throws there.
    errors: list[str] = field(default_factory=list)
    _asked: list[str] = field(default_factory=list)

    def open_web_view(self, context: BrowserContext, *, bridge_in_frames: bool) -> Page:
        """Press the login button: the WebView shows the chat itself."""
        context.add_init_script(f"({_BRIDGE})({json.dumps(bridge_in_frames)})")
        view = context.new_page()
        view.on("framenavigated", self._watch)
        view.goto(self.server)
        return view

    def log_in(self, view: Page) -> None:
        """Wait until the address shows a login, take it, and close the WebView."""
        for _ in range(300):
            if self._asked or self.errors:
                break
            view.wait_for_timeout(50)
        view.close()
        for token in dict.fromkeys(self._asked):  # it waits three seconds for the last of several
            self._resume(token)

    def open_link(self, link: str) -> None:
        """Follow a link that opens the app, which knows no such server yet."""
        rest = re.sub(r"rocketchat://|https://go.rocket.chat/", "", link, count=1)
        match = re.match(r"(room|auth|invite)\?", rest)
        assert match is not None
        params = {name: values[0] for name, values in parse_qs(rest[match.end() :]).items()}
        host = params["host"]
        if not host.startswith("http"):
            host = ("http://" if re.match(r"localhost(:\d+)?", host) else "https://") + host
        # Here the app goes on by https whatever the address says. The test's chat has none.
        self.server = host.rstrip("/")
        if "token" in params:
            self._resume(params["token"])

    def _watch(self, frame: Frame) -> None:
        if frame.parent_frame is not None:
            return
        url = unquote(frame.url)
        if not re.search(self.server, url) or not re.search("event|loginToken|token", url):
            return
        try:
            credentials: dict[str, Any] = json.loads(url.split("#")[1])
        except (IndexError, ValueError):
            self.errors.append(url)
            return
        if credentials.get("event") == "login-with-token":
            self._asked.append(credentials.get("token") or credentials["loginToken"])

    def _resume(self, token: str) -> None:
        answer = self.client.post(f"{self.server}/api/v1/login", json={"resume": token})
        answer.raise_for_status()
        self.logins.append(answer.json()["data"]["me"]["username"])
