"""The lines above a place in a text → the edits that import a name for it. Pure.

What is below may be half typed. What is above counts as far as it consists of whole statements, as Python itself
divides them.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ssot_lint.facts.parse import encoded, parse
from ssot_lint.fixes.import_addition import added
from ssot_lint.fixes.imports import ImportStatement, spelled, statements
from ssot_lint.fixes.source import FileText, Unfixable
from ssot_lint.model.errors import Unparsable
from ssot_lint.model.finding import Edit, Span

_PASSED = (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT)
_NAMED = 2
"""The first lines may name what runs the file, and its encoding."""


def import_edits(
    path: str, above: Sequence[str], module: str, name: str, package: Sequence[str]
) -> list[Edit]:
    """Edits that import a name from a module (or, without a name, the module itself): as a repair would beside the
    imports of the same project, or else behind all imports of the head. ``above`` are the lines above the one that
    needs it. ``package``: the parts of the package at which relative imports begin."""
    line = import_line(above)
    try:
        edits = _beside(FileText(path, encoded("\n".join((*above[:line], "")))), module, name, package)
    except Unfixable:
        edits = None
    if edits is not None:
        return edits
    statement = f"from {module} import {name}" if name else f"import {module}"
    return [Edit(path, Span(line + 1, 0, line + 1, 0), f"{statement}\n")]


def _beside(source: FileText, module: str, name: str, package: Sequence[str]) -> list[Edit] | None:
    """Edits that import a name beside the imports of the same project; None where there are none. Raises Unfixable."""
    own = [one for one in statements(source) if _top(one) in ("", module.partition(".")[0])]
    if not own:
        return None
    return added(source, own[-1], spelled(module, own[-1].module, package), name)


def _top(statement: ImportStatement) -> str:
    """The package that an import begins with; nothing where it is relative."""
    return (statement.module or statement.node.names[0].name).partition(".")[0]


class _Lines(NamedTuple):
    """The first and the last line, from 1, of what belongs together."""

    first: int
    last: int
    is_comment: bool


def import_line(above: Sequence[str]) -> int:
    """The line, from 0, before which a further import can stand: behind the docstring and the imports of the head, and
    nowhere within a statement. ``above`` are the lines above the one that needs the import."""
    found, is_first = 0, True
    lines = [line.removeprefix("\ufeff") if number == 0 else line for number, line in enumerate(above)]
    for piece in _pieces(lines):
        if piece.is_comment:
            found = piece.last if is_first and piece.last <= _NAMED else found
            continue
        statement = _statement("\n".join(lines[piece.first - 1 : piece.last]))
        is_import = isinstance(statement, ast.Import | ast.ImportFrom)
        if not is_import and not (is_first and _is_text(statement)):
            break
        found, is_first = piece.last, False
    return found


def _pieces(lines: Sequence[str]) -> Iterator[_Lines]:
    """The comments and the statements, in order, up to one that has no end."""
    first = 0
    text = "".join(f"{line}\n" for line in lines)
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            row = token.start[0]
            if token.type == tokenize.NEWLINE:
                yield _Lines(first, row, is_comment=False)
                first = 0
            elif first:
                continue
            elif token.type == tokenize.COMMENT:
                yield _Lines(row, row, is_comment=True)
            elif token.type not in _PASSED:
                first = row
    except (tokenize.TokenError, SyntaxError, ValueError):
        return


def _statement(text: str) -> ast.stmt | None:
    """The first statement of a text that is one by itself."""
    try:
        body = parse(encoded(text)).body
    except Unparsable:
        return None
    return body[0] if body else None


def _is_text(statement: ast.stmt | None) -> bool:
    """Whether a statement, as the first one, is the docstring."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


__all__ = ["import_edits", "import_line"]
