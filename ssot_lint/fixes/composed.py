"""A tree → the texts from which its strings are put together when they are needed. Pure."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache

from ssot_lint.facts.syntax import text_of

_PERCENT = re.compile(r"%(?:\(\w*\))?[a-z]")
_BRACES = re.compile(r"\{[^{}]*\}")
_FORMATTERS = ("format", "format_map")


def pieces(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """What is known of the strings that are put together: the texts between what is not known, each with its line."""
    known = _constants(tree)
    for node in ast.walk(tree):
        for text in _pieces_of(node, known):
            yield getattr(node, "lineno", 0), text


def may_hold(data: bytes, name: str) -> bool:
    """Whether a file may put together a string that names something by its last part: what stands around the name then
    is a dot, a colon, or where a text or a line of it begins or ends. A file whose bytes say no need not be parsed."""
    return name.encode() in data and _pattern(name).search(data) is not None


@lru_cache(maxsize=1024)
def _pattern(name: str) -> re.Pattern[bytes]:
    # It begins with the name: such patterns are found several times faster.
    word = re.escape(name.encode())
    return re.compile(word + rb"(?<=[.:\"'}\\\r\n]" + word + rb")[.:\"'{%\\]")


def may_name(piece: str, module: str, name: str) -> bool:
    """Whether a string that is put together with a piece may name something of a module, or what is below it."""
    found = re.fullmatch(rf"([\w.]*)[.:]{name}(?:[.:][\w.]*)?", piece)
    return found is not None and module.endswith(found[1])


def _constants(tree: ast.Module) -> dict[str, str]:
    """The names that are bound once in a file, and there to a text."""
    times = Counter(
        one.id for one in ast.walk(tree) if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)
    )
    times.update(one.arg for one in ast.walk(tree) if isinstance(one, ast.arg))
    found = {}
    for stmt in tree.body:
        targets = stmt.targets if isinstance(stmt, ast.Assign) else []
        text = text_of(stmt.value) if isinstance(stmt, ast.Assign) else None
        for one in targets:
            if isinstance(one, ast.Name) and text is not None and times[one.id] == 1:
                found[one.id] = text
    return found


def _pieces_of(node: ast.AST, known: Mapping[str, str]) -> list[str]:
    if isinstance(node, ast.JoinedStr):
        return _joined(node, known) if any(isinstance(one, ast.FormattedValue) for one in node.values) else []
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _joined(node, known)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _PERCENT.split(text_of(node.left) or "")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _FORMATTERS:
        return _BRACES.split(text_of(node.func.value) or "")
    return []


def _joined(node: ast.expr, known: Mapping[str, str]) -> list[str]:
    """The texts of an expression; what is known of two that follow each other is one."""
    found = [""]
    for part in _parts(node, known):
        if part is None:
            found.append("")
        else:
            found[-1] += part
    return found


def _parts(node: ast.expr, known: Mapping[str, str]) -> list[str | None]:
    """The parts of an expression that is a text, in their order; None for one that is not known."""
    if isinstance(node, ast.JoinedStr):
        return [part for one in node.values for part in _parts(one, known)]
    if isinstance(node, ast.FormattedValue) and node.conversion < 0 and node.format_spec is None:
        return _parts(node.value, known)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*_parts(node.left, known), *_parts(node.right, known)]
    return [known.get(node.id) if isinstance(node, ast.Name) else text_of(node)]
