"""Downloads of receipts: written to a file on the server's disk, so that a month of any size needs little memory."""

import tempfile

from werkzeug.exceptions import NotFound
from werkzeug.wsgi import wrap_file

from odoo import http
from odoo.http import content_disposition, request

TYPES = {"documents": "application/zip", "turnover": "text/csv; charset=utf-8"}
# Smaller files stay in memory.
IN_MEMORY = 10 * 1024 * 1024


class ReceiptDownloads(http.Controller):
    @http.route("/otto_market/receipts/<int:wizard_id>/<string:what>", type="http", auth="user", readonly=True)
    def download(self, wizard_id, what):
        """Send what the wizard *Receipts for the Tax Adviser* was asked for, to whoever asked."""
        wizard = request.env["otto.receipt.export"].browse(wizard_id).exists()
        if not wizard or what not in TYPES:
            raise NotFound
        wizard.check_access("read")
        request.env["otto.receipt"].check_access("read")
        file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 closed by the server
        if what == "documents":
            wizard._write_zip(file)
        else:
            request.env["otto.turnover.report"].check_access("read")
            wizard._write_turnover(file)
        size = file.tell()
        file.seek(0)
        headers = [
            ("Content-Type", TYPES[what]),
            ("Content-Length", size),
            ("Content-Disposition", content_disposition(wizard._file_name(what))),
        ]
        response = request.make_response(wrap_file(request.httprequest.environ, file), headers)
        response.direct_passthrough = True
        return response
