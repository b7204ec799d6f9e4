"""What the tests of articles share: reading them as the scheduled action does, also when its time is up at once."""

import time

from odoo.addons.otto_market_connector.models.catalogue import pictures

from tests.harness import OttoCase


class ShortRuns:
    """Runs as Odoo does them when a scheduled action has no time left."""

    def run_short(self, flow="catalogue"):
        """Run a flow as Odoo does when the time of its scheduled action is up after each step."""
        sync = self.channel._sync(flow)
        with self.own_cursor() as env:
            progress = env["ir.cron.progress"].create(
                {"cron_id": sync.cron_id.id, "done": 0, "remaining": 0, "timed_out_counter": 0}
            )
            context = {
                "ir_cron_progress_id": progress.id,
                "cron_id": sync.cron_id.id,
                "cron_end_time": time.monotonic() - 1,
            }
            sync.with_env(env(context=context))._run()
        self.assertFalse(sync.last_error)
        return sync


class ArticlesCase(ShortRuns, OttoCase):
    """A channel whose articles are read, with pictures that lie in the sandbox."""

    def setUp(self):
        super().setUp()
        self.patch(pictures, "INSIDE_ALLOWED", frozenset({"localhost", "127.0.0.1"}))

    @classmethod
    def reset_sandbox(cls):
        cls.sandbox.clear_faults()
        cls.sandbox.reset(seed=7, orders=0, articles=60)

    def read(self, **channel):
        """Run the import as its scheduled action does; return the channel's articles by SKU."""
        self.channel.write(channel)
        sync = self.run_flow("catalogue")
        self.assertFalse(sync.last_error)
        listings = self.env["otto.listing"].search([("channel_id", "=", self.channel.id)])
        return {listing.sku: listing for listing in listings}

    def make(self, number, **values):
        """Have one product only, for the article of a number."""
        article = self.articles[number]
        self.products.filtered(lambda p: p.default_code == article["sku"]).write(
            {"default_code": False, "barcode": False, **values}
        )
        return article

    def run_to_the_end(self, most):
        """Run the reading with no time at all again and again until it ends, at most so many times."""
        for _number in range(most):
            if not self.run_short().stage:
                return
        self.fail(f"The reading has not ended after {most} runs.")

    def asked(self, path, method="GET"):
        """Return the requests for a path that the sandbox answered; a token that it does not know is no request."""
        rows = self.sandbox.requests()
        return [row for row in rows if (row["method"], row["path"]) == (method, path) and row["status"] != 401]
