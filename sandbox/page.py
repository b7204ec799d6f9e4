"""The frame of the sandbox's two pages: one style, no files to load."""

from collections.abc import Iterable, Sequence
from html import escape

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 0; background: #f4f5f7; color: #1d2330 }
header { background: #1d2330; color: #fff; padding: 18px 32px }
header h1 { margin: 0; font-size: 20px }
header p { margin: 2px 0 0; color: #b8c0d0 }
main { padding: 20px 32px }
.facts { display: flex; flex-wrap: wrap; gap: 10px; margin-bottom: 16px }
.fact, table { background: #fff; border-radius: 8px; box-shadow: 0 1px 2px #0002 }
.fact { padding: 8px 14px }
.fact b { display: block; font-size: 19px }
table { border-collapse: collapse; width: 100%; overflow: hidden }
th, td { text-align: left; padding: 7px 12px; border-bottom: 1px solid #e7e9ee; vertical-align: top }
th { background: #fafbfc; font-size: 13px }
button { font: inherit; padding: 7px 14px; border: 0; border-radius: 6px; background: #d4021d; color: #fff }
button { cursor: pointer }
button + button { background: #5b6478 }
.badge { display: inline-block; border-radius: 10px; padding: 0 9px; font-size: 13px; background: #e3e6ec }
.processable { background: #cfe4ff }
.sent, .booked { background: #cdeed6 }
.returned { background: #ffe6b8 }
.cancelled_by_partner, .cancelled_by_marketplace, .canceled { background: #f9d2d2 }
"""


def document(title: str, subtitle: str, facts: Iterable[tuple[str, int]], body: str) -> str:
    """Return an HTML page.

    :param facts: (label, number) pairs shown on top
    :param body: HTML, already escaped
    """
    boxes = "".join(f'<div class="fact"><b>{number}</b>{escape(label)}</div>' for label, number in facts)
    return (
        f'<!doctype html><html lang="de"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><header><h1>{escape(title)}</h1><p>{escape(subtitle)}</p></header>"
        f'<main><div class="facts">{boxes}</div>{body}</main></body></html>'
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return an HTML table; cells are HTML, already escaped."""
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
