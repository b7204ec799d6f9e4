"""What one run of the sandbox is told on its command line."""

from dataclasses import dataclass
from typing import Literal


@dataclass(slots=True)
class Settings:
    """Settings of a run; times in seconds of the sandbox's clock."""

    host: str = "127.0.0.1"
    otto_port: int = 8071
    dhl_port: int = 8072
    orders: int = 25
    articles: int = 50
    seed: int = 7
    mixed: bool = False
    token_seconds: int = 1800
    rate_limit: int = 1200
    lowers_on_sale: bool = False
    scopes: tuple[str, ...] = ()
    cancel_delay: float = 2.0
    task_seconds: float = 1.0
    release_seconds: float = 45 * 60
    dhl_token_seconds: int = 1799
    dhl_numbers: Literal["production", "sandbox"] = "production"
    dhl_schema_errors: Literal["new", "old"] = "new"
    dhl_closing: str | None = None
    history: str | None = None
    verbose: bool = False
