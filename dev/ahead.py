"""What later versions of Odoo take away is not used by the add-ons: names that are deprecated in 19.0 or gone after it.

What Odoo itself warns of while it runs stops the tests (`filterwarnings` in pyproject.toml).
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from dev.console import complain
from dev.settings import ADDONS, ROOT

# Without Odoo, or the helper itself: base64 there is the wire's.
PLAIN = ("dhl_api", "otto_api", "binary.py")
INSTEAD = {
    "get_param": "a setting of the channel or shipping method, or Odoo's own method that reads the parameter",
    "set_param": "a setting of the channel or shipping method",
    "read_group": "`_read_group` or `formatted_read_group`",
    "name_get": "`display_name`",
    "toggle_active": "`action_archive` or `action_unarchive`",
    "check_access_rights": "`check_access`",
    "check_access_rule": "`check_access`",
    "_filter_access_rules": "`_filtered_access`",
    "_filter_access_rules_python": "`_filtered_access`",
    "_check_recursion": "`_has_cycle`",
    "_notify_progress": "`_commit_progress`",
    "_sql_constraints": "`models.Constraint`",
    "group_operator": "`aggregator`",
    "groups_id": "`group_ids`",
    "users": "`user_ids`",
    "_cr": "`self.env.cr`",
    "_uid": "`self.env.uid`",
    "_context": "`self.env.context`",
}
# Methods of Odoo and fields of groups; as names of variables these say nothing.
ONLY_ATTRIBUTES = {"users", "_cr", "_uid", "_context"}


def complaints(root: Path) -> list[str]:
    """Return what is used that later versions lack, a line each."""
    found = []
    for addon in ADDONS:
        for path in sorted((root / addon).rglob("*.py")):
            name = path.relative_to(root)
            if name.parts[1] not in PLAIN:
                found += [f"{name}:{line}: {words}" for line, words in sorted(_used(ast.parse(path.read_text())))]
    return found


def _used(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        names = {name.name for name in node.names} if isinstance(node, ast.Import) else {getattr(node, "module", None)}
        if isinstance(node, ast.Import | ast.ImportFrom) and "base64" in names:
            yield node.lineno, "instead of base64 please use to_field and from_field of delivery_dhl_de/binary.py"
        name = _name(node)
        if name in INSTEAD:
            yield node.lineno, f"instead of {name} please use {INSTEAD[name]}"


def _name(node: ast.AST) -> str | None:
    """Return what a piece of code is called by: attribute, argument, key of a record's values, assigned or defined."""
    if isinstance(node, ast.Attribute):
        return node.attr
    name = {
        ast.FunctionDef: lambda: node.name,
        ast.keyword: lambda: node.arg,
        ast.Name: lambda: node.id,
        ast.Constant: lambda: node.value if isinstance(node.value, str) else None,
    }.get(type(node), lambda: None)()
    return None if name in ONLY_ATTRIBUTES else name


def check() -> bool:
    """Print what is used that later versions lack; return whether there was nothing."""
    return complain(complaints(ROOT))
