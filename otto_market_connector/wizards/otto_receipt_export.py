"""A month's receipts for the tax adviser: one ZIP with all documents and an index, or the turnover as CSV (R29)."""

import csv
import io
import re
import zipfile
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.core.moments import german_day

# So many receipts are in memory at once.
BATCH = 200
# German office programs expect semicolons, decimal commas and a mark of the coding.
DELIMITER, ENCODING = ";", "utf-8-sig"
# Spreadsheets take these for the beginning of a formula, some in full width as well; blanks before them are skipped.
FORMULA_SIGNS = tuple("=+-@|%\uff1d\uff0b\uff0d\uff20")
UNSEEN = " \t\r\n\x0b\x0c\xa0\u200b\u200e\u200f\u2028\u2029\ufeff'\""
INDEX = (
    "number",
    "kind",
    "date",
    "shipment_date",
    "order_number",
    "order",
    "linked_number",
    "country",
    "currency",
    "tax_type",
    "vat_rate",
    "gross",
    "net",
    "tax",
    "is_tax_document",
    "otto_owes_vat",
    "entry",
    "pdf",
    "json",
)
TURNOVER = (
    "month",
    "kind",
    "country",
    "currency",
    "tax_type",
    "vat_rate",
    "is_tax_document",
    "otto_owes_vat",
    "receipts",
    "gross",
    "net",
    "tax",
)
GROUPS = ("date:month", "kind", "country_id", "currency_id", "tax_type", "tax_rate", "is_real", "is_deemed_supplier")


