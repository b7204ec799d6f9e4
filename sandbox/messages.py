"""Small ASGI tools for the middlewares: read a request to its end, hold back an answer, send one."""

import json
from dataclasses import dataclass, field
from typing import Any

from fastapi.responses import JSONResponse

CONTROL_PREFIX = "/_sandbox"
KEPT_BODY = 20_000


def is_wire(scope: dict) -> bool:
    """Tell whether a request belongs to the simulated API (not to the control interface or the pages)."""
    return (
        scope["type"] == "http" and scope["path"] not in ("/", "/favicon.ico") and CONTROL_PREFIX not in scope["path"]
    )


def json_bytes(payload: Any) -> bytes:
    """Write JSON in UTF-8; half a surrogate pair, which UTF-8 cannot carry, goes out escaped."""
    try:
        return json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(payload, allow_nan=False, separators=(",", ":")).encode()


class WireJSON(JSONResponse):
    """A JSON answer that can carry any text."""

    def render(self, content: Any) -> bytes:
        """Return the body."""
        return json_bytes(content)


async def read_request(scope: dict, receive: Any) -> str:
    """Read a request to its end and return it as text: line, headers, and the beginning of the body."""
    body, more = b"", True
    while more:
        message = await receive()
        more = message.get("more_body", False)
        body += message.get("body", b"")[: KEPT_BODY - len(body)]
    query = b"?" + scope["query_string"] if scope["query_string"] else b""
    lines = [f"{scope['method']} {scope['path']}{query.decode('latin-1')}"]
    lines += [f"{name.decode('latin-1')}: {value.decode('latin-1')}" for name, value in scope["headers"]]
    return "\n".join([*lines, "", body.decode("utf-8", "replace")])


@dataclass(slots=True)
class Answer:
    """An answer that is held back: what the app would have sent."""

    status: int = 200
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    async def collect(self, message: dict) -> None:
        """Take one ASGI message; to be handed to the app as its `send`."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message.get("headers", []))
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    @property
    def is_json(self) -> bool:
        """Whether the body is JSON, going by its content type."""
        return any(name.lower() == b"content-type" and b"json" in value for name, value in self.headers)

    def replace_json(self, payload: Any) -> None:
        """Put other JSON in place of the body."""
        self.body = json_bytes(payload)

    def replace_html(self, page: str) -> None:
        """Put a page in place of the body; the status stays."""
        self.headers = [(name, value) for name, value in self.headers if name.lower() != b"content-type"]
        self.headers.append((b"content-type", b"text/html"))
        self.body = page.encode()

    async def send(self, send: Any) -> None:
        """Send what is held, with the content length it now has."""
        headers = [(name, value) for name, value in self.headers if name.lower() != b"content-length"]
        headers.append((b"content-length", str(len(self.body)).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})
