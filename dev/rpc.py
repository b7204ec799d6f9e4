"""Odoo over RPC, as a client outside the server sees it."""

import time
import xmlrpc.client

from dev.settings import Problem


class Client:
    """A user's session with an Odoo database over XML-RPC."""

    def __init__(self, url: str, database: str, login: str = "admin", password: str = "admin"):  # noqa: S107
        self.database, self.password = database, password
        common = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common", allow_none=True)
        self.uid = common.authenticate(database, login, password, {})
        if not self.uid:
            raise Problem(f"Odoo does not accept the login {login}.")
        self._models = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object", allow_none=True)

    def call(self, model: str, method: str, args: list | None = None, **kwargs):
        """Call a public method of a model; faults of Odoo are `xmlrpc.client.Fault`."""
        return self._models.execute_kw(self.database, self.uid, self.password, model, method, args or [], kwargs)

    def ref(self, xmlid: str) -> int:
        """Return the id of a record by its external id."""
        module, name = xmlid.split(".")
        domain = [("module", "=", module), ("name", "=", name)]
        return self.call("ir.model.data", "search_read", [domain], fields=["res_id"])[0]["res_id"]

    def run_flow(self, flow: str, seconds: int = 180) -> None:
        """Have a flow's scheduled action run by Odoo's own worker, as the button does, and wait until it succeeded.

        :raises Problem: when it failed or the time is up
        """
        time.sleep(1.1)  # Odoo's times have whole seconds
        asked = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
        self.call("otto.sync", "action_run_now", [[sync["id"] for sync in self._flow(flow)]])
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            rows = self._flow(flow)
            # Odoo notes when an action began once it is over. What was under way before did not see all, and what it
            # says of an error is as old.
            crons = self.call("ir.cron", "read", [[row["cron_id"][0] for row in rows], ["lastcall"]])
            if all(cron["lastcall"] and cron["lastcall"] >= asked for cron in crons):
                rows = self._flow(flow)
                errors = [row["last_error"] for row in rows if row["last_error"]]
                if errors:
                    raise Problem(f"The flow {flow} failed: {errors[0]}")
                if all(row["last_success"] and row["last_success"] >= row["last_start"] >= asked for row in rows):
                    return
            time.sleep(0.3)
        raise Problem(f"The flow {flow} did not end within {seconds} s.")

    def _flow(self, flow: str) -> list[dict]:
        fields = ["last_start", "last_success", "last_error", "cron_id"]
        return self.call("otto.sync", "search_read", [[("flow", "=", flow)]], fields=fields)
