"""OTTO's ways to say that something is wrong: five shapes of JSON, none at all, and HTML (facts/otto.md §2.1)."""

import re
from collections.abc import Iterator
from typing import Any

from .connections import Answer
from .foreign import Secrets

CODE = r"[A-Z][A-Z0-9_]{1,79}"
# The largest request has 500 entries (facts/otto.md §8.1).
MOST_PROBLEMS = 2000


def read(answer: Answer, secrets: Secrets) -> tuple[str, tuple[str, ...]]:
    """Return OTTO's own words and its titles in capitals from an error's body."""
    status, body = answer.status_code, body_of(answer, secrets)
    if body is None and answer.is_page:
        return f"OTTO answered {status} with a page instead of data{_page_title(answer.text, secrets)}", ()
    problems = list(_problems(body))
    words = "; ".join(dict.fromkeys(text for problem in problems if (text := _words(problem))))
    titles = [problem.get(key) for problem in problems for key in ("title", "code")]
    codes = tuple(dict.fromkeys(text for text in titles if isinstance(text, str) and re.fullmatch(CODE, text)))
    return secrets.words(words) or f"OTTO answered {status} without a reason", codes


def body_of(answer: Answer, secrets: Secrets) -> Any:
    """Return the JSON of an answer, None when it has none."""
    try:
        return secrets.read_json(answer.content) if answer.content else None
    except ValueError:
        return None


def refuses_token(answer: Answer, secrets: Secrets) -> bool:
    """Tell whether the token is not good: 401, or 403 in the words of some gateways (facts/otto.md §2.1)."""
    if answer.status_code != 403:
        return answer.status_code == 401
    body = body_of(answer, secrets)
    return isinstance(body, dict) and body.get("message") == "Forbidden" and "errors" not in body


def problems_of(errors: Any) -> list[dict]:
    """Return what is wrong as a list: OTTO's clients know one object, its examples lists, and both come.

    More of them than any request has entries are not looked at one by one; the last one says so and names nobody.
    """
    entries = errors if isinstance(errors, list) else [errors]
    if len(entries) > MOST_PROBLEMS:
        entries = [*entries[:MOST_PROBLEMS], "OTTO names more errors than can be read"]
    return [entry if isinstance(entry, dict) else {"detail": str(entry)} for entry in entries if entry]


def _problems(body: Any) -> Iterator[dict]:
    """Yield the problems of a body as dicts, whatever its dialect."""
    if not isinstance(body, dict):
        yield from problems_of(body) if isinstance(body, list) else ()
        return
    for key in ("errors", "validationErrors"):
        yield from problems_of(body.get(key))
    if "error" in body:
        yield from ({"detail": body.get("error_description")} | problem for problem in _named(body["error"]))
    elif isinstance(body.get("message"), str):
        yield {"detail": body["message"]}
    elif "title" in body and "errors" not in body:
        yield body


def _named(error: Any) -> list[dict]:
    return [{"title": error}] if isinstance(error, str) else problems_of(error)


def _words(problem: dict) -> str:
    parts = [problem.get("title"), problem.get("detail"), problem.get("message"), problem.get("jsonPath")]
    return ": ".join(str(part) for part in parts if part)


def _page_title(text: str, secrets: Secrets) -> str:
    match = re.search(r"<title>(.*?)</title>", text[:20_000], re.IGNORECASE | re.DOTALL)
    return f" ({secrets.words(' '.join(match[1].split()), 80)})" if match else ""
