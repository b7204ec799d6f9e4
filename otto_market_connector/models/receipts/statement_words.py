"""The words of OTTO's account statement, and why a file is refused. Without Odoo."""

from collections.abc import Sequence

# What a column may be, each with its names in the order of preference, as `plain` writes them.
WORDS = {
    "date": (
        "buchungsdatum", "buchungstag", "datum der buchung", "datum", "transaktionsdatum", "wertstellung", "valuta",
        "booking date", "posting date", "date of booking", "transaction date", "date", "value date", "created at",
    ),
    "type": (
        "transaktionstyp", "transaktionsart", "buchungsart", "buchungstyp", "art der buchung", "art der transaktion",
        "vorgangsart", "vorgang", "typ", "art", "transaction type", "booking type", "type of transaction", "type",
    ),
    "amount": (
        "betrag", "buchungsbetrag", "transaktionsbetrag", "betrag brutto", "bruttobetrag", "umsatz", "amount",
        "booking amount", "transaction amount", "gross amount", "amount gross", "value",
    ),
    "debit": (
        "soll", "betrag soll", "soll betrag", "belastung", "lastschrift", "debit", "debit amount", "amount debit",
    ),
    "credit": (
        "haben", "betrag haben", "haben betrag", "gutschrift", "credit", "credit amount", "amount credit",
    ),
    "sign": (
        "s h", "sh", "soll haben", "soll haben kennzeichen", "soll haben kz", "s h kennzeichen", "sh kennzeichen",
        "vorzeichen", "h s", "haben soll", "d c", "dc", "c d", "dr cr", "cr dr", "debit credit", "credit debit",
        "debit credit indicator", "credit debit indicator", "debit or credit", "sign",
    ),
    "order": (
        "bestellnummer", "auftragsnummer", "bestell nr", "auftrags nr", "bestellnr", "auftragsnr", "bestell nummer",
        "auftrags nummer", "bestell id", "bestellid", "auftrags id", "auftragsid", "otto bestellnummer",
        "otto bestellnr", "otto auftragsnummer", "nr der bestellung", "bestellung", "auftrag", "order number",
        "order no", "order nr", "ordernumber", "orderno", "order id", "orderid", "otto order number", "order",
    ),
    "reference": (
        "transaktions id", "transaktionsid", "transaktionsnummer", "transaktions nr", "transaktionsnr", "belegnummer",
        "beleg nr", "belegnr", "beleg nummer", "beleg id", "belegid", "beleg", "rechnungsnummer", "rechnungs nr",
        "rechnungsnr", "dokumentnummer", "referenz", "referenznummer", "referenz nr", "transaction id",
        "transaction number", "transaction no", "receipt number", "receipt no", "invoice number", "invoice no",
        "document number", "document no", "reference number", "reference no", "reference",
    ),
    "text": ("verwendungszweck", "buchungstext", "beschreibung", "text", "description", "purpose", "details"),
    "balance": ("saldo", "kontostand", "saldo nach buchung", "balance", "account balance"),
    "currency": ("wahrung", "currency"),
}  # fmt: skip
# What a column that holds the sign alone says.
DEBIT_WORDS = ("s", "soll", "d", "dr", "debit", "belastung", "lastschrift", "-", "minus")
CREDIT_WORDS = ("h", "haben", "c", "cr", "credit", "gutschrift", "+", "plus")


class FileProblem(ValueError):
    """Why a file is refused.

    :ivar key: ``no_text``, ``no_header``, ``twice``, ``decimals``, ``dates``, ``signs``, ``balances``, ``lines`` or
        ``empty``
    :ivar found: the headers that were found, the lines with what is wrong, or values that are not clear
    """

    def __init__(self, key: str, found: Sequence[str] = ()):
        super().__init__(key)
        self.key = key
        self.found = list(found)
