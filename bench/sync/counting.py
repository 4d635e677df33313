"""A transport that counts refusals."""

import httpx2


class CountingRefusals(httpx2.BaseTransport):
    """Counts the answers that say that there were too many calls."""

    def __init__(self, transport: httpx2.BaseTransport) -> None:
        self._transport = transport
        self.refused = 0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        response = self._transport.handle_request(request)
        self.refused += response.status_code == 429
        return response
