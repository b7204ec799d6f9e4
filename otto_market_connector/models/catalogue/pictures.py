"""Pictures that OTTO's articles name, fetched from anywhere on the internet: never from inside, never without end.

Whoever may write an article at OTTO chooses the address. So only public addresses are asked, the connection goes to the
very address that was looked at, each redirect is looked at again, and only what can be decoded as a picture is kept.
"""

import io
import ipaddress
import time
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from PIL import Image, ImageOps
from requests.adapters import HTTPAdapter

from ...otto_api.connections import Bounds, KeptConnections, exchange
from ...otto_api.lookup import addresses
from .const import (
    MOST_BYTES,
    MOST_PIXELS,
    MOST_REDIRECTS,
    MOST_SCANS,
    MOST_SECONDS,
    PICTURE_FORMATS,
    PICTURE_SIDE,
    TIMEOUT,
)

# Names of servers inside that are asked all the same. Tests alone put the sandbox here.
INSIDE_ALLOWED: frozenset[str] = frozenset()
# IPv6 addresses that stand for an IPv4 address: translated by a gateway (RFC 6052), or of the old kind (RFC 4291).
_TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96"))
_INSIDE = (ipaddress.ip_network("64:ff9b:1::/48"), ipaddress.ip_network("fec0::/10"))
_PLACE = "X-Location"
# Begins a scan of a JPEG.
SCAN = b"\xff\xda"


def fetched(url):
    """Return the bytes that lie at an address.

    :raises ValueError: the address is none of a public server, there are too many redirects, or nothing is there
    :raises NoAnswer: there is no answer, it is too long or comes too slowly
    """
    end = time.monotonic() + MOST_SECONDS
    with requests.Session() as session:
        # A proxy would look names up on its own, and could not be asked which address it took.
        session.trust_env = False
        for prefix in ("http://", "https://"):
            session.mount(prefix, _PublicConnections())
        for _number in range(MOST_REDIRECTS + 1):
            if urlsplit(url).scheme.lower() not in ("http", "https"):
                raise ValueError("no address of the web")
            bounds = Bounds(end=end, most=MOST_BYTES)
            answer = exchange(session, "GET", url, bounds, timeout=TIMEOUT, auth=_no_login)
            place = answer.headers.get(_PLACE)
            if answer.status_code not in (301, 302, 303, 307, 308) or not place:
                break
            url = urljoin(url, place)
        else:
            raise ValueError("too many redirects")
    if answer.status_code != 200:
        raise ValueError(f"answered {answer.status_code}")
    return answer.content


def decoded(content):
    """Return a picture made anew from what is decoded of a file, so that nothing else that is in the file is kept.

    :return: the bytes of a JPEG or PNG of at most 1920 pixels a side
    :raises ValueError: it is no picture of pixels, or too large
    """
    if content.count(SCAN) > MOST_SCANS:
        raise ValueError("too many scans")
    try:
        with Image.open(io.BytesIO(content), formats=PICTURE_FORMATS) as source:
            if source.width * source.height > MOST_PIXELS:
                raise ValueError("too many pixels")
            source.load()
            picture = ImageOps.exif_transpose(source)
            clear = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
            picture = picture.convert("RGBA" if clear else "RGB")
        picture.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
        made = io.BytesIO()
        # Nothing of the file's notes: who took it where is nobody's business.
        picture.save(made, "PNG" if clear else "JPEG", **({} if clear else {"quality": 92}))
    except Exception as error:
        # What a broken file does to a decoder is never the same twice.
        raise ValueError(f"no picture: {type(error).__name__}") from error
    return made.getvalue()


def is_public(address):
    """Tell whether an IP address is one of the internet, and not of this computer, its network or a special use."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.version == 6:
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if not inner and any(ip in network for network in _TRANSLATED):
            inner = ipaddress.ip_address(int(ip) & 0xFFFFFFFF)
        if inner:
            return is_public(str(inner))
        if any(ip in network for network in _INSIDE):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _checked(host, port):
    """Return the address of a server to connect to.

    :raises OSError: it has an address that is not public
    """
    found = addresses(host, port, TIMEOUT[0])
    if host not in INSIDE_ALLOWED and not all(is_public(address) for address in found):
        raise OSError("no public address")
    return found[0]


def _no_login(request):
    """Send no login, whatever is in the address."""
    request.headers.pop("Authorization", None)
    return request


class _ToChecked:
    """Connects to the address that was looked at; the certificate is still that of the name."""

    looks_up_itself = True

    def _new_conn(self):
        name = self._dns_host
        self._dns_host = _checked(name.rstrip("."), self.port)
        try:
            return super()._new_conn()
        finally:
            self._dns_host = name


class _HTTPConnection(_ToChecked, urllib3.connection.HTTPConnection):
    pass


class _HTTPSConnection(_ToChecked, urllib3.connection.HTTPSConnection):
    pass


class _PublicConnections(KeptConnections):
    def init_poolmanager(self, *args, **kwargs):
        result = super().init_poolmanager(*args, **kwargs)
        pools, kinds = self.poolmanager.pool_classes_by_scheme, {"http": _HTTPConnection, "https": _HTTPSConnection}
        self.poolmanager.pool_classes_by_scheme = {
            scheme: type(pool.__name__, (pool,), {"ConnectionCls": kinds[scheme]}) for scheme, pool in pools.items()
        }
        return result

    def send(self, *args, **kwargs):
        # As `KeptConnections` does; but where the redirect goes is wanted here.
        response = HTTPAdapter.send(self, *args, **kwargs)
        if place := response.headers.pop("Location", None):
            response.headers[_PLACE] = place
        return response
