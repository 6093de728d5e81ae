"""HTTP on the wire: heads of any length are read within bounds and answered, instead of being cut off.

The parser beneath refuses an address beyond 64 KiB before the application sees it, and it bounds neither the
number nor the length of headers. Here a long address is shortened while it arrives, and `app.base.limits`
refuses what is left with the same answer as every other request that is too large. Only a head beyond all
measure is refused on the spot.
"""

from http import HTTPStatus
from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.base.errors import AppError, Invalid
from app.base.limits import ADDRESS_BYTES, LONGEST_ADDRESS, address_too_long, headers_too_long

LONGEST_HEADERS_READ = 1_000_000
LONGEST_ADDRESS_READ = 32_000_000
MOST_DISCARDED = 32_000_000
LINGER_SECONDS = 3.0


class BoundedProtocol(HttpToolsProtocol):
    """One connection; given to uvicorn as `http`."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.in_head = False
        self.address_bytes = 0
        self.head_bytes = 0
        self.discarded: int | None = None

    def data_received(self, data: bytes) -> None:
        """Read on, or throw away what comes after a refusal, so that the sender gets round to reading it."""
        if self.discarded is not None:
            self.discarded += len(data)
            if self.discarded > MOST_DISCARDED:
                self.transport.close()
            return
        super().data_received(data)
        if not self.in_head or self.transport.is_closing():
            return
        self.head_bytes += len(data)
        if self.address_bytes > LONGEST_ADDRESS_READ:
            self._refuse(address_too_long())
        elif self.head_bytes - self.address_bytes > LONGEST_HEADERS_READ:
            self._refuse(headers_too_long())

    def on_message_begin(self) -> None:
        """A head starts."""
        super().on_message_begin()
        self.in_head, self.address_bytes, self.head_bytes = True, 0, 0

    def on_url(self, url: bytes) -> None:
        """Keep a part of the address, up to one character more than is allowed."""
        self.address_bytes += len(url)
        super().on_url(url[: LONGEST_ADDRESS + 1 - len(self.url)])

    def on_headers_complete(self) -> None:
        """The head ends; the application is told how long the address was before it was shortened."""
        self.in_head = False
        self.scope["state"][ADDRESS_BYTES] = self.address_bytes
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer bytes that are no HTTP, in the form of every other error."""
        self._refuse(Invalid(f"{msg} Check the first line and the headers; addresses are percent-encoded."))

    def _refuse(self, fault: AppError) -> None:
        """Answer at once, though the head has not ended, and close once the sender has had time to read.

        Closing with bytes unread would reset the connection, and the answer would be lost with it.
        """
        self.discarded = 0
        if self.cycle is not None and not self.cycle.response_complete:
            # The answer to an earlier request is on its way; another one inside it would spoil both.
            self.transport.close()
            return
        body = orjson.dumps({"code": fault.code, "description": fault.message, "request_id": ""})
        head = (
            f"HTTP/1.1 {fault.status} {HTTPStatus(fault.status).phrase}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)
