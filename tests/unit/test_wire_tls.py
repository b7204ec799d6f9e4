"""A server whose certificate nobody vouches for, and one that speaks no TLS: named as such, and nothing was sent."""

import contextlib
import datetime
import socket
import ssl
import threading
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dhl_api import DhlUnavailable
from otto_api import OttoUnavailable
from tests.unit.hostile import ACTING


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = datetime.datetime(2020, 1, 1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=20_000))
        .sign(key, hashes.SHA256())
    )
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*private))
    return path


def handshake(connection, context):
    """Begin to talk TLS, which the client will not."""
    with contextlib.suppress(OSError):
        context.wrap_socket(connection, server_side=True)


def plain(connection, _context):
    """Answer as a server does that knows no TLS."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    connection.close()


def silent(connection, _context):
    """Never begin."""
    connection.recv(65536)


@pytest.fixture
def listening(certificate):
    """Start https addresses at which this is done to a connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listeners, kept = [], []

    def start(act):
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        threading.Thread(target=accept, args=(listener, act), daemon=True).start()
        return SimpleNamespace(url=f"https://127.0.0.1:{listener.getsockname()[1]}")

    def accept(listener, act):
        with contextlib.suppress(OSError):
            while True:
                kept.append(listener.accept()[0])
                act(kept[-1], context)

    yield start
    for listener in listeners:
        listener.close()


@pytest.mark.parametrize("act", [handshake, plain])
@pytest.mark.parametrize("call", ACTING.values(), ids=ACTING)
def test_what_is_not_secure_is_called_so(listening, call, act):
    with pytest.raises((OttoUnavailable, DhlUnavailable)) as caught:
        call(listening(act), timeout=(3, 3))
    error = caught.value
    assert (error.key, error.maybe_done) == ("no_security", False)
    assert error.detail
    assert error.host.startswith("127.0.0.1")
    assert "no secure connection" in error.words


@pytest.mark.parametrize("call", ACTING.values(), ids=ACTING)
def test_r19_a_handshake_that_never_ends_comes_before_the_request(listening, call):
    with pytest.raises((OttoUnavailable, DhlUnavailable)) as caught:
        call(listening(silent), timeout=(0.3, 0.3))
    assert (caught.value.key, caught.value.maybe_done) == ("timeout", False)
