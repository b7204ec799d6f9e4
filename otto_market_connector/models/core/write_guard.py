"""The marks by which the guards know the connector's own writes, and what Odoo's methods do inside of them."""

from odoo.exceptions import UserError

# Compared by identity: no value that a client can send in a context is one of these objects.
CONNECTOR = object()
CHECKED = object()


def as_connector(records):
    """Return the records with the connector's mark in their context."""
    return records.with_context(otto_connector=CONNECTOR)


def quietly(records):
    """Return the records in a context in which Odoo neither tracks values nor notifies the responsible person.

    Hundreds of orders come in one go; a mail to the salesperson for each of them is noise that costs half of the time.
    """
    return records.with_context(tracking_disable=True)


def is_connector(env) -> bool:
    """Tell whether the connector itself is at work in this environment."""
    return env.context.get("otto_connector") is CONNECTOR


def inside_checked_method(records):
    """Return the records for one of Odoo's own methods whose guard has let it through.

    What the method then writes (a state, another transfer) is refused when a client writes it without the method.
    """
    return records.with_context(otto_checked=CHECKED)


def is_checked(env) -> bool:
    """Tell whether the connector or a method of Odoo that was let through is at work in this environment."""
    return env.context.get("otto_checked") is CHECKED or is_connector(env)


def refuse_connector_fields(records, names: set[str]) -> None:
    """Refuse that anybody but the connector writes fields in which it notes what OTTO said.

    :raises UserError: names the fields
    """
    if names and not is_connector(records.env):
        raise UserError(
            records.env._(
                "%(fields)s: this is kept by the OTTO connector and cannot be changed by hand.",
                fields=", ".join(sorted(records._fields[name]._description_string(records.env) for name in names)),
            )
        )
