"""With `--history` the sandbox writes each request to a file, for a checker that reads it afterwards."""

import json

import requests

from sandbox.credentials import CLIENT_SECRET
from sandbox.running import running_sandbox
from tests.sandbox.conftest import Otto


def test_each_request_is_a_line_without_secrets(tmp_path):
    path = tmp_path / "history.jsonl"
    with running_sandbox(orders=3, articles=2, history=path) as sandbox:
        otto = Otto(sandbox.otto_url)
        token = otto.token().json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        for limit in (1, 128):
            requests.get(f"{sandbox.otto_url}/v4/orders", params={"limit": limit}, headers=headers, timeout=10)
        sandbox.fault("status", status=500)
        requests.get(f"{sandbox.otto_url}/v4/orders", headers=headers, timeout=10)
        sandbox.clear_requests()
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert CLIENT_SECRET not in path.read_text()
    assert token not in path.read_text()
    orders = [line for line in lines if line["path"] == "/v4/orders"]
    assert [(line["status"], line["more"], line["account"]) for line in orders[:2]] == [
        (200, True, "1"),
        (200, False, "1"),
    ]
    assert (orders[2]["status"], orders[2]["fault"]) == (500, "status")
    assert all(line["server"] == "otto" and line["at"] <= line["end"] and "answer" not in line for line in lines)
