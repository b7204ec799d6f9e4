from odoo import models


class WorkContext:
    """What the components of one run share; carried by the environment's context, so that it goes wherever they go.

    Ids and no records: a record would keep the cursor that it was read with.

    :ivar int channel_id: the `otto.channel` that is worked for
    :ivar int sync_id: the `otto.sync` row of the flow, which is the lock
    :ivar client: the `OttoClient`, opened when it is first asked for
    """

    __slots__ = ("channel_id", "client", "sync_id")

    def __init__(self, channel_id, sync_id=False):
        self.channel_id = channel_id
        self.sync_id = sync_id
        self.client = None


class OttoComponent(models.AbstractModel):
    """Something that works for one channel and finds it, its flow's row and OTTO's client here.

    Have one from a channel with `channel._component("otto.…")`, from another component with `self.env["otto.…"]`.
    """

    _name = "otto.component"
    _description = "Part of the OTTO Connector That Works for One Channel"

    @property
    def _work(self):
        return self.env.context["otto_work"]

    @property
    def channel(self):
        """The `otto.channel` that is worked for."""
        return self.env["otto.channel"].browse((self._work.channel_id,))

    @property
    def sync(self):
        """The `otto.sync` row of the flow that is at work; no record outside of a flow."""
        return self.env["otto.sync"].browse(self._work.sync_id)

    @property
    def client(self):
        """The `OttoClient` of the run; its connections are kept until the run ends.

        :raises UserError: the channel is not set up; names the channel and the field
        """
        if self._work.client is None:
            self._work.client = self.channel._otto_client(self.sync._scopes())
        return self._work.client

    @property
    def _issues(self):
        """The model `otto.issue`, where failures are reported and resolved (R20)."""
        return self.env["otto.issue"]
