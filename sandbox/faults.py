"""Faults on demand: what a network, a gateway or a careless API may do to a client.

A fault either answers in place of the API, without the work being done (`BLOCKERS`), or changes the API's answer after
the work was done (`HOOKS`, `slow`, `lost`). Both servers use the same middleware; only the words differ (`Dialect`).
"""

import asyncio
import json
import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from email.utils import formatdate
from typing import Any

from .connections import cut
from .fault_hooks import HOOKS
from .messages import Answer, drain, is_wire

Dialect = Callable[[str, int], dict | None]

HTML_ERROR = (
    "<html>\r\n<head><title>{title}</title></head>\r\n<body><center><h1>{title}</h1></center></body>\r\n</html>\r\n"
)
BLOCKERS = (
    "status",
    "html",
    "gateway",
    "bare",
    "rate_limit",
    "rate_limit_date",
    "rate_limit_bare",
    "forbidden_waf",
    "unauthorized",
)
# What becomes of the body of a good answer, after the work was done.
BODIES: dict[str, Callable[[Answer], None]] = {
    "broken": lambda answer: setattr(answer, "body", answer.body[: len(answer.body) // 2]),
    "empty": lambda answer: setattr(answer, "body", b""),
    "html_ok": lambda answer: answer.replace_html(HTML_ERROR.format(title="Maintenance")),
    "deprecated": lambda answer: answer.headers.extend(SUNSET_HEADERS),
}
AFTERWARDS = ("slow", "lost", *BODIES)
KINDS = (*BLOCKERS, *AFTERWARDS, *HOOKS)
# What OTTO's guide announces for a version that is about to end (facts §2).
SUNSET_HEADERS = (
    (b"deprecation", b"true"),
    (b"sunset", b"Sat, 31 Dec 2050 23:59:59 GMT"),
    (b"warning", b'299 - "This version ends soon"'),
    (b"link", b'</v9/orders>; rel="successor-version"'),
)


@dataclass(slots=True)
class Fault:
    """One fault: which requests it hits, how often, and its parameters.

    `times` None means for ever; `share` is the part of the matching requests that is hit (0..1).
    """

    kind: str
    path: str = "/"
    method: str | None = None
    times: int | None = 1
    status: int = 500
    seconds: float = 3.0
    share: float | None = None
    keys: tuple[str, ...] = ()
    hits: int = 0
    dice: random.Random = field(default_factory=random.Random, repr=False)

    def hit(self, method: str, path: str) -> bool:
        """Tell whether this request is hit, and count it if so."""
        if not path.startswith(self.path) or self.method not in (None, method):
            return False
        if self.times is not None and self.hits >= self.times:
            return False
        if self.share is not None and self.dice.random() >= self.share:
            return False
        self.hits += 1
        return True

    def as_dict(self) -> dict:
        """Return the fault as the control interface shows it."""
        shown = {key: value for key, value in asdict(self).items() if key != "dice"}
        return shown | {"keys": list(self.keys)}


class FaultBook:
    """The faults that are switched on, in the order they were asked for."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.faults: list[Fault] = []

    def add(self, wish: dict) -> Fault:
        """Switch a fault on.

        :param wish: the control interface's body, see `Fault`
        :raises ValueError: unknown kind or parameter
        """
        known = {"kind", "path", "method", "times", "status", "seconds", "share", "keys"}
        if wish.get("kind") not in KINDS:
            raise ValueError(f"Unknown kind of fault. Known: {', '.join(KINDS)}.")
        if unknown := set(wish) - known:
            raise ValueError(f"Unknown parameter: {', '.join(sorted(unknown))}.")
        options = {key: value for key, value in wish.items() if value is not None or key == "times"}
        # A share is a rate, so it goes on unless an end is named.
        options.setdefault("times", None if "share" in options else 1)
        options["keys"] = tuple(options.get("keys", ()))
        fault = Fault(**options, dice=random.Random(f"{self._seed}/{len(self.faults)}/{wish['kind']}"))
        self.faults.append(fault)
        return fault

    def clear(self, seed: int | None = None) -> None:
        """Switch everything off, and from now on roll the dice by another seed if one is given."""
        self.faults.clear()
        self._seed = self._seed if seed is None else seed

    def hits(self, method: str, path: str) -> list[Fault]:
        """Return the faults that hit a request."""
        return [fault for fault in self.faults if fault.hit(method, path)]


class FaultMiddleware:
    """Plays the faults of a book."""

    def __init__(self, app: Any, book: FaultBook, dialect: Dialect, error_type: str = "application/json") -> None:
        self._app = app
        self._error_type = error_type.encode()
        self._book = book
        self._dialect = dialect

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        faults = self._book.hits(scope["method"], scope["path"]) if is_wire(scope) else []
        if not faults:
            await self._app(scope, receive, send)
            return
        scope["sandbox.fault"] = "+".join(fault.kind for fault in faults)
        blocker = next((fault for fault in faults if fault.kind in BLOCKERS), None)
        if blocker:
            await drain(receive)
            answer = self._blocked(blocker, scope["path"])
        else:
            answer = Answer()
            await self._app(scope, receive, answer.collect)
            self._change(answer, faults, scope)
        if pause := sum(fault.seconds for fault in faults if fault.kind == "slow"):
            await asyncio.sleep(pause)
        if any(fault.kind == "lost" for fault in faults):
            await cut(scope, receive)
        else:
            await answer.send(send)

    def _blocked(self, fault: Fault, path: str) -> Answer:
        if fault.kind in ("status", "unauthorized"):
            status = 401 if fault.kind == "unauthorized" else fault.status
            problem = self._dialect(path, status)
            text = b"" if problem is None else json.dumps(problem).encode()
            return Answer(status, [(b"content-type", self._error_type)] if text else [], text)
        if fault.kind == "bare":
            return Answer(fault.status)
        if fault.kind == "gateway":
            words = {403: "Forbidden", 404: "Not Found"}.get(fault.status, "An unexpected error occurred")
            return Answer(
                fault.status, [(b"content-type", b"application/json")], json.dumps({"message": words}).encode()
            )
        status, title, extra = {
            "html": (fault.status, f"{fault.status} Server Error", []),
            "rate_limit": (429, "429 Too Many Requests", _limit_headers(fault.seconds)),
            "rate_limit_date": (429, "429 Too Many Requests", [(b"retry-after", _http_date(fault.seconds))]),
            "rate_limit_bare": (429, "429 Too Many Requests", []),
            "forbidden_waf": (403, "403 Forbidden", []),
        }[fault.kind]
        return Answer(status, [(b"content-type", b"text/html"), *extra], HTML_ERROR.format(title=title).encode())

    @staticmethod
    def _change(answer: Answer, faults: list[Fault], scope: dict) -> None:
        hooks = [fault for fault in faults if fault.kind in HOOKS]
        if hooks and answer.is_json and answer.body:
            payload = json.loads(answer.body)
            url = scope["path"] + ("?" + scope["query_string"].decode() if scope["query_string"] else "")
            for fault in hooks:
                payload = HOOKS[fault.kind](payload, url, fault.keys)
            answer.replace_json(payload)
        for fault in faults:
            if fault.kind in BODIES:
                BODIES[fault.kind](answer)


def _http_date(seconds: float) -> bytes:
    return formatdate(time.time() + seconds, usegmt=True).encode()


def _limit_headers(seconds: float) -> list[tuple[bytes, bytes]]:
    # The names of OTTO's rate-limit headers are not published; these are the usual ones of its gateway.
    wait = str(max(1, round(seconds))).encode()
    return [(b"retry-after", wait), (b"x-ratelimit-limit-minute", b"1200"), (b"x-ratelimit-remaining-minute", b"0")]
