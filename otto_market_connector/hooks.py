def uninstall_hook(env):
    """Remove the channels' scheduled actions, which Odoo does not know to belong to the add-on."""
    env["otto.sync"].with_context(active_test=False).search([]).cron_id.unlink()
