"""Servers that keep to no rule: raw bytes, slow, endless, closed at the wrong moment. For both wires."""

import contextlib
import json
import re
import socket
import threading
import time
from datetime import date, datetime, timezone
from decimal import Decimal

from dhl_api import BasicCredentials, ContactAddress, DhlClient, OAuthCredentials, ShipmentOrder
from otto_api import (
    Money,
    OAuth2Credentials,
    OttoClient,
    ReturnDecision,
    ShipFrom,
    Shipment,
    ShipmentItem,
    TrackingKey,
)
from otto_api.tokens import TokenCache

NOW = datetime(2026, 9, 21, 8, tzinfo=timezone.utc)
TODAY = date(2026, 9, 21)
SECRET = "my-very-own-secret/with+signs=&\"quotes'"
TOKEN = "a-token-nobody-may-see.eyJhbGciOi"
API_KEY = "the-api-key-of-dhl"
ADDRESS = ContactAddress("Max Muster", "Hauptstraße", "53113", "Bonn", "DEU", house="1", email="max@muster.example")


class Hostile:
    """A server on localhost whose answers are functions of (socket, request text); the last one is repeated.

    :ivar connections: how many were accepted
    :ivar asked: the requests, head and body, those for a token left out
    """

    def __init__(self, *answers):
        self.answers, self.asked, self.heads, self.connections = list(answers), [], [], 0
        self.token_answer = whole(200, {"access_token": TOKEN, "expires_in": 1800})
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.sockets = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _address = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            self.sockets.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with contextlib.suppress(OSError):
            while request := _request(connection):
                self.heads.append(request)
                if "/token" in request.split("\r\n")[0]:
                    answer = self.token_answer
                else:
                    self.asked.append(request)
                    answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if isinstance(answer, bytes):
                    connection.sendall(answer)
                elif answer(connection, request) is False:
                    break
        connection.close()

    def close_connections(self):
        """Close what is kept open, as a server does after a while, and wait till the other side can have seen it."""
        self._shut_down()
        time.sleep(0.05)

    def close(self):
        """Stop."""
        self.listener.close()
        self._shut_down()

    def _shut_down(self):
        for connection in self.sockets:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _request(connection) -> str:
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            return ""
        data += chunk
    head, _end, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    while length and len(body) < int(length[1]):
        body += connection.recv(65536)
    return (head + b"\r\n\r\n" + body).decode("latin-1")


def whole(status, body, *headers) -> bytes:
    """Return an answer with a length."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X", "Content-Type: application/json", *headers, f"Content-Length: {len(content)}"]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + content


def otto(server, credentials=None, **options) -> OttoClient:
    """Return a client that shares no token."""
    credentials = credentials or OAuth2Credentials("me-the-client", SECRET)
    return OttoClient(server.url, credentials, token_cache=TokenCache(), clock=lambda: NOW, **options)


def dhl(server, *, oauth=False, **options) -> DhlClient:
    """Return a client of DHL."""
    pair = {"user": "the-user", "password": SECRET}
    credentials = (
        OAuthCredentials(api_key=API_KEY, api_secret="the-api-secret", **pair)
        if oauth
        else BasicCredentials(api_key=API_KEY, **pair)
    )
    return DhlClient(f"{server.url}/dhl", f"{server.url}/auth", credentials, clock=lambda: NOW, **options)


SHIPMENT = Shipment(
    TrackingKey("DHL", "00340434161094042557"),
    NOW,
    ShipFrom("Hamburg", "22179", "DEU"),
    (ShipmentItem("piece", "order", TrackingKey("DHL", "577546565072")),),
)
DECISION = ReturnDecision("piece", "order", "A", "RETURN_RECEIVED")
PARCEL = ShipmentOrder("V01PAK", "33333333330102", "WH/OUT/00042", ADDRESS, ADDRESS, 1)
# Every kind of call: those of the first group read, those of the second act.
READING = {
    "orders": lambda server, **options: list(otto(server, **options).orders()),
    "quantity": lambda server, **options: otto(server, **options).quantity("A"),
    "returns": lambda server, **options: list(otto(server, **options).return_pages("ANNOUNCED")),
    "return parcel": lambda server, **options: otto(server, **options).return_parcel("602392a2"),
    "price reductions": lambda server, **options: otto(server, **options).price_reductions("piece"),
    "receipts": lambda server, **options: list(otto(server, **options).receipt_pages(TODAY, TODAY)),
    "receipt": lambda server, **options: otto(server, **options).receipt("R-1"),
    "document of a receipt": lambda server, **options: otto(server, **options).receipt_pdf("R-1"),
    "labels": lambda server, **options: dhl(server, **options).labels(["1"]),
}
ACTING = {
    "ship": lambda server, **options: otto(server, **options).ship(SHIPMENT),
    "cancel": lambda server, **options: otto(server, **options).cancel("order"),
    "accept a return": lambda server, **options: otto(server, **options).accept_returns([DECISION]),
    "reduce a price": lambda server, **options: otto(server, **options).reduce_price(
        "order", "piece", Money(Decimal("1.50"), "EUR")
    ),
    "book": lambda server, **options: dhl(server, **options).create([PARCEL]),
    "book with OAuth": lambda server, **options: dhl(server, oauth=True, **options).create([PARCEL]),
    "cancel a parcel": lambda server, **options: dhl(server, **options).cancel(["1"]),
}
