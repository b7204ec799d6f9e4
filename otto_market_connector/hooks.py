from odoo.addons.delivery_dhl_de.hooks import forget_saved

from .models.core.write_guard import as_connector


def uninstall_hook(env):
    """Remove what Odoo does not know to belong to the add-on, keep what must outlive it; called by Odoo before all."""
    env["otto.sync"].with_context(active_test=False).search([]).cron_id.unlink()
    keep_documents(env)
    forget_saved(env, "otto_market_connector")


def keep_documents(env):
    """Have OTTO's receipts stay as documents: bookkeeping needs them for years, with or without the add-on.

    Odoo deletes a model with all its attachments. They go to the journal entry, else to the order, else to the contact
    of the company. An entry has a copy of the PDF already.
    """
    for receipt in env["otto.receipt"].search([]):
        files = receipt.json_attachment_id | receipt.pdf_attachment_id
        if receipt.move_pdf_id:
            files -= receipt.pdf_attachment_id
        place = receipt.move_id or receipt.order_id or receipt.company_id.partner_id
        as_connector(files).write({"res_model": place._name, "res_id": place.id})
    for channel in env["otto.channel"].with_context(active_test=False).search([]):
        # Data of receipts that could not be read.
        unread = [("res_model", "=", channel._name), ("res_id", "=", channel.id), ("name", "=like", "%.json")]
        partner = channel.company_id.partner_id
        env["ir.attachment"].search(unread).write({"res_model": partner._name, "res_id": partner.id})
