"""Runs Firefox, and stands between it and Playwright.

Playwright tells every page which media features it has, and takes no for an answer badly. Firefox ESR 153 does not know
that command of WebDriver BiDi yet, so it is answered here. Everything else goes through as it is. Once Debian's Firefox
knows it, this file can go.
"""

import asyncio
import json
import re
import sys

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve

NOT_KNOWN_YET = "emulation.setMediaFeaturesOverride"


async def run(command: list[str]) -> None:
    """Run Firefox until it ends; Playwright reads where to connect to from the standard error."""
    firefox = await asyncio.create_subprocess_exec(*command, stdout=sys.stderr, stderr=asyncio.subprocess.PIPE)
    assert firefox.stderr is not None
    address = await _listening(firefox.stderr)

    async def stand_between(playwright: ServerConnection) -> None:
        assert playwright.request is not None
        async with connect(f"{address}{playwright.request.path}", max_size=None) as browser:
            await asyncio.wait(
                [asyncio.create_task(_ask(playwright, browser)), asyncio.create_task(_answer(browser, playwright))],
                return_when=asyncio.FIRST_COMPLETED,
            )

    async with serve(stand_between, "127.0.0.1", 0, max_size=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        print(f"WebDriver BiDi listening on ws://127.0.0.1:{port}", file=sys.stderr, flush=True)  # noqa: T201
        async for _ in firefox.stderr:
            pass
        await firefox.wait()


async def _listening(output: asyncio.StreamReader) -> str:
    async for line in output:
        found = re.search(r"WebDriver BiDi listening on (ws://\S+)", line.decode())
        if found:
            return found[1]
    raise SystemExit("Firefox ended before it could be driven.")


async def _ask(playwright: ServerConnection, browser: ClientConnection) -> None:
    async for message in playwright:
        command = json.loads(message)
        if command["method"] == NOT_KNOWN_YET:
            await playwright.send(json.dumps({"type": "success", "id": command["id"], "result": {}}))
        else:
            await browser.send(message)


async def _answer(browser: ClientConnection, playwright: ServerConnection) -> None:
    async for message in browser:
        await playwright.send(message)


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1:]))
