"""A channel's settings for the booking of receipts, with the German charts' accounts as a proposal (R31)."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare

from ..core.write_guard import as_connector
from .const_booking import ACCOUNTS, FIRST_BOOKABLE, RECEIVABLE

# Whoever is told to have receipts booked needs these.
NEEDED = ("booking_journal_id", "booking_receivable_id", "booking_partner_id", "booking_from")


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    book_receipts = fields.Boolean(
        tracking=True,
        help="Each receipt of OTTO becomes a posted journal entry with OTTO's number. Please have your tax adviser "
        "confirm the accounts before you switch this on.",
    )
    booking_from = fields.Date(
        "Book Receipts Since",
        tracking=True,
        help="Receipts of earlier days are kept, but not booked: your books may have them already.",
    )
    booking_journal_id = fields.Many2one(
        "account.journal",
        "Journal of Receipts",
        check_company=True,
        ondelete="restrict",
        tracking=True,
        domain="[('type', '=', 'general')]",
        help="Empty: a journal OTTO Market is made.",
    )
    booking_debtor = fields.Selection(
        [("otto", "OTTO Payments"), ("customer", "The Customer")],
        "Debtor",
        required=True,
        default="otto",
        tracking=True,
        help="Who owes what a receipt comes to. OTTO Payments buys the claims against the customers.",
    )
    booking_partner_id = fields.Many2one(
        "res.partner",
        "Contact of OTTO Payments",
        check_company=True,
        ondelete="restrict",
        help="The debtor; with the customer as the debtor, of receipts whose order is not in Odoo.",
    )
    booking_receivable_id = fields.Many2one(
        "account.account",
        "Account of the Debtor",
        check_company=True,
        ondelete="restrict",
        domain="[('account_type', '=', 'asset_receivable')]",
    )
    booking_account_ids = fields.One2many("otto.booking.account", "channel_id", "Accounts of Receipts")

    @api.model_create_multi
    def create(self, vals_list):
        """Make channels; those whose receipts are to be booked get what that needs.

        :raises UserError: an account is missing; names it
        """
        channels = super().create(vals_list)
        channels.filtered("book_receipts")._prepare_booking()
        return channels

    def write(self, vals):
        """Change channels; switching the booking on fills what is empty with the chart's proposal.

        :raises UserError: an account is missing; names it
        """
        result = super().write(vals)
        if vals.get("book_receipts"):
            self._prepare_booking()
        if any(name.startswith("book") for name in vals):
            self._book_blocked_again()
        return result

    def _book_blocked_again(self):
        """Have those receipts tried again whose obstacle may be gone: accounts, taxes or the journal have changed."""
        domain = [
            ("channel_id", "in", self.ids),
            ("booking_state", "=", "blocked"),
            ("is_real", "=", True),
            ("is_deemed_supplier", "=", False),
            ("kind", "!=", "other"),
        ]
        blocked = self.env["otto.receipt"].sudo().search(domain) if self else None
        if blocked:
            as_connector(blocked).booking_state = "due"
            blocked.channel_id._schedule("receipts")

    @api.constrains("booking_journal_id", "booking_receivable_id")
    def _check_booking(self):
        """What is booked needs its journal, its debtor and its day, each of the right kind."""
        for channel in self.sudo():
            journal = channel.booking_journal_id
            if journal and (journal.type != "general" or journal.restrict_mode_hash_table):
                raise ValidationError(self._refused_journal(journal))
            account = channel.booking_receivable_id
            if account and account.account_type != "asset_receivable":
                raise ValidationError(
                    self.env._("%s is no receivable account.", account.with_company(channel.company_id).display_name)
                )

    def _refused_journal(self, journal):
        return self.env._(
            "The journal %(journal)s cannot take OTTO's receipts: it has to be of the type Miscellaneous, and its "
            "entries must not be secured with a hash, because OTTO's numbers come with gaps and in any order.",
            journal=journal.name,
        )

    # The proposal

    def _prepare_booking(self):
        """Fill what is empty: journal, debtor, accounts by the company's chart, today as the first day.

        :raises UserError: the company has no German chart and a field is empty; names the fields
        """
        for channel in self:
            company = channel.company_id
            own = channel.sudo().with_company(company)
            values = {
                "booking_from": channel.booking_from or fields.Date.context_today(channel).replace(day=1),
                "booking_journal_id": (channel.booking_journal_id or own._make_booking_journal()).id,
                "booking_partner_id": (channel.booking_partner_id or own._otto_payments_partner()).id,
                "booking_receivable_id": (channel.booking_receivable_id or own._proposed_receivable()).id,
            }
            own.write(values)
            own._propose_accounts()
            own._refuse_incomplete_booking()

    def _refuse_incomplete_booking(self):
        missing = [self._fields[name]._description_string(self.env) for name in NEEDED if not self[name]]
        if not self.booking_account_ids:
            missing.append(self._fields["booking_account_ids"]._description_string(self.env))
        if missing:
            raise UserError(
                self.env._(
                    "Receipts of %(channel)s cannot be booked yet. Please enter: %(missing)s. Odoo proposes accounts "
                    "for the charts SKR03 and SKR04 only.",
                    channel=self.name,
                    missing=", ".join(missing),
                )
            )

    def _make_booking_journal(self):
        """Return the company's journal *OTTO Market*; make it when there is none that fits."""
        journals = self.env["account.journal"].sudo().with_company(self.company_id)
        domain = [
            ("company_id", "=", self.company_id.id),
            ("type", "=", "general"),
            ("name", "=", "OTTO Market"),
            ("restrict_mode_hash_table", "=", False),
        ]
        return journals.search(domain, limit=1) or journals.create(
            {
                "name": "OTTO Market",
                "type": "general",
                "code": self._free_journal_code(),
                "company_id": self.company_id.id,
                "show_on_dashboard": False,
            }
        )

    def _otto_payments_partner(self):
        """Return the contact *OTTO Payments*, the debtor of all receipts; make it when there is none."""
        partners = self.env["res.partner"].sudo()
        domain = [
            ("name", "=", "OTTO Payments GmbH"),
            ("is_company", "=", True),
            ("company_id", "in", (False, self.company_id.id)),
        ]
        return partners.search(domain, limit=1) or partners.create(
            {
                "name": "OTTO Payments GmbH",
                "is_company": True,
                "city": "Hamburg",
                "country_id": self.env.ref("base.de").id,
                "company_id": self.company_id.id,
            }
        )

    def _proposed_receivable(self):
        return self._account_of_code(RECEIVABLE.get(self._chart()))

    def _chart(self):
        """Return the chart of accounts of the company, or of the one whose branch it is."""
        return self.company_id.sudo().parent_ids[:1].chart_template or self.company_id.sudo().chart_template

    def _account_of_code(self, code):
        accounts = self.env["account.account"].sudo().with_company(self.company_id)
        if not code:
            return accounts
        domain = accounts._check_company_domain(self.company_id)
        return accounts.search([*domain, ("code", "=", code)], limit=1)

    def _propose_accounts(self):
        """Add the chart's accounts for what the table has no row of; rows that are there stay as they are."""
        known = {(row.purpose, row.tax_type, round(row.tax_rate, 4)) for row in self.booking_account_ids}
        rows = self.env["otto.booking.account"].sudo().with_company(self.company_id)
        for (purpose, rate), code in ACCOUNTS.get(self._chart(), {}).items():
            account = self._account_of_code(code)
            tax = self._tax_of_account(account, rate)
            if account and tax and (purpose, "VAT", float(rate)) not in known:
                rows.create(
                    {
                        "channel_id": self.id,
                        "purpose": purpose,
                        "tax_rate": rate,
                        "account_id": account.id,
                        "tax_id": tax.id,
                    }
                )

    def _tax_of_account(self, account, rate):
        """Return the tax that the chart gives an account, else the company's first German sales tax of the rate."""

        def fits(tax):
            return tax.type_tax_use == "sale" and not float_compare(tax.amount, rate, precision_digits=4)

        own = account.tax_ids.filtered(lambda tax: fits(tax) and tax.company_id in self.company_id.sudo().parent_ids)
        return own[:1] or self._german_taxes().filtered(fits)[:1]

    # What is booked

    @property
    def _books_since(self):
        """The first day whose receipts are booked; earlier ones are kept only."""
        return max(self.booking_from or FIRST_BOOKABLE, FIRST_BOOKABLE)

    def _booking_row(self, purpose, tax_type, rate):
        """Return the row of the table of accounts for a part of a receipt, else the one for revenue of the rate.

        :param purpose: a value of `otto.booking.account.purpose`
        :param tax_type: OTTO's word
        :param rate: percent
        """
        rows = self.booking_account_ids.filtered(
            lambda row: row.tax_type == tax_type and not float_compare(row.tax_rate, rate, precision_digits=4)
        )
        return (
            rows.filtered(lambda row: row.purpose == purpose)[:1]
            or rows.filtered(lambda row: row.purpose == "revenue")[:1]
        )


class AccountJournal(models.Model):
    _inherit = "account.journal"

    @api.constrains("restrict_mode_hash_table", "type")
    def _check_otto_booking(self):
        """OTTO's numbers have gaps and come in any order, which Odoo's chain of hashes refuses."""
        channels = self.env["otto.channel"].sudo().with_context(active_test=False)
        channels.search([("booking_journal_id", "in", self.ids)])._check_booking()
