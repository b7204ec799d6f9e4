"""What blocks a request: the answers a gateway, a wall or an overloaded server gives before any work is done.

Each kind has a function `(fault, errors) -> Answer`; `errors` knows the words of the server that is played.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Protocol

from .fault_hooks import each_text
from .messages import Answer

# Path and status of a refusal to its JSON body, None for no body at all.
Dialect = Callable[[str, int], dict | None]
Headers = list[tuple[bytes, bytes]]
# A name that nobody can own.
ELSEWHERE = "http://elsewhere.invalid/"
RETRY_DIGITS, DEPTH = 400, 100_000
ECHO_KEYS = ("title", "detail", "message", "error_description")

HTML_ERROR = (
    "<html>\r\n<head><title>{title}</title></head>\r\n<body><center><h1>{title}</h1></center></body>\r\n</html>\r\n"
)


class Blocking(Protocol):
    """The parameters of a fault that matter to the answers here; `seconds` is the wait that is asked for."""

    kind: str
    status: int
    seconds: float
    dialect: str | None
    location: str | None
    size: int | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Errors:
    """How a server words its refusals of one path, and their content type.

    `own` is the dialect of the path, `others` are the ones a fault may name, `plain` is what a gateway says.
    """

    path: str
    own: Dialect
    others: Mapping[str, Dialect] = field(default_factory=dict)
    content_type: str = "application/json"
    # The request as it came, for an error that repeats it.
    request: str = ""

    def answer(self, status: int, name: str | None = None, headers: Headers | None = None) -> Answer:
        """Return a refusal in the dialect named, else in the path's own; a name the server lacks means its own."""
        body = self.others.get(name or "", self.own)(self.path, status)
        if body is None:
            return Answer(status, headers or [])
        return Answer(
            status, [(b"content-type", self.content_type.encode()), *(headers or [])], json.dumps(body).encode()
        )


def blocked(fault: Blocking, errors: Errors) -> Answer:
    """Return the answer of a blocker.

    :param fault: its kind is one of `BLOCKERS`
    """
    return BLOCKERS[fault.kind](fault, errors)


def _page(status: int, title: str, headers: Headers | None = None) -> Answer:
    return Answer(status, [(b"content-type", b"text/html"), *(headers or [])], HTML_ERROR.format(title=title).encode())


def _too_many(headers: Headers) -> Answer:
    return _page(429, "429 Too Many Requests", headers)


def _retry_after(seconds: float) -> Headers:
    # The names of OTTO's rate-limit headers are not published; these are its gateway's (facts/otto.md §2.3).
    return [
        (b"retry-after", _whole(seconds)),
        (b"x-ratelimit-limit-minute", b"1200"),
        (b"x-ratelimit-remaining-minute", b"0"),
    ]


def _reset(seconds: float) -> Headers:
    return [
        (b"ratelimit-limit", b"1200"),
        (b"ratelimit-remaining", b"0"),
        (b"ratelimit-reset", _whole(seconds)),
    ]


def _date(seconds: float) -> Headers:
    return [(b"retry-after", formatdate(time.time() + seconds, usegmt=True).encode())]


def _raw(fault: Blocking, text: str, status: int | None = None) -> Answer:
    return Answer(status or fault.status, [(b"content-type", b"application/json")], (fault.text or text).encode())


def _redirect(fault: Blocking) -> Answer:
    status = fault.status if 300 <= fault.status < 400 else 302
    return Answer(status, [(b"location", (fault.location or ELSEWHERE).encode())])


def _digits(fault: Blocking) -> Headers:
    return [(b"retry-after", b"9" * (fault.size or RETRY_DIGITS))]


def _deep(fault: Blocking) -> Answer:
    depth = fault.size or DEPTH
    return _raw(fault, '{"errors":' + "[" * depth + "]" * depth + "}")


def _echo(fault: Blocking, errors: Errors) -> Answer:
    """Refuse in the words of the path, with the whole request (line, headers, body) in every text of it."""
    answer = errors.answer(fault.status, fault.dialect)
    body = json.loads(answer.body) if answer.body else {"message": ""}
    told = each_text(lambda words: f"{words} {errors.request}".strip(), body, ECHO_KEYS)
    answer = Answer(answer.status, [(b"content-type", errors.content_type.encode())])
    answer.replace_json(told)
    return answer


def _whole(seconds: float) -> bytes:
    return str(max(1, round(seconds))).encode()


BLOCKERS: dict[str, Callable[[Blocking, Errors], Answer]] = {
    "status": lambda fault, errors: errors.answer(fault.status, fault.dialect),
    "unauthorized": lambda fault, errors: errors.answer(401, fault.dialect),
    "gateway": lambda fault, errors: errors.answer(fault.status, "gateway"),
    "bare": lambda fault, _errors: Answer(fault.status),
    "html": lambda fault, _errors: _page(fault.status, f"{fault.status} Server Error"),
    "forbidden_waf": lambda _fault, _errors: _page(403, "403 Forbidden"),
    "rate_limit": lambda fault, _errors: _too_many(_retry_after(fault.seconds)),
    "rate_limit_date": lambda fault, _errors: _too_many(_date(fault.seconds)),
    "rate_limit_bare": lambda _fault, _errors: _too_many([]),
    "rate_limit_json": lambda fault, errors: errors.answer(429, fault.dialect, _retry_after(fault.seconds)),
    "rate_limit_reset": lambda fault, errors: errors.answer(429, fault.dialect, _reset(fault.seconds)),
    "rate_limit_digits": lambda fault, _errors: _too_many(_digits(fault)),
    "redirect": lambda fault, _errors: _redirect(fault),
    "errors_number": lambda fault, _errors: _raw(fault, '{"errors":5,"status":5,"items":5}'),
    "list_answer": lambda fault, _errors: _raw(fault, "[]", 200),
    "deep_json": lambda fault, _errors: _deep(fault),
    "echo": _echo,
    "raw": lambda fault, _errors: _raw(fault, ""),
}
