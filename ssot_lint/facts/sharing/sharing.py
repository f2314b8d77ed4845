"""One file's tree → what it keeps beyond a call, and every place that does something to what is kept. Pure.

No name is asked for, and nothing is decided: which paths lead to one thing, and which places run after import, is
seen when the facts of all files are put together.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ssot_lint.facts.lines import Lines
from ssot_lint.facts.scopes import Walked
from ssot_lint.facts.sharing.names import Names
from ssot_lint.facts.sharing.slots import fills_of, slots_of
from ssot_lint.facts.sharing.statements import classes_of, functions_of, keepers
from ssot_lint.facts.sharing.touches import touches_of
from ssot_lint.facts.syntax import imported
from ssot_lint.facts.walk import walk
from ssot_lint.model.sharing import Sharing


def sharing_of(tree: ast.Module, lines: Lines) -> Sharing:
    """What the file keeps, and what it does to that and to what other files keep."""
    walked = walk(tree)
    names = Names(walked, lines)
    fills = tuple(fills_of(names))
    touches, called = touches_of(names)
    found = Sharing(
        tuple(_imports(walked)),
        tuple(slots_of(names)),
        fills,
        touches,
        tuple(functions_of(names)),
        tuple(classes_of(names, keepers(touches, fills))),
        called,
    )
    walked.release()
    return found


def _imports(walked: Walked) -> Iterator[tuple[str, str]]:
    for site in walked.of(ast.Import, ast.ImportFrom):
        node = site.node
        if site.scope.kind != "module":
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from imported(node)
