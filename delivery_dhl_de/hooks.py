"""What is done when an add-on is removed: nothing that people saved may stop the pages that remain."""

import logging
import re

_logger = logging.getLogger(__name__)

# Where the external ids of what people made begin; most have none.
PEOPLES = ("", "__export__", "studio_customization")
# Models of what people saved, their texts that name fields, and the field that names a model.
SAVED = {
    "ir.filters": (("domain", "context", "sort"), "model_id"),
    "ir.exports.line": (("name",), None),
}


def uninstall_hook(env):
    """Called by Odoo before the add-on's fields go."""
    forget_saved(env, "delivery_dhl_de")


def forget_saved(env, module):
    """Take away what people saved about the fields and models that go with an add-on.

    Filters and columns of exports are deleted, views are archived: each would stop the page that it belongs to.

    :param module: technical name of the add-on
    """
    models = _models(env, module)
    fields = _fields(env, module, models)
    word = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(fields)))})\b") if fields else None
    env["ir.exports"].search([("resource", "in", list(models))]).unlink()
    for name, (texts, model_field) in SAVED.items():
        records = env[name].with_context(active_test=False).search([])
        records.filtered(
            lambda record, texts=texts, model_field=model_field: (
                (model_field and record[model_field] in models)
                or (word and any(word.search(record[text] or "") for text in texts))
            )
        ).unlink()
    _archive_views(env, models, word)


def _models(env, module):
    """Return the names of the models that go with an add-on."""
    data = env["ir.model.data"].search([("module", "=", module), ("model", "=", "ir.model")])
    mine = env["ir.model"].browse(data.mapped("res_id")).exists()
    return {model.model for model in mine if _is_alone(model, module)}


def _fields(env, module, models):
    """Return the names of the fields that an add-on has given to other models."""
    data = env["ir.model.data"].search([("module", "=", module), ("model", "=", "ir.model.fields")])
    fields = env["ir.model.fields"].browse(data.mapped("res_id")).exists()
    return {field.name for field in fields if field.model not in models and _is_alone(field, module)}


def _is_alone(record, module):
    """Tell whether no other add-on defines a model or field; one that is being removed does not count for Odoo."""
    return not set(filter(None, (record.modules or "").split(", "))) - {module}


def _archive_views(env, models, word):
    """Archive the views that people made of what goes; those of add-ons are Odoo's to remove."""
    views = env["ir.ui.view"].search([("type", "!=", "qweb")])
    own = views.filtered(lambda view: view.xml_id.partition(".")[0] in PEOPLES)
    broken = own.filtered(lambda view: view.model in models or (word and word.search(view.arch_db or "")))
    for view in broken:
        _logger.warning("The view %s (%s) shows fields that are removed, it is archived", view.name, view.id)
    broken.active = False
