from . import models


def post_init_hook(env):
    env["otto.channel"].with_context(active_test=False).search([])._ensure_flows()
