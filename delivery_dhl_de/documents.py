"""What DHL sends as a document is looked at before anybody relies on it."""

import io
import logging
import re
import zlib

from odoo.tools.pdf import PdfFileReader

_logger = logging.getLogger(__name__)

PNG = b"\x89PNG\r\n\x1a\n"
# The older libraries that Odoo may have unpack whatever a document holds; a label unpacks to a few hundred kilobytes.
MOST_UNPACKED = 64 * 1024 * 1024
MOST_STREAMS = 20_000
# Streams may be packed several times over.
LAYERS = 3
_STREAM = re.compile(rb"stream\r?\n")


def is_pdf(content: bytes | None) -> bool:
    """Tell whether bytes are a PDF with at least one page, so that it can be printed and put together with others."""
    if not content or content.lstrip()[:5] != b"%PDF-" or unpacks_to_too_much(content):
        return False
    try:
        return PdfFileReader(io.BytesIO(content), strict=False).getNumPages() > 0
    except Exception:
        # Whatever the parser stumbles over, a printer would, too.
        _logger.info("A document from DHL is no readable PDF", exc_info=True)
        return False


def unpacks_to_too_much(content: bytes) -> bool:
    """Tell whether what is packed in a PDF grows to more than any label is, so that no reader may unpack it."""
    total, view = 0, memoryview(content)
    for number, match in enumerate(_STREAM.finditer(content)):
        piece: bytes | memoryview = view[match.end() :]
        for _layer in range(LAYERS):
            try:
                piece = zlib.decompressobj().decompress(piece, MOST_UNPACKED - total + 1)
            except zlib.error:
                break
            total += len(piece)
            if total > MOST_UNPACKED:
                return True
        if number > MOST_STREAMS:
            return True
    return False


def is_png(content: bytes | None) -> bool:
    """Tell whether bytes are a PNG picture, as DHL sends QR codes."""
    return bool(content) and content.startswith(PNG)
