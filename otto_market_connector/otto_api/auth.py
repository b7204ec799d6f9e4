"""Logins that travel in a header. With one of them, `requests` does not look for another login in ~/.netrc."""

import requests
from requests.auth import AuthBase


class BearerAuth(AuthBase):
    """Puts an access token on a request."""

    def __init__(self, token: str):
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class NoAuth(AuthBase):
    """Leaves a request as it is: the login is in its body, or it has none."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request
