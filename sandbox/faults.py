"""Faults on demand: what a network, a gateway or a careless API may do to a client (facts/otto.md §2.1 to §2.3, §14).

A fault either answers in place of the API, without the work being done (`BLOCKERS`), or changes the API's answer after
the work was done (`BODIES`, `HOOKS`, `slow`, `lost`). Both servers use the same middleware; only the words differ.
Several faults may hit one request: the first blocker answers, then come hooks, bodies, `slow` and `lost`. So `status`
and `lost` together are a connection that is cut before any work is done.

Blockers, with their own parameters (all have `path`, `method`, `times`, `share`):

* `status` (`status`, `dialect`): an error in the words of the interface, or in those of another dialect.
* `unauthorized` (`dialect`): the same with 401.
* `gateway` (`status`): `{"message": "Forbidden"}` and its like.
* `bare` (`status`): no body.
* `html` (`status`), `forbidden_waf`: a page, the latter with 403.
* `rate_limit` (`seconds`), `rate_limit_date` (`seconds`), `rate_limit_bare`: 429 with a page, and `Retry-After` in
  seconds, as a date, or not at all.
* `rate_limit_json` (`seconds`, `dialect`), `rate_limit_reset` (`seconds`, `dialect`): 429 with JSON, and `Retry-After`
  or only `RateLimit-Reset`. For JSON without any of them take `status` with 429.

* `redirect` (`status`, `location`): 302 (or the 3xx named) to another host.
* `rate_limit_digits` (`size`): 429 with a `Retry-After` of 400 (or `size`) digits.
* `errors_number` (`status`): `{"errors": 5}`; `list_answer`: 200 with `[]` where an object is expected;
  `deep_json` (`status`, `size`): 100,000 (or `size`) lists inside of each other; `raw` (`status`, `text`): any body.
* `echo` (`status`, `dialect`): an error that repeats the request with all its headers and its body.

After the work was done:

* `slow` (`seconds`): the answer comes late.
* `lost`: the connection is cut in place of an answer.
* `broken`, `empty`, `html_ok`: half of the body, none of it, a page; status and, but for the page, content type stay.
* `huge_body` (`size`), `gzip_bomb` (`size`), `endless`, `drip` (`seconds`): the right answer, but 100 MB of blanks
  before it, 2 GiB of them packed to 2 MB, blanks without end behind its first byte, or a byte each second (`hostile`).
* `deprecated`: headers of a version that is about to end.
* `unknown_fields`, `unknown_enum` (`keys`), `numbers_as_text` (`keys`), `logreg`, `next_loop`, `empty_pages`,
  `status_code_only`, `missing_fields` (`keys`, required), `odd_text` (`keys`), `nul_in_text` (`keys`), `last_loop`,
  `next_elsewhere` (`location`), `bad_link`, `errors_as_object`, `errors_as_list`, `odd_number` (`keys`, `literal`, by
  default 1e2000000), `unknown_as_document` (DHL): see `HOOKS`. With `times` null they are a dialect that stays.
"""

import asyncio
import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .connections import cut
from .fault_answers import BLOCKERS, HTML_ERROR, Dialect, Errors, blocked
from .fault_hooks import HOLE, HOOKS, NEEDS_KEYS
from .hostile import SENDERS, send_badly
from .messages import Answer, is_wire, read_request

