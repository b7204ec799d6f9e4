from odoo import api, fields, models


class OttoArticleMatch(models.TransientModel):
    _name = "otto.article.match"
    _description = "Choice of an Article's Product"

    issue_id = fields.Many2one("otto.issue", required=True, readonly=True)
    channel_id = fields.Many2one(related="issue_id.channel_id")
    issue_company_id = fields.Many2one(related="issue_id.company_id")
    sku = fields.Char("SKU", related="issue_id.external_id")
    ean = fields.Char("EAN", compute="_compute_article")
    title = fields.Char(compute="_compute_article")
    candidate_ids = fields.Many2many("product.product", string="Products That Fit", compute="_compute_article")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        domain="[('company_id', 'in', (False, issue_company_id))]",
        help="The orders that wait for this article take this product from now on, and so does its stock.",
    )

    @api.depends("issue_id")
    def _compute_article(self):
        """Say which article it is, and which products have its SKU or EAN."""
        for wizard in self:
            issue = wizard.issue_id
            wizard.title, wizard.ean = issue._otto_article() if issue else (False, False)
            wizard.candidate_ids = issue._otto_candidates() if issue else False

    def action_match(self):
        """Button: the article is this product; the orders that wait for it are repaired.

        :raises AccessError: the person may not match articles
        """
        self.ensure_one()
        self.check_access("write")
        issue = self.issue_id
        issue.check_access("read")
        listings = self.env["otto.listing"]
        listing = listings.search([("channel_id", "=", issue.channel_id.id), ("sku", "=", issue.external_id)], limit=1)
        if listing:
            listing.product_id = self.product_id
        else:
            listing = listings.create(
                {
                    "channel_id": issue.channel_id.id,
                    "sku": issue.external_id,
                    "ean": self.ean,
                    "title": self.title,
                    "product_id": self.product_id.id,
                }
            )
            listing._otto_matched(issue.channel_id, [listing.sku])
        return self.env["otto.channel"]._notice(
            "info",
            self.env._(
                "Article %(sku)s is %(product)s from now on. The orders that wait for it are being repaired.",
                sku=listing.sku,
                product=self.product_id.display_name,
            ),
        )
