"""Draws labels as PDF: a sketch of DHL's own, marked MUSTER, with barcodes to be scanned (facts/dhl.md §2.1, §2.4)."""

import io
from pathlib import Path

import reportlab
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from .label_data import LabelData

# Width and height in millimetres. A4 carries the label on its left half.
PAGES = {
    "A4": (297.0, 210.0),
    "910-300-600": (103.0, 199.0),
    "910-300-610": (105.0, 208.0),
    "910-300-700": (105.0, 205.0),
    "910-300-700-oz": (105.0, 205.0),
    "910-300-710": (105.0, 203.0),
    "910-300-300": (105.0, 148.0),
    "910-300-300-oz": (105.0, 148.0),
    "910-300-400": (103.0, 150.0),
    "910-300-410": (103.0, 150.0),
    "100x70mm": (100.0, 70.0),
}
# What the answer calls a medium where the request has several words for it (enum of Document.printFormat).
ANSWER_NAMES = {
    "910-300-600": "910-300-600/610",
    "910-300-610": "910-300-600/610",
    "910-300-700-oz": "910-300-700-oZ/oz",
    "910-300-400": "910-300-400/410",
    "910-300-410": "910-300-400/410",
}
WIDTH, HEIGHT, MARGIN = 97.0, 192.0, 3.0
TEXT, BOLD = "Label", "Label-Bold"


def _fonts() -> None:
    # The built-in PDF fonts know no Ł, ş or ı, which German addresses do.
    if TEXT not in pdfmetrics.getRegisteredFontNames():
        folder = Path(reportlab.__file__).parent / "fonts"
        pdfmetrics.registerFont(TTFont(TEXT, folder / "Vera.ttf"))
        pdfmetrics.registerFont(TTFont(BOLD, folder / "VeraBd.ttf"))


def draw(labels: list[LabelData], print_format: str) -> bytes:
    """Return a PDF with one page for each label."""
    _fonts()
    page_width, page_height = PAGES[print_format]
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(page_width * mm, page_height * mm), invariant=True, pageCompression=1)
    canvas.setTitle(labels[0].title)
    for label in labels:
        _place(canvas, page_width / 2 if print_format == "A4" else page_width, page_height)
        _Label(canvas, label).draw()
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _place(canvas: Canvas, width: float, height: float) -> None:
    """Put the canvas' origin and scale where a label fills a room, turned when the room is a wide one."""
    if width > height:
        canvas.translate(0, height * mm)
        canvas.rotate(-90)
        width, height = height, width
    scale = min((width - 2 * MARGIN) / WIDTH, (height - 2 * MARGIN) / HEIGHT)
    canvas.translate((width - WIDTH * scale) / 2 * mm, (height + HEIGHT * scale) / 2 * mm)
    canvas.scale(scale, scale)


class _Label:
    """One label on a canvas whose origin is the label's upper left corner; lengths in millimetres, down is negative."""

    def __init__(self, canvas: Canvas, data: LabelData) -> None:
        self._canvas = canvas
        self._data = data

    def draw(self) -> None:
        self._watermark()
        self._canvas.setLineWidth(0.5 * mm)
        self._canvas.rect(0, -HEIGHT * mm, WIDTH * mm, HEIGHT * mm)
        self._head()
        self._line(16)
        self._block("Von:", self._data.sender, 20.5, TEXT, 7.2, 3.2)
        if self._data.contact:
            self._text(3, 42.5, f"Kontakt Absender: {self._data.contact}", TEXT, 6)
        self._line(44)
        self._block("An:", self._data.addressee, 50, BOLD, 10, 4.9)
        self._line(86)
        self._facts(91)
        self._line(113)
        self._barcode(116, self._data.barcodes[0])
        self._line(152)
        self._barcode(155, self._data.barcodes[1])

    def _head(self) -> None:
        canvas = self._canvas
        canvas.setFillGray(0)
        canvas.rect(0, -16 * mm, 24 * mm, 16 * mm, fill=1)
        canvas.setFillGray(1)
        self._text(3.5, 11, "DHL", BOLD, 22)
        canvas.setFillGray(0)
        title = self._data.title.removeprefix("DHL ")
        self._text(27, 10.8, title, BOLD, 17 if len(title) < 14 else 11)

    def _facts(self, top: float) -> None:
        for place, (name, value) in enumerate(self._data.facts):
            column, row = divmod(place, 3)
            x = 3 + column * 46
            self._text(x, top + row * 6.4, f"{name}:", TEXT, 6)
            self._text(x, top + 3 + row * 6.4, value, BOLD, 7.5, 44)
        if self._data.services:
            self._text(3, top + 20.6, f"Services: {self._data.services}", TEXT, 6, 91)

    def _barcode(self, top: float, barcode: tuple[str, str, str]) -> None:
        caption, shown, encoded = barcode
        self._text(3, top + 1.5, caption, TEXT, 6)
        # Codes of different length are drawn as wide as the label allows.
        bars = Code128(encoded, barHeight=24 * mm, barWidth=1, humanReadable=False, quiet=False)
        bars = Code128(encoded, barHeight=24 * mm, barWidth=82 * mm / bars.width, humanReadable=False, quiet=False)
        bars.drawOn(self._canvas, (WIDTH * mm - bars.width) / 2, -(top + 27) * mm)
        self._canvas.setFont(BOLD, 9)
        self._canvas.drawCentredString(WIDTH * mm / 2, -(top + 32) * mm, shown)

    def _block(self, caption: str, lines: tuple[str, ...], top: float, font: str, size: float, step: float) -> None:
        self._text(3, top, caption, TEXT, 7)
        for place, line in enumerate(lines):
            self._text(13, top + place * step, line, font, size, WIDTH - 16)

    def _text(self, x: float, top: float, text: str, font: str, size: float, room: float = WIDTH - 6) -> None:
        wide = pdfmetrics.stringWidth(text, font, size)
        self._canvas.setFont(font, size * min(1, room * mm / wide) if wide else size)
        self._canvas.drawString(x * mm, -top * mm, text)

    def _line(self, top: float) -> None:
        self._canvas.line(0, -top * mm, WIDTH * mm, -top * mm)

    def _watermark(self) -> None:
        canvas = self._canvas
        canvas.saveState()
        canvas.translate(WIDTH / 2 * mm, -HEIGHT / 2 * mm)
        canvas.rotate(58)
        canvas.setFillGray(0.87)
        canvas.setFont(BOLD, 78)
        canvas.drawCentredString(0, -25, "MUSTER")
        canvas.restoreState()


def zpl(labels: list[LabelData]) -> str:
    """Return the labels in Zebra's language (ZPL II), one form for each."""
    return "\n".join(_zpl_form(label) for label in labels)


def _zpl_form(label: LabelData) -> str:
    texts = [label.title, *label.sender, "", *label.addressee, "", *(f"{name}: {value}" for name, value in label.facts)]
    fields = [f"^FO20,{20 + 32 * row}^A0N,28,28^FD{_zpl_safe(text)}^FS" for row, text in enumerate(texts) if text]
    top = 60 + 32 * len(texts)
    for place, (_caption, shown, encoded) in enumerate(label.barcodes):
        fields.append(f"^FO20,{top + 240 * place}^BCN,160,N^FD{_zpl_safe(encoded)}^FS")
        fields.append(f"^FO20,{top + 240 * place + 175}^A0N,24,24^FD{_zpl_safe(shown)}^FS")
    return "^XA^CI28\n" + "\n".join(fields) + "\n^XZ"


def _zpl_safe(text: str) -> str:
    return text.replace("^", " ").replace("~", " ")
