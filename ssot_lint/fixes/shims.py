"""A module that hands the symbol on, while no file of the project takes it from there → a fix that removes the line.
Pure.

Only an option asks for that: code outside of the project may still import the symbol from there.
"""

from __future__ import annotations

import ast

from ssot_lint.fixes import import_removal, imports, names
from ssot_lint.fixes.assignments import unexported, uses_of
from ssot_lint.fixes.import_order import AnyImport
from ssot_lint.fixes.repair import Repair
from ssot_lint.fixes.source import FileText, Unfixable
from ssot_lint.model.finding import Fix


def fixed(repair: Repair) -> Fix:
    """Removes the import at the place of the finding, or the file if it holds nothing else."""
    source = repair.source
    found = imports.at(source, repair.finding.span)
    if found is None:
        raise Unfixable("the symbol is handed on in a way that cannot be changed")
    statement, alias = found
    if alias.name == "*":
        raise Unfixable("a star import hands it on")
    local = alias.asname or alias.name
    scope = statement.site.scope
    repair.must_be_free(local)
    if not repair.removes_shims:
        raise Unfixable(
            "nobody in this project imports it from here any more: --remove-shims takes it away",
            awaited=True,
        )
    path = f"{repair.module.name}.{local}"
    said = repair.around.mentions(path)
    if said:
        raise Unfixable(f"{said} names `{path}`", elsewhere=True)
    _must_not_load(repair, statement.module)
    if len(scope.bounds.get(local, ())) > 1:
        raise Unfixable(f"`{local}` is bound more than once")
    exported = names.exported(source, local)
    retires = [path]
    if uses_of(source, scope, local):
        if exported is None:
            raise Unfixable(f"the file uses `{local}` itself")
        return repair.fix(f"take `{local}` out of `__all__`", [unexported(source, local)], "unsafe")
    names.may_go(source, scope, local)
    is_alone = exported is None or _is_only_export(source, exported)
    if is_alone and _holds_nothing_else(repair, statement.node):
        return repair.fix(
            f"delete {repair.module.file.path}", (), "unsafe", removes=[source.path], retires=retires
        )
    edits = import_removal.dropped(source, statement, alias)
    if exported is not None:
        edits.append(unexported(source, local))
    return repair.fix(f"hand `{local}` on no more", edits, "unsafe", retires=retires)


def _must_not_load(repair: Repair, module: str) -> None:
    """Unfixable, where another file uses a module of this package and relies on the package to import it."""
    package, graph = repair.module.name, repair.around.graph
    parent, _, name = repair.absolute(module).rpartition(".")
    if repair.module.file.package and parent == package:
        for where, line in repair.around.takers(package, name):
            if where is not repair.module and f"{package}.{name}" not in graph.imported(where.file):
                raise Unfixable(f"{where.file.path}:{line} takes `{name}` from here without importing it")


def _is_only_export(source: FileText, constant: ast.Constant) -> bool:
    for node in source.tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, (ast.List, ast.Tuple)):
            if node.value.elts == [constant]:
                return True
    return False


def _holds_nothing_else(repair: Repair, node: AnyImport) -> bool:
    """Whether a file holds only this import, ``__all__``, and text about them."""
    if repair.module.file.package or len(node.names) > 1:
        return False
    for one in repair.source.tree.body:
        if one is node or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)):
            continue
        if isinstance(one, ast.ImportFrom) and one.module == "__future__":
            continue
        is_all = isinstance(one, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "__all__" for target in one.targets
        )
        if not is_all:
            return False
    return not _is_imported(repair)


def _is_imported(repair: Repair) -> bool:
    """Whether another file imports the module, under any name and for any purpose."""
    return any(path != repair.source.path for path in repair.around.importers(repair.module.file.module))
