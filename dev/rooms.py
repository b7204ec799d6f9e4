"""The rooms of `otto_market_connector/models/`: which room uses which, read from the code.

A room may name only what it or a room that it may use defines: by import, by method, by model, by field or by flow.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from dev.settings import ROOT

MODELS = ROOT / "otto_market_connector" / "models"
# Each room with those that it may use.
MAY_USE = {
    "core": (),
    "catalogue": ("core",),
    "prices": ("core", "catalogue"),
    "orders": ("core", "catalogue"),
    "stock": ("core", "catalogue", "orders"),
    "fulfilment": ("core", "orders"),
    "returns": ("core", "catalogue", "orders", "stock", "fulfilment"),
    "receipts": ("core", "catalogue", "orders", "fulfilment", "returns"),
    "retention": ("core", "orders", "fulfilment", "returns", "receipts"),
    "overview": ("core", "catalogue", "prices", "orders", "stock", "fulfilment", "returns", "receipts"),
    "guards": ("core", "catalogue", "prices", "orders", "stock", "fulfilment", "returns"),
}
# Methods whose first argument is a flow.
TAKES_FLOW = {"_flow", "_sync", "_trigger", "_trigger_apart", "_schedule"}


def definitions(tree: ast.Module) -> Iterator[str]:
    """Yield what a file defines: methods and functions of ours, models, fields named `otto_…` and flows.

    A method that calls `super` for itself extends one of Odoo or of another room and defines nothing.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and not _extends(node):
            yield node.name
        elif isinstance(node, ast.ClassDef):
            yield from _in_class(node)


def _in_class(node: ast.ClassDef) -> Iterator[str]:
    for statement in node.body:
        if not (isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)):
            continue
        name, value = statement.targets[0].id, statement.value
        if name == "_name" and isinstance(value, ast.Constant):
            yield value.value
            if value.value.startswith("otto.flow."):
                yield f"flow {value.value.removeprefix('otto.flow.')}"
        elif name.startswith("otto_") and isinstance(value, ast.Call):
            yield name


def _extends(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == function.name
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "super"
        for node in ast.walk(function)
    )


def references(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield what a file names, with the line: attributes, texts (models and fields are named by texts) and flows."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr, node.lineno
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, node.lineno
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TAKES_FLOW:
            for argument in node.args[:1]:
                if isinstance(argument, ast.Constant):
                    yield f"flow {argument.value}", node.lineno


def imports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield the rooms from which a file imports, with the line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 2 and node.module:
            yield node.module.split(".")[0], node.lineno


def violations(models: Path = MODELS) -> list[str]:
    """Return, as `file:line: what is wrong`, where a room uses what only rooms define that it may not use."""
    trees = {path: ast.parse(path.read_text()) for path in sorted(models.glob("*/*.py"))}
    defined = defaultdict(set)
    for path, tree in trees.items():
        for name in definitions(tree):
            defined[name].add(path.parent.name)
    found = []
    for path, tree in trees.items():
        room = path.parent.name
        allowed = {room, *MAY_USE[room]}
        used = [(name, line, defined[name]) for name, line in references(tree) if name in defined]
        used += [(f"import from {name}", line, {name}) for name, line in imports(tree) if name in MAY_USE]
        found += [
            f"{path.relative_to(models)}:{line}: {name} is of {', '.join(sorted(rooms))}"
            for name, line, rooms in used
            if not rooms & allowed
        ]
    return found


def overwritten(models: Path = MODELS) -> list[str]:
    """Return methods that two files define for the same model without calling `super`: the later one would win."""
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in sorted(models.rglob("*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and (model := _model(node)):
                for function in node.body:
                    if isinstance(function, ast.FunctionDef) and not _extends(function):
                        places[model, function.name].append(str(path.relative_to(models)))
    return [f"{model}.{name}: {', '.join(found)}" for (model, name), found in places.items() if len(found) > 1]


def _model(node: ast.ClassDef) -> str | None:
    """Return the model that a class defines or extends."""
    texts = {
        statement.targets[0].id: statement.value.value
        for statement in node.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Name)
        and isinstance(statement.value, ast.Constant)
    }
    return texts.get("_name") or texts.get("_inherit")
