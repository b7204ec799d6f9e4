"""Recorded exchanges with DHL, one cassette for each story.

They are played back without any network. `DHL_RECORD=sandbox` records them anew from the sandbox: addresses are then
changed to DHL's, secrets and labels taken out.
"""

import json
import os
from contextlib import contextmanager
from pathlib import Path

import vcr

from sandbox.running import running_sandbox
from tests.contract.dhl_wire import SHIPPING, client, returns_client

FOLDER = Path(__file__).with_name("cassettes") / "dhl"
DHL = "https://api-sandbox.dhl.com"
RECORDING = os.environ.get("DHL_RECORD") == "sandbox"
HIDDEN = "hidden"
SECRET_FIELDS = ("username", "password", "client_id", "client_secret")
# A PDF that says nothing, in place of the labels.
PAGE = "JVBERi0xLjQKJSVFT0YK"
# The first bytes of a PNG, in place of the QR code.
PICTURE = "iVBORw0KGgo="
DOCUMENTS = {"label": PAGE, "returnLabel": PAGE, "qrLabel": PICTURE}


class Stage:
    """DHL of one story: the sandbox while recording, else the cassette. What sets it up does nothing in playback."""

    def __init__(self, running=None):
        self._running = running
        self.root = running.dhl_url if running else DHL

    def client(self, *args, **options):
        """Return a client that talks to this stage."""
        return client(self.root, *args, **options)

    def returns_client(self, *args, **options):
        """Return a client of the Returns API that talks to this stage."""
        return returns_client(self.root, *args, **options)

    def fault(self, kind, *, api=SHIPPING, **options):
        """Have DHL fail at the next booking."""
        if self._running:
            self._running.fault(kind, f"{api}/orders", dhl=True, **options)


@contextmanager
def story(name: str):
    """Give the `Stage` of a story."""
    if not RECORDING:
        with _recorder("none").use_cassette(f"{name}.yaml") as cassette:
            yield Stage()
            assert cassette.all_played, f"{name}.yaml holds exchanges that were not asked for"
        return
    (FOLDER / f"{name}.yaml").unlink(missing_ok=True)
    with running_sandbox(orders=0, articles=1) as running:
        control = (running.dhl_url + "/_sandbox", running.otto_url)
        with _recorder("all", running.dhl_url, control).use_cassette(f"{name}.yaml"):
            yield Stage(running)


def _recorder(mode: str, root: str = DHL, control: tuple[str, ...] = ()) -> vcr.VCR:
    def clean_request(request):
        if request.uri.startswith(control or "-"):
            return None
        request.uri = request.uri.replace(root, DHL)
        for name in ("Authorization", "dhl-api-key"):
            if name in request.headers:
                scheme = request.headers[name].split(" ")[0] if name == "Authorization" else ""
                request.headers[name] = f"{scheme} {HIDDEN}".strip()
        for name in ("User-Agent", "Accept-Encoding", "Connection", "Host", "Content-Length"):
            request.headers.pop(name, None)
        return request

    return vcr.VCR(
        cassette_library_dir=str(FOLDER),
        record_mode=mode,
        match_on=["method", "scheme", "host", "path", "query", "body"],
        filter_post_data_parameters=[(name, HIDDEN) for name in SECRET_FIELDS],
        before_record_request=clean_request,
        before_record_response=_clean_response,
        decode_compressed_response=True,
    )


def _clean_response(response: dict) -> dict:
    kept = ("content-type", "retry-after")
    response["headers"] = {key.title(): value for key, value in response["headers"].items() if key.lower() in kept}
    try:
        body = json.loads(response["body"]["string"])
    except ValueError:
        return response
    if "access_token" in body:
        body["access_token"] = HIDDEN
    # The Returns API answers with one item, without a list.
    for item in (body, *body.get("items", ())):
        for name, content in DOCUMENTS.items():
            if name in item:
                item[name]["b64"] = content
    response["body"]["string"] = json.dumps(body, ensure_ascii=False).encode()
    return response