class OttoReceiptExport(models.TransientModel):
    _name = "otto.receipt.export"
    _description = "Receipts of a Month for the Tax Adviser"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    channel_ids = fields.Many2many("otto.channel", string="Channels", help="Empty: all.")
    date_from = fields.Date("From", required=True, default=lambda self: self._last_month())
    date_to = fields.Date("To", required=True, default=lambda self: self._last_month() + relativedelta(day=31))
    receipt_count = fields.Integer("Receipts", compute="_compute_counts")
    missing_count = fields.Integer("Without PDF", compute="_compute_counts")

    @api.model
    def _last_month(self):
        return fields.Date.context_today(self) + relativedelta(months=-1, day=1)

    @api.depends("company_id", "channel_ids", "date_from", "date_to")
    def _compute_counts(self):
        receipts = self.env["otto.receipt"]
        for wizard in self:
            domain = wizard._domain()
            wizard.receipt_count = receipts.search_count(domain)
            wizard.missing_count = receipts.search_count([*domain, ("pdf_state", "!=", "there")])

    def _domain(self):
        domain = [
            ("company_id", "=", self.company_id.id),
            ("receipt_date", ">=", self.date_from),
            ("receipt_date", "<=", self.date_to),
        ]
        return [*domain, ("channel_id", "in", self.channel_ids.ids)] if self.channel_ids else domain

    def action_documents(self):
        """Button: download the ZIP.

        :raises UserError: there is no receipt in these days
        """
        return self._download("documents")

    def action_turnover(self):
        """Button: download the turnover as CSV.

        :raises UserError: there is no receipt in these days
        """
        return self._download("turnover")

    def _download(self, what):
        self.ensure_one()
        self.env["otto.receipt"].check_access("read")
        if not self.receipt_count:
            raise UserError(self.env._("There is no receipt in these days."))
        return {"type": "ir.actions.act_url", "url": f"/otto_market/receipts/{self.id}/{what}", "target": "self"}

    def _file_name(self, what):
        period = f"{self.date_from}_{self.date_to}"
        if self.date_from.day == 1 and self.date_to == self.date_from + relativedelta(day=31):
            period = f"{self.date_from:%Y-%m}"
        return f"otto_{period}.zip" if what == "documents" else f"otto_turnover_{period}.csv"

    # The documents

    def _write_zip(self, file):
        """Write the documents and the index of these days.

        :param file: binary file to write to
        """
        rows = []
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for receipts in self._batches():
                for receipt in receipts:
                    rows += self._add_receipt(archive, receipt)
                receipts.invalidate_recordset()
                self.env["ir.attachment"].invalidate_model(["raw", "datas"])
            archive.writestr("index.csv", table(INDEX, rows))

    def _batches(self):
        ids = self.env["otto.receipt"].search(self._domain(), order="receipt_date, number").ids
        for start in range(0, len(ids), BATCH):
            yield self.env["otto.receipt"].browse(ids[start : start + BATCH])

    def _add_receipt(self, archive, receipt):
        """Add a receipt's documents; return its rows of the index, one for each rate."""
        names = {}
        for kind, attachment in (("pdf", receipt.pdf_attachment_id), ("json", receipt.json_attachment_id)):
            content = attachment.sudo().raw
            if content:
                names[kind] = f"{kind}/{safe_name(receipt.number, receipt.id)}.{kind}"
                archive.writestr(names[kind], content)
        return [self._index_row(receipt, total, names) for total in receipt.total_ids or [receipt.total_ids]]

    def _index_row(self, receipt, total, names):
        sign = -1 if receipt._is_credit else 1
        order = receipt.order_id.sudo()
        return {
            "number": receipt.number,
            "kind": receipt.kind,
            "date": receipt.receipt_date,
            "shipment_date": german_day(receipt.shipment_date),
            "order_number": receipt.order_number,
            "order": order.name,
            "linked_number": receipt.linked_number,
            "country": receipt.country_id.code,
            "currency": receipt.currency_id.name,
            "tax_type": total.tax_type,
            "vat_rate": decimal(total.tax_rate),
            **{name: amount(sign * total[name], receipt.currency_id) for name in ("gross", "net", "tax")},
            "is_tax_document": int(receipt.is_real),
            "otto_owes_vat": int(receipt.is_deemed_supplier),
            "entry": receipt.sudo().move_id.name,
            **names,
        }

    # Turnover

    def _write_turnover(self, file):
        """Write the turnover of these days by month, kind, country and rate; the columns stand in docs/anleitung.md.

        :param file: binary file to write to
        """
        names = {"receipt_date": "date"}
        domain = [(names.get(name, name), operator, value) for name, operator, value in self._domain()]
        groups = self.env["otto.turnover.report"]._read_group(
            domain, GROUPS, ["receipt_id:count_distinct", "gross:sum", "net:sum", "tax:sum"], order=", ".join(GROUPS)
        )
        rows = []
        for month, kind, country, currency, tax_type, rate, is_real, is_deemed, count, *amounts in groups:
            sums = zip(("gross", "net", "tax"), amounts, strict=True)
            rows.append(
                {
                    "month": f"{month:%Y-%m}",
                    "kind": kind,
                    "country": country.code,
                    "currency": currency.name,
                    "tax_type": tax_type,
                    "vat_rate": (rate or "").removesuffix(" %").replace(".", ","),
                    "is_tax_document": int(is_real),
                    "otto_owes_vat": int(is_deemed),
                    "receipts": count,
                    **{name: amount(value, currency) for name, value in sums},
                }
            )
        file.write(table(TURNOVER, rows))


def table(columns, rows):
    """Return rows as a CSV file that German office programs open as it is; texts that begin as formulas stay texts."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=DELIMITER, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: plain(row.get(name)) for name in columns} for row in rows)
    return text.getvalue().encode(ENCODING)


def plain(value):
    """Return a value of a table as text; what a spreadsheet would run as a formula gets an apostrophe."""
    if isinstance(value, date):
        return value.isoformat()
    text = "" if value is None or value is False else str(value)
    is_number = re.fullmatch(r"-?[0-9]+(,[0-9]+)?", text)
    # What nobody sees before a sign is skipped by some programs.
    begins = text.lstrip(UNSEEN)[:1] in FORMULA_SIGNS or text[:1] in ("\t", "\r", "\n")
    return f"'{text}" if text and begins and not is_number else text


def amount(value, currency):
    """Return an amount with the currency's places and a decimal comma."""
    return f"{currency.round(value or 0.0):.{currency.decimal_places}f}".replace(".", ",").replace("-0,00", "0,00")


def decimal(value):
    """Return a number with a decimal comma, without needless zeros."""
    return f"{value or 0:g}".replace(".", ",")


def safe_name(number, record_id):
    """Return a receipt's number as the name of a file in any system; what had to be changed gets an own ending."""
    name = re.sub(r"[^A-Za-z0-9_-]", "_", number)[:80]
    return name if name == number else f"{name}_{record_id}"