# What OTTO's guide announces for a version that is about to end (facts/otto.md §2).
SUNSET_HEADERS = (
    (b"deprecation", b"true"),
    (b"sunset", b"Sat, 31 Dec 2050 23:59:59 GMT"),
    (b"warning", b'299 - "This version ends soon"'),
    (b"link", b'</v9/orders>; rel="successor-version"'),
)
# What becomes of an answer whose JSON is not changed.
BODIES: dict[str, Callable[[Answer], None]] = {
    "broken": lambda answer: setattr(answer, "body", answer.body[: len(answer.body) // 2]),
    "empty": lambda answer: setattr(answer, "body", b""),
    "html_ok": lambda answer: answer.replace_html(HTML_ERROR.format(title="Maintenance")),
    "deprecated": lambda answer: answer.headers.extend(SUNSET_HEADERS),
}
KINDS = (*BLOCKERS, "slow", "lost", *SENDERS, *BODIES, *HOOKS)
PARAMETERS = frozenset(
    {"kind", "path", "method", "times", "status", "seconds", "share", "keys", "dialect", "location", "size", "text"}
    | {"literal"}
)
HUGE_NUMBER = "1e2000000"
LITERAL = re.compile(r"-?(\d+(\.\d+)?([eE][+-]?\d+)?|Infinity)|NaN")
MOST_BYTES = 4 * 1024**3
TEXTS = ("path", "method", "location", "text", "literal")
RANGES = {
    "status": (200, 599, int, "a number from 200 to 599"),
    "seconds": (0, 3600, int | float, "a number from 0 to 3600"),
    "share": (0, 1, int | float, "a number from 0 to 1"),
    "size": (0, MOST_BYTES, int, f"a whole number up to {MOST_BYTES}"),
}


@dataclass(slots=True)
class Fault:
    """One fault: which requests it hits, how often, and its parameters.

    `path` is the start of the paths it hits; `times` None means for ever; `share` is the part of the matching requests
    that is hit (0..1); `seconds` is a pause, or the wait a rate limit asks for; `dialect` names an error shape.
    """

    kind: str
    path: str = "/"
    method: str | None = None
    times: int | None = 1
    status: int = 500
    seconds: float = 3.0
    share: float | None = None
    keys: tuple[str, ...] = ()
    dialect: str | None = None
    location: str | None = None
    size: int | None = None
    text: str | None = None
    literal: str | None = None
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

    def __init__(self, seed: int, dialects: Mapping[str, Dialect] | None = None) -> None:
        self._seed = seed
        self.dialects = dialects or {}
        self.faults: list[Fault] = []

    def add(self, wish: dict) -> Fault:
        """Switch a fault on.

        :param wish: the control interface's body, see `Fault`
        :raises ValueError: unknown kind, parameter or dialect, or a value that makes no sense
        """
        if wish.get("kind") not in KINDS:
            raise ValueError(f"Unknown kind of fault. Known: {', '.join(KINDS)}.")
        if unknown := set(wish) - PARAMETERS:
            raise ValueError(f"Unknown parameter: {', '.join(sorted(unknown))}.")
        options = {key: value for key, value in wish.items() if value is not None or key == "times"}
        # A share is a rate, so it goes on unless an end is named.
        options.setdefault("times", None if "share" in options else 1)
        if options["kind"] == "drip":
            options.setdefault("seconds", 1.0)
        _check(options, self.dialects)
        options["keys"] = tuple(options.get("keys", ()))
        if "method" in options:
            options["method"] = options["method"].upper()
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


def _check(options: dict, dialects: Mapping[str, Dialect]) -> None:
    """Refuse values a fault cannot be played with.

    :raises ValueError: the text names the parameter
    """
    kind, keys, dialect = options["kind"], options.get("keys", ()), options.get("dialect")
    if not isinstance(keys, list | tuple) or not all(isinstance(key, str) for key in keys):
        raise ValueError("keys: a list of names is expected.")
    for name in TEXTS:
        if not isinstance(options.get(name, ""), str):
            raise ValueError(f"{name}: a text is expected.")
    if kind in NEEDS_KEYS and not keys:
        raise ValueError(f"keys: {kind} needs at least one.")
    for name, (lowest, highest, type_, words) in RANGES.items():
        if name in options and not _is_within(options[name], lowest, highest, type_):
            raise ValueError(f"{name}: {words} is expected.")
    if options["times"] is not None and not _is_within(options["times"], 0, float("inf"), int):
        raise ValueError("times: a whole number, or null for ever, is expected.")
    if not LITERAL.fullmatch(options.get("literal", "0")):
        raise ValueError("literal: a number is expected.")
    if dialect is not None and dialect not in dialects:
        raise ValueError(f"Unknown dialect. Known: {', '.join(dialects) or 'none'}.")


def _is_within(value: Any, lowest: float, highest: float, kind: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool) and lowest <= value <= highest


class FaultMiddleware:
    """Plays the faults of a book.

    :param dialect: the words of an error, by path and status
    :param error_type: the content type of such an error
    """

    def __init__(self, app: Any, book: FaultBook, dialect: Dialect, error_type: str = "application/json") -> None:
        self._app = app
        self._book = book
        self._dialect = dialect
        self._error_type = error_type

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        """Let a request through, or play what hits it."""
        faults = self._book.hits(scope["method"], scope["path"]) if is_wire(scope) else []
        if not faults:
            await self._app(scope, receive, send)
            return
        scope["sandbox.fault"] = "+".join(fault.kind for fault in faults)
        blocker = next((fault for fault in faults if fault.kind in BLOCKERS), None)
        if blocker:
            answer = blocked(blocker, await self._errors(scope, receive))
        else:
            answer = Answer()
            await self._app(scope, receive, answer.collect)
        _change(answer, faults, scope)
        if pause := sum(fault.seconds for fault in faults if fault.kind == "slow"):
            await asyncio.sleep(pause)
        sender = next((fault for fault in faults if fault.kind in SENDERS), None)
        if any(fault.kind == "lost" for fault in faults):
            await cut(scope, receive)
        elif sender:
            await send_badly(sender.kind, answer, receive, send, size=sender.size, pause=sender.seconds)
        else:
            await answer.send(send)

    async def _errors(self, scope: dict, receive: Any) -> Errors:
        # The body is read to its end even if nobody needs it, so that an early answer finds an orderly connection.
        told = await read_request(scope, receive)
        return Errors(scope["path"], self._dialect, self._book.dialects, self._error_type, told)


def _change(answer: Answer, faults: list[Fault], scope: dict) -> None:
    """Apply hooks and bodies, to a blocker's answer as well: a refusal may carry what is new, too."""
    hooks = [fault for fault in faults if fault.kind in HOOKS]
    if hooks and answer.is_json and answer.body:
        payload = json.loads(answer.body)
        url = scope["path"] + ("?" + scope["query_string"].decode() if scope["query_string"] else "")
        for fault in hooks:
            # The address of a link takes the place of the fields' names.
            keys = (fault.location,) if fault.location else fault.keys
            payload = HOOKS[fault.kind](payload, url, keys)
        answer.replace_json(payload)
        literal = next((fault.literal for fault in hooks if fault.literal), HUGE_NUMBER)
        answer.body = answer.body.replace(f'"{HOLE}"'.encode(), literal.encode())
    for fault in faults:
        if fault.kind in BODIES:
            BODIES[fault.kind](answer)
