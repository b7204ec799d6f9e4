"""Recorded exchanges with OTTO, one cassette for each story.

They are played back without any network. `OTTO_RECORD=sandbox` records them anew from our sandbox. With OTTO_BASE_URL,
OTTO_CLIENT_ID and OTTO_CLIENT_SECRET set as well, `OTTO_RECORD=otto` records those stories that need no preparation
from OTTO's own sandbox. Addresses are then changed to OTTO's, secrets and tokens taken out.
"""

import json
import os
import sys
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

import pytest
import vcr

from sandbox.running import running_sandbox

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / "otto_market_connector") not in sys.path:
    sys.path.insert(0, str(ROOT / "otto_market_connector"))

from otto_api import OAuth2Credentials, OttoClient  # noqa: E402
from otto_api.tokens import TokenCache  # noqa: E402

FOLDER = Path(__file__).with_name("cassettes") / "otto"
OTTO = "https://api.otto.market"
RECORD = os.environ.get("OTTO_RECORD", "")
HIDDEN = "hidden"
SECRET_FIELDS = ("client_id", "client_secret", "username", "password", "refresh_token")
NOW = datetime(2026, 9, 21, 8, tzinfo=timezone.utc)


class Stage:
    """OTTO of one story: a sandbox while recording, else the cassette. What sets it up does nothing in playback."""

    def __init__(self, root=OTTO, running=None):
        self.root = root
        self.running = running

    def client(self, credentials=None):
        """Return a client that talks to this stage and shares no token with others."""
        own = OAuth2Credentials(
            os.environ.get("OTTO_CLIENT_ID", "sandbox-client"), os.environ.get("OTTO_CLIENT_SECRET", "sandbox-secret")
        )
        return OttoClient(self.root, credentials or own, clock=lambda: NOW, token_cache=TokenCache())

    def fault(self, kind, path, **options):
        """Have OTTO fail once."""
        if self.running:
            self.running.fault(kind, path, **options)

    def act(self, order, action):
        """Do to an order what a customer may do."""
        if self.running:
            self.running.act(order.id, action)

    def play(self, part, *args, **options):
        """Do what only the sandbox's control interface can, e.g. `announce_return`."""
        if self.running:
            getattr(self.running, part)(*args, **options)

    def forget_order(self):
        """Let the sandbox's clock pass the time in which a cancellation is only accepted."""
        if self.running:
            self.running.advance(60)


@contextmanager
def story(name: str, *, prepared: bool = False, **sandbox_options):
    """Give the `Stage` of a story.

    :param prepared: the story needs the sandbox's control interface, so OTTO itself cannot play it
    """
    if RECORD == "sandbox":
        (FOLDER / f"{name}.yaml").unlink(missing_ok=True)
        options = {"orders": 5, "articles": 3, "seed": 7, **sandbox_options}
        with (
            running_sandbox(**options) as running,
            _recorder("all", running.otto_url).use_cassette(f"{name}.yaml"),
        ):
            yield Stage(running.otto_url, running)
    elif RECORD == "otto":
        if prepared:
            pytest.skip("needs the control interface of our sandbox")
        (FOLDER / f"{name}.yaml").unlink(missing_ok=True)
        root = os.environ["OTTO_BASE_URL"]
        with _recorder("all", root).use_cassette(f"{name}.yaml"):
            yield Stage(root)
    else:
        with _recorder("none", OTTO).use_cassette(f"{name}.yaml") as cassette:
            yield Stage()
            assert cassette.all_played, f"{name}.yaml holds exchanges that were not asked for"


def _recorder(mode: str, root: str) -> vcr.VCR:
    def clean_request(request):
        if "/_sandbox/" in request.uri:
            return None
        request.uri = request.uri.replace(root, OTTO)
        if "Authorization" in request.headers:
            request.headers["Authorization"] = f"Bearer {HIDDEN}"
        for name in ("User-Agent", "Accept-Encoding", "Connection", "Host", "Content-Length"):
            request.headers.pop(name, None)
        return request

    def clean_response(response):
        kept = ("content-type", "retry-after")
        response["headers"] = {k.title(): v for k, v in response["headers"].items() if k.lower() in kept}
        if response["body"]["string"].startswith(b"%PDF"):
            return response
        text = response["body"]["string"].decode().replace(root, OTTO)
        try:
            body = json.loads(text)
        except ValueError:
            body = None
        if isinstance(body, dict) and body.keys() & {"access_token", "refresh_token"}:
            body.update({name: HIDDEN for name in ("access_token", "refresh_token") if name in body})
            text = json.dumps(body)
        response["body"]["string"] = text.encode()
        return response

    return vcr.VCR(
        cassette_library_dir=str(FOLDER),
        record_mode=mode,
        match_on=["method", "scheme", "host", "path", "query", "body"],
        filter_post_data_parameters=[(name, HIDDEN) for name in SECRET_FIELDS],
        before_record_request=clean_request,
        before_record_response=clean_response,
        decode_compressed_response=True,
    )
