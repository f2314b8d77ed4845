"""What holds of the chain of every finding: each hop says what stands there, and leads on from what was said before."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from keyword import kwlist

from ssot_lint.model.finding import Finding, Hop

_NAME = re.compile(r"[^\W\d]\w*")
_PARENT = re.compile(r"\w*\.")
_SHAPE = re.compile(r"class (\w+): ")
_WORDS = frozenset(
    [*"named in hands out an instance the metaclass base decorator keeps first".split(), *kwlist]
)
"""Words of hops that are no names."""
_ENTERING = frozenset(["__enter__", "__aenter__"])


@dataclass(frozen=True)
class Statement:
    """What stands at a line: the names in it, and those that it gives something to (``*``: any)."""

    says: frozenset[str]
    binds: frozenset[str]
    imports: bool


def at_place(text: str, line: int, column: int) -> Statement:
    """The innermost statement at a place. A function or class is all that stands in it, other statements their head."""
    around = [
        one
        for one in _statements(text, line)
        if (one.lineno, one.col_offset) <= (line, column) or one.lineno > line
    ]
    return _of([min(around, key=_size)] if around else [])


def on_line(text: str, line: int, name: str = "") -> Statement:
    """All statements that begin on a line, or the innermost one around it; or else the class of a name around it."""
    around = [one for one in _statements(text, line) if name in ("", getattr(one, "name", ""))]
    starting = [one for one in around if one.lineno == line and not name]
    return _of(starting or ([min(around, key=_size)] if around else []))


def _statements(text: str, line: int) -> list[ast.stmt]:
    """The statements on a line, with their decorators."""
    found = [one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.stmt)]
    return [one for one in found if _first(one) <= line <= (one.end_lineno or one.lineno)]


def _size(node: ast.stmt) -> tuple[int, int]:
    return (node.end_lineno or node.lineno) - _first(node), -node.col_offset


def _of(nodes: list[ast.stmt]) -> Statement:
    binds = {name for node in nodes for name in _bound(node)}
    return Statement(
        frozenset(name for node in nodes for name in _said(node)),
        frozenset(binds | ({"*"} if "__getattr__" in binds else set())),
        bool(nodes) and all(isinstance(node, (ast.Import, ast.ImportFrom)) for node in nodes),
    )


def _first(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(one.lineno for one in decorators)])


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """A statement's nodes; of the statements in it only where it is a definition."""
    whole = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    todo = [node]
    while todo:
        one = todo.pop()
        yield one
        todo += [child for child in ast.iter_child_nodes(one) if whole or not isinstance(child, ast.stmt)]


def _said(node: ast.stmt) -> Iterator[str]:
    for one in _parts(node):
        for field, value in ast.iter_fields(one):
            if isinstance(value, str) and field not in ("type_comment", "kind"):
                yield from _NAME.findall(value)
            elif isinstance(value, list):
                yield from (name for name in value if isinstance(name, str))


def _bound(node: ast.stmt) -> Iterator[str]:
    for one in _parts(node):
        if isinstance(one, (ast.Name, ast.Attribute)) and isinstance(one.ctx, ast.Store):
            yield one.id if isinstance(one, ast.Name) else one.attr
        elif isinstance(one, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield one.name
        elif isinstance(one, ast.arg):
            yield one.arg
        elif isinstance(one, ast.alias):
            yield one.asname or one.name.partition(".")[0]
        elif isinstance(one, ast.Constant) and isinstance(one.value, str):
            # `setattr(module, "N", …)`, `globals()["N"] = …`, `__all__ = ["N"]`.
            yield one.value.rpartition(".")[2]


_STRING = re.compile(r"[a-zA-Z]{0,2}[\"']")


def flaws(texts: Mapping[str, str], finding: Finding) -> Iterator[str]:
    """What is wrong with the chain of a finding, in sentences."""
    path, chain = finding.path, finding.chain
    if finding.message != " ".join(finding.message.split()):
        yield f"words are missing in the message: {finding.message!r}"
    if not finding.advice or "None" in finding.advice:
        yield f"nothing is said of what to do: {finding.advice!r}"
    # What is foreign has no definition here, and a string or a builtin is known by itself.
    top = finding.symbol.partition(".")[0]
    is_foreign = finding.code.startswith("SOT5") or not any(
        f"/{top}{end}" in f"/{one}" for one in texts for end in ("/", ".py")
    )
    if not is_foreign and (not chain or chain[-1].text != f"{finding.symbol} is canonical"):
        yield f"does not end at the definition of {finding.symbol}"
    place = at_place(texts[path], finding.span.line, finding.span.column)
    # What is spelled may be put together from what stands there.
    known = [place, Statement(frozenset(_NAME.findall(finding.spelled)), frozenset(), imports=False)]
    enters = False
    for hop in chain:
        shape = _SHAPE.match(hop.text)
        here = on_line(texts[hop.path], hop.line, shape[1] if shape else "")
        if hop.text.endswith("by another root"):
            continue
        missing = {*_said_by(hop)} - here.says
        if missing:
            yield f"{hop} says {sorted(missing)}, which does not stand there"
        # What a parameter or an object from elsewhere is, is known by the file's import alone.
        told = (here.imports and hop.path == path) or " writes to " in hop.text or "__all__" in here.binds
        told = told or (enters and not _ENTERING.isdisjoint(here.binds))
        told = told or (hop.text.startswith("isinstance(") and bool(here.says & place.says))
        enters = enters or hop.text.startswith("with ")
        if (hop != chain[-1] or is_foreign) and not told and not any(_leads(one, here) for one in known):
            yield f"{hop} has nothing to do with what is before it"
        known.append(here)
    line = texts[path].splitlines()[finding.span.line - 1]
    by_name = (
        # What is retired, or is another thing, is known by its own name.
        finding.code not in ("SOT103", "SOT107", "SOT401", "SOT402", "SOT504")
        # What a string names goes by no name of the file.
        and not _STRING.match(line, finding.span.column)
        and not finding.code.startswith("SOT6")
        and not place.imports
        and "*" not in place.binds
    )
    own = _imported(texts[path], finding.symbol) & place.says
    if by_name and own and not any(hop.path == path for hop in chain):
        yield f"no hop is in {path}, which imports {sorted(own)}"


def _said_by(hop: Hop) -> Iterator[str]:
    """The names in a hop's text that must stand at its line: of a path the last one, as a module goes by many names."""
    if hop.text.startswith("__getattr__ serves "):
        yield "__getattr__"
    elif not (hop.text.endswith("is canonical") or " writes to " in hop.text or _SHAPE.match(hop.text)):
        yield from (name for name in _NAME.findall(_PARENT.sub("", hop.text)) if name not in _WORDS)


def _imported(text: str, symbol: str) -> frozenset[str]:
    """The names of a file's imports that speak of a symbol, or of what is around it."""
    nodes = [one for one in ast.walk(ast.parse(text)) if isinstance(one, (ast.Import, ast.ImportFrom))]
    about = {*symbol.split(".")}
    return frozenset(name for node in nodes if about & {*_said(node)} for name in _bound(node))


def _leads(before: Statement, here: Statement) -> bool:
    return bool("*" in here.binds | before.binds or before.says & here.binds or before.binds & here.says)
