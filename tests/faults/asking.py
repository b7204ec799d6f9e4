"""What becomes of requests, in a word; imported by the processes of test_pressure.py."""

from odoo.addons.otto_market_connector.otto_api import AWAY, OttoClient, OttoNotFound, OttoRateLimited, OttoUnavailable


def impatient(env) -> OttoClient:
    """Return the channel's client as a person's, which waits half a second for an answer."""
    channel = env["otto.channel"].search([])
    return OttoClient(
        channel.base_url, channel._otto_credentials(), budget=channel._request_budget(), timeout=(0.2, 0.3)
    )


def until_refused(client, times: int) -> list:
    """Ask so often, or until something else than an answer comes; return how many answers came, and what came last."""
    count, last = 0, "answer"
    while count < times and (last := _outcome(client)) == "answer":
        count += 1
    return [count, last]


def _outcome(client) -> str:
    try:
        client.order("x")
    except OttoNotFound:
        return "answer"
    except OttoRateLimited as error:
        return "own limit" if error.own else "OTTO's limit"
    except OttoUnavailable as error:
        return "away" if error.key == AWAY else error.key or "unavailable"
    return "answer"
