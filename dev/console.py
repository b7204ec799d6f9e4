"""What the commands say to a person: plain lines with times, one sentence for a problem, a box at the end."""

import sys
import time
from collections.abc import Callable
from contextlib import contextmanager

from dev.settings import Problem


@contextmanager
def step(text: str):
    """Print what is being done and, after it, how long it took."""
    print(f"  {text} ...", end="", flush=True)
    start = time.monotonic()
    try:
        yield
    except BaseException:
        print(" failed", flush=True)
        raise
    print(f" {time.monotonic() - start:.1f} s", flush=True)


def box(lines: list[str]) -> None:
    """Print lines in a frame."""
    width = max(len(line) for line in lines)
    print("+" + "-" * (width + 2) + "+")
    for line in lines:
        print(f"| {line:<{width}} |")
    print("+" + "-" * (width + 2) + "+", flush=True)


def complain(found: list[str]) -> bool:
    """Print what a check has found, a line each; return whether there was nothing."""
    for complaint in found:
        print(complaint, file=sys.stderr)
    return not found


def table(rows: list[tuple], heads: tuple[str, ...]) -> None:
    """Print rows of values under headings, columns aligned."""
    texts = [heads, *(tuple(str(value) for value in row) for row in rows)]
    widths = [max(len(row[i]) for row in texts) for i in range(len(heads))]
    for index, row in enumerate(texts):
        print("  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
        if index == 0:
            print("  " + "  ".join("-" * width for width in widths))
    sys.stdout.flush()


def run_main(main: Callable[[], int | None]) -> None:
    """Run a command's main function; a Problem becomes one sentence on stderr and exit code 1, never a traceback."""
    try:
        code = main() or 0
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        code = 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        code = 130
    sys.exit(code)
