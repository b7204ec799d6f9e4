"""What OTTO and DHL hold and were asked; also read in `odoo shell`."""

from sandbox.running import RunningSandbox


def look(sandboxes: list[RunningSandbox]) -> dict[str, list[dict]]:
    """Return what OTTO and DHL hold of each account, and what they were asked since the last look."""
    seen = {
        "otto": [sandbox.state() for sandbox in sandboxes],
        "dhl": [sandbox.dhl_state() for sandbox in sandboxes],
        "requests": [asked for sandbox in sandboxes for dhl in (False, True) for asked in sandbox.requests(dhl=dhl)],
    }
    for sandbox in sandboxes:
        sandbox.clear_requests()
    return seen
