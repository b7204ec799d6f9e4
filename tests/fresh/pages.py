"""Every page that a menu opens, as Odoo's client asks for it; runs in `odoo shell`."""

import traceback


def open_all(env, *apps: str) -> list[str]:
    """Open the page of each menu; return what is wrong, a line each.

    :param apps: external ids of the menus at the top; default: all menus
    """
    domain = [("action", "!=", False)]
    if apps:
        domain.append(("id", "child_of", [env.ref(app).id for app in apps]))
    problems = []
    for menu in env["ir.ui.menu"].search(domain):
        try:
            with env.cr.savepoint():
                _open(env, menu.action)
        except Exception as error:  # noqa: BLE001 whatever it is, it stands in the list
            problems.append(f"{menu.complete_name}: {error} {traceback.format_exc()[-300:]}")
    return problems


def open_form(env, model: str, ids: list[int]) -> None:
    """Read records as their form does."""
    view = env[model].get_views([(False, "form")])
    fields = {name for name in view["models"][model]["fields"] if name in env[model]._fields}
    env[model].browse(ids).web_read({name: {} for name in fields})


def _open(env, action) -> None:
    if action._name != "ir.actions.act_window":
        return
    model = env[action.res_model]
    views = [(view or False, kind) for view, kind in action.views]
    search = (action.search_view_id.id or False, "search")
    answer = model.get_views([*views, search], {"load_filters": True, "toolbar": True})
    shown = [kind for _view, kind in views if kind in ("list", "kanban")]
    if shown and not model._transient:
        names = set(answer["models"][action.res_model]["fields"]) & set(model._fields)
        model.search([], limit=5).web_read({name: {} for name in names if model._fields[name].store})
