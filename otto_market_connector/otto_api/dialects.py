"""OTTO's ways to say that something is wrong: five shapes of JSON, none at all, and HTML (facts/otto.md §2.1)."""

import json
import re

WORDS_LIMIT = 500


def read(status: int, content_type: str, text: str) -> tuple[str, tuple[str, ...]]:
    """Return OTTO's own words and its titles in capitals from an error's body."""
    try:
        body = json.loads(text) if text else None
    except ValueError:
        body = None
        if "html" in content_type or text.lstrip().startswith("<"):
            return f"OTTO answered {status} with a page instead of data{_page_title(text)}", ()
    problems = list(_problems(body))
    words = "; ".join(dict.fromkeys(_words(problem) for problem in problems if _words(problem)))
    codes = tuple(str(p["title"]) for p in problems if re.fullmatch(r"[A-Z][A-Z_]+", str(p.get("title", ""))))
    return (words or f"OTTO answered {status} without a reason")[:WORDS_LIMIT], codes


def _problems(body):
    """Yield the problems of a body as dicts, whatever its dialect."""
    if not isinstance(body, dict):
        return
    for key in ("errors", "validationErrors"):
        for problem in body.get(key) or ():
            yield problem if isinstance(problem, dict) else {"detail": str(problem)}
    if "error" in body:
        yield {"title": body["error"], "detail": body.get("error_description")}
    elif isinstance(body.get("message"), str):
        yield {"detail": body["message"]}
    elif "title" in body and "errors" not in body:
        yield body


def _words(problem: dict) -> str:
    parts = [problem.get("title"), problem.get("detail"), problem.get("message"), problem.get("jsonPath")]
    return ": ".join(str(part) for part in parts if part)


def _page_title(text: str) -> str:
    match = re.search(r"<title>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
    return f" ({' '.join(match[1].split())[:80]})" if match else ""
