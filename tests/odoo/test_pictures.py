"""Pictures come from the public internet alone, in bounded time and size, and only what is made of pixels is kept."""

import base64
import io
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import urllib3
from PIL import Image

from odoo.addons.otto_market_connector.models.catalogue import pictures
from odoo.addons.otto_market_connector.otto_api.failures import NoAnswer
from odoo.tests import TransactionCase

REFUSED = (NoAnswer, OSError, ValueError)


def made(form="PNG", size=(20, 10), mode="RGB", **options):
    """Return a picture's bytes."""
    content = io.BytesIO()
    Image.new(mode, size).save(content, form, **options)
    return content.getvalue()


class Handler(BaseHTTPRequestHandler):
    """A server inside, with whatever lies at a path of its pages; counts who asks."""

    pages: dict = {}
    asked: list = []
    headers_seen: list = []

    def do_GET(self):
        self.asked.append(self.path)
        self.headers_seen.append(dict(self.headers))
        status, headers, body = self.pages[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        for piece in body if isinstance(body, list) else [body]:
            try:
                self.wfile.write(piece)
                self.wfile.flush()
            except OSError:
                return
            if isinstance(body, list):
                time.sleep(0.2)

    def log_message(self, *args):
        """Say nothing."""


class TestPictures(TransactionCase):
    test_tags = frozenset({"post_install"})
    test_module = "otto_market_connector"

    def setUp(self):
        super().setUp()
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.port = server.server_port
        Handler.asked, Handler.headers_seen = [], []
        Handler.pages = {"/good.png": (200, {"Content-Type": "image/png"}, made())}

    def url(self, path, host="localhost"):
        return f"http://{host}:{self.port}{path}"

    def allow(self, *hosts):
        self.patch(pictures, "INSIDE_ALLOWED", frozenset(hosts))

    def assert_not_fetched(self, url):
        try:
            pictures.fetched(url)
        except REFUSED:
            return
        self.fail(f"{url} was fetched")

    def test_no_server_inside_is_asked(self):
        self.assertFalse(pictures.INSIDE_ALLOWED)
        hosts = ["localhost", "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0", "[::1]", "[::ffff:127.0.0.1]"]
        hosts += ["localhost.", "LOCALHOST", "user:secret@127.0.0.1"]
        for host in hosts:
            self.assert_not_fetched(self.url("/good.png", host))
        self.assertFalse(Handler.asked)

    def test_other_schemes_are_not_asked(self):
        for url in (
            "file:///etc/passwd",
            "ftp://example.com/a.png",
            "data:image/png;base64,AA",
            "gopher://x",
            "/a.png",
        ):
            self.assert_not_fetched(url)
        for url in ("http://[::1", "http://", "http://exa mple/", "https://:99999/", "http://\x00/"):
            self.assert_not_fetched(url)

    def test_addresses_of_special_uses_are_not_public(self):
        inside = (
            "10.0.0.1 172.16.0.1 192.168.1.1 127.0.0.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 240.0.0.1 "
            "255.255.255.255 192.0.2.1 198.18.0.1 ::1 :: fe80::1 fe80::1%eth0 fc00::1 fec0::1 ff02::1 ::ffff:10.0.0.1 "
            "::127.0.0.1 64:ff9b::7f00:1 64:ff9b:1::1 2002:7f00:1:: 2001:db8::1"
        )
        for address in inside.split():
            self.assertFalse(pictures.is_public(address), address)
        for address in ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"):
            self.assertTrue(pictures.is_public(address), address)

    def test_a_name_with_one_address_inside_is_refused(self):
        def looked_up(*_args, **_kwargs):
            return [(2, 1, 6, "", ("93.184.216.34", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]

        self.patch(socket, "getaddrinfo", looked_up)
        self.assert_not_fetched("http://shop.example/a.png")

    def test_the_connection_goes_to_the_address_that_was_looked_at(self):
        """A name that is public when it is looked up, and inside when it is looked up again."""
        answers, reached, original = ["93.184.216.34", "127.0.0.1"], [], socket.getaddrinfo

        def looked_up(host, *args, **kwargs):
            if host == "shop.example":
                return original(answers.pop(0), *args, **kwargs)
            return original(host, *args, **kwargs)

        def connected(address, *_args, **_kwargs):
            reached.append(address)
            raise OSError("enough")

        self.patch(socket, "getaddrinfo", looked_up)
        self.patch(urllib3.util.connection, "create_connection", connected)
        self.assert_not_fetched("http://shop.example/a.png")
        self.assertEqual(reached, [("93.184.216.34", 80)])

    def test_redirects_are_looked_at_again(self):
        self.allow("localhost")
        inside = self.url("/good.png", "127.0.0.1")
        Handler.pages |= {
            "/inside": (302, {"Location": inside}, b""),
            "/file": (302, {"Location": "file:///etc/passwd"}, b""),
            "/good": (307, {"Location": "/good.png"}, b""),
            "/ever": (301, {"Location": "/ever"}, b""),
        }
        for path in ("/inside", "/file", "/ever"):
            self.assert_not_fetched(self.url(path))
        self.assertNotIn("/good.png", Handler.asked)
        self.assertLessEqual(Handler.asked.count("/ever"), 4)
        self.assertEqual(pictures.fetched(self.url("/good")), made())

    def test_no_login_leaves(self):
        self.allow("localhost")
        pictures.fetched(self.url("/good.png", "user:secret@localhost"))
        self.assertNotIn("Authorization", Handler.headers_seen[0])

    def test_sizes_and_times_are_bounded(self):
        self.allow("localhost")
        self.patch(pictures, "MOST_SECONDS", 1.5)
        self.patch(pictures, "MOST_BYTES", 100_000)
        Handler.pages |= {
            "/large": (200, {"Content-Type": "image/png"}, bytes(300_000)),
            "/drip": (200, {"Content-Type": "image/png", "Content-Length": "5000"}, [b"x"] * 100),
            "/missing": (404, {}, b""),
        }
        start = time.monotonic()
        for path in ("/large", "/drip", "/missing"):
            self.assert_not_fetched(self.url(path))
        self.assertLess(time.monotonic() - start, 6)

    def test_only_pictures_of_pixels_are_kept(self):
        svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
        bomb = bytearray(made("PNG", (1, 1)))
        bomb[16:24] = (60_000).to_bytes(4, "big") * 2
        for content in (svg, b"<html></html>", b"", b"%PDF-1.7", made()[:40], b"\x00" * 99, bytes(bomb), made("BMP")):
            with self.assertRaises(ValueError):
                pictures.decoded(content)
        for form in ("PNG", "JPEG", "GIF"):
            self.assertEqual(Image.open(io.BytesIO(pictures.decoded(made(form)))).size, (20, 10))

    def test_a_small_picture_that_takes_minutes_to_decode_is_refused(self):
        picture = made("JPEG", (1000, 1000), progressive=True)
        self.assertTrue(pictures.decoded(picture))
        last = picture.rindex(pictures.SCAN)
        scan = picture[last:-2]
        grown = picture[:-2] + scan * pictures.MOST_SCANS + picture[-2:]
        with self.assertRaisesRegex(ValueError, "scans"):
            pictures.decoded(grown)
        self.patch(pictures, "MOST_SCANS", 2 * pictures.MOST_SCANS)
        self.assertTrue(pictures.decoded(grown))

    def test_what_is_not_the_picture_is_not_kept(self):
        tail = b"<script>alert(1)</script>"
        exif = Image.Exif()
        exif[0x010E] = "Secret place"
        for content in (made() + tail, made("JPEG", exif=exif) + tail, made("GIF") + tail):
            kept = pictures.decoded(content)
            self.assertNotIn(tail, kept)
            self.assertNotIn(b"Secret place", kept)
        clear = pictures.decoded(made("PNG", mode="RGBA"))
        self.assertEqual(Image.open(io.BytesIO(clear)).mode, "RGBA")
        self.assertEqual(Image.open(io.BytesIO(pictures.decoded(made("PNG", (4000, 10))))).size[0], 1920)

    def test_the_maker_takes_what_is_good_and_says_nothing_of_the_rest(self):
        maker = self.env["otto.product.maker"]
        Handler.pages["/page"] = (200, {"Content-Type": "image/svg+xml"}, b"<svg/>")
        self.assertFalse(maker._picture(self.url("/good.png")))
        self.allow("localhost")
        kept = base64.b64decode(maker._picture(self.url("/good.png")))
        self.assertEqual(Image.open(io.BytesIO(kept)).size, (20, 10))
        for url in (self.url("/page"), "http://[::1", "", False, "x" * 100_000):
            self.assertFalse(maker._picture(url))
