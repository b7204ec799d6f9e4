"""What DHL sends as a document is looked at before anybody relies on it."""

import io
import logging

from odoo.tools.pdf import PdfFileReader

_logger = logging.getLogger(__name__)

PNG = b"\x89PNG\r\n\x1a\n"


def is_pdf(content: bytes | None) -> bool:
    """Tell whether bytes are a PDF with at least one page, so that it can be printed and put together with others."""
    if not content or content.lstrip()[:5] != b"%PDF-":
        return False
    try:
        return PdfFileReader(io.BytesIO(content), strict=False).getNumPages() > 0
    except Exception:
        # Whatever the parser stumbles over, a printer would, too.
        _logger.info("A document from DHL is no readable PDF", exc_info=True)
        return False


def is_png(content: bytes | None) -> bool:
    """Tell whether bytes are a PNG picture, as DHL sends QR codes."""
    return bool(content) and content.startswith(PNG)
