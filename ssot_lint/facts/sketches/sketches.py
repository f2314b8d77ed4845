"""A file's bytes → the sketches of its definitions. Standard library ``ast``, pure; it always returns."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from ssot_lint.facts import comments
from ssot_lint.facts.lines import Lines
from ssot_lint.facts.parse import parse
from ssot_lint.facts.sketches.definitions import class_sketch, function_sketch
from ssot_lint.facts.syntax import FUNCTIONS, imported
from ssot_lint.model.errors import Unparsable
from ssot_lint.model.sketches import DefinitionSketch, FileSketch

VERSION = 2
"""Grows whenever the same bytes may have other sketches than before."""

_HEAD = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:#[^\n]*)?\r?\n)*")
"""The comments with which a file begins."""
_WRITTEN = re.compile(rb"\bgenerated\b|DO NOT EDIT", re.IGNORECASE)
_DEFINES = re.compile(rb"(?:^|\r|\A\xef\xbb\xbf)\s*(?:class|def|async\s+def)\b", re.MULTILINE)


def sketches_of(data: bytes) -> FileSketch:
    """The sketches of a file; there are none of one that cannot be parsed, or that a program has written."""
    head = _HEAD.match(data)
    if head is not None and _WRITTEN.search(head[0]):
        return FileSketch(generated=True)
    if not _DEFINES.search(data):
        return FileSketch()
    try:
        tree = parse(data)
    except Unparsable:
        return FileSketch()
    return FileSketch(tuple(_definitions(tree, Lines(data))), comments.read(data))


def _definitions(tree: ast.Module, lines: Lines) -> Iterator[DefinitionSketch]:
    targets = dict(_targets(tree))

    def target(path: str) -> str:
        head, dot, rest = path.partition(".")
        return f"{targets[head]}{dot}{rest}" if head in targets else f"?{path}"

    for node in _at_module_level(tree.body):
        if isinstance(node, ast.ClassDef):
            yield class_sketch(node, lines.name_span(node, node.name), target)
        elif isinstance(node, FUNCTIONS):
            sketch = function_sketch(node, lines.name_span(node, node.name))
            if sketch.marks:
                yield sketch


def _at_module_level(statements: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that a module runs when it is imported, also in branches."""
    for one in statements:
        yield one
        if isinstance(one, (ast.If, ast.Try, ast.With)):
            yield from _at_module_level(one.body)
            yield from _at_module_level(getattr(one, "orelse", ()))
            for handler in getattr(one, "handlers", ()):
                yield from _at_module_level(handler.body)


def _targets(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """What the names of a module lead to that it imports or defines."""
    for node in _at_module_level(tree.body):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from imported(node)
        elif isinstance(node, ast.ClassDef):
            yield node.name, f":{node.name}"
