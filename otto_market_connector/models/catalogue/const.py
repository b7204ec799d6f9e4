"""Times and limits of the catalogue, each with what it rests on."""

from datetime import timedelta

# Everything is read again so often; in between only what OTTO calls changed.
FULL_EVERY = timedelta(days=7)
# Reading again from a little before costs nothing; OTTO tells changes of content for 28 days (facts/otto.md §6.8).
OVERLAP = timedelta(minutes=10)
CHANGES_KNOWN = timedelta(days=27)
# More changed articles than this are quicker read page by page (measured 2026-11: 100 a page, one request each way).
MOST_SINGLE = 300
# So many articles are asked for by their SKU in one request: its address stays short.
MOST_ASKED = 25
# OTTO takes so many articles' delivery information in a request (facts/otto.md §7.4).
BATCH = 200
# German VAT in percent by OTTO's classes (§ 12 UStG, as of 2026-11).
RATES = {"FULL": 19.0, "REDUCED": 7.0, "FREE": 0.0}
# A picture: seconds to connect and to read, seconds in all, bytes. OTTO itself takes pictures of up to 8 MB.
TIMEOUT = (5, 10)
MOST_SECONDS = 20
MOST_BYTES = 8 * 1024 * 1024
MOST_REDIRECTS = 3
# Odoo itself takes 50 million; a picture that is larger when unpacked is not meant for a shop.
MOST_PIXELS = 50_000_000
# Each scan of a JPEG runs over all of its pixels once more; programs make about ten, and a scan may take 23 bytes.
MOST_SCANS = 200
# Odoo keeps no picture larger than this.
PICTURE_SIDE = 1920
# Pictures of pixels that Odoo itself unpacks; SVG is a page that can hold programmes.
PICTURE_FORMATS = ("JPEG", "PNG", "GIF")
