"""One file and the values, fields and emitters asked for → where values are spelled out, and where they go. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator

from ssot_lint.facts.lines import Lines
from ssot_lint.facts.reading import Reading
from ssot_lint.facts.references.emissions import emission_facts, heir_facts, taker_facts
from ssot_lint.facts.references.leaves import bounds_of, field_of, leaves
from ssot_lint.facts.references.lists import list_facts
from ssot_lint.facts.references.testing import is_asserted
from ssot_lint.facts.scopes import Scope, Site
from ssot_lint.facts.spelled import holds_field
from ssot_lint.facts.syntax import last_name, path_of, singles, text_of
from ssot_lint.model.asked import EMITTER, FIELD, LIST, VALUE, FieldAsked, behind, is_name
from ssot_lint.model.finding import Span
from ssot_lint.model.literals import Leaf, Literals, Place, Spot

_LOGGING = frozenset("debug info warning warn error exception critical log print".split())
_SETTING = frozenset(["setdefault", "__setitem__"])


def literal_facts(whole: Callable[[], Reading], lines: Lines, asked: frozenset[str]) -> Literals:
    """What the file says of values. ``whole`` gives the whole tree, read."""
    values = behind(VALUE, asked)
    fields = frozenset(one for one in _fields(asked, lines.search) if _is_field(one, lines.search))
    if not fields and all(one.startswith(FIELD) for one in asked if not is_name(one)):
        return Literals()
    reading = whole()
    emissions = tuple(emission_facts(reading, behind(EMITTER, asked)))
    spots = [spot for spot in _spots(reading, fields) if _matters(spot, values)] if fields else []
    known = {leaf.span for spot in spots for leaf in spot.leaves}
    known |= {leaf.span for call in emissions for fed in call.arguments for leaf in fed.leaves}
    spots += [spot for spot in _plain(reading, values) if spot.leaves[0].span not in known]
    return Literals(
        tuple(sorted(spots, key=lambda one: (one.leaves[0].span, one.place))),
        emissions,
        tuple(taker_facts(reading, behind(EMITTER, asked))),
        tuple(list_facts(reading, asked)),
        tuple(heir_facts(reading, emissions, behind(LIST, asked))),
    )


def _fields(asked: frozenset[str], text: str) -> set[str]:
    """The fields that matter in a text."""
    return {FieldAsked.of(one).name for one in asked if one.startswith(FIELD) and holds_field(one, text)}


def _is_field(name: str, text: str) -> bool:
    """Whether a name stands in a text as a field can: in quotes, behind a dot, or before an equals sign or a colon.
    Of most words for fields, as ``type``, there are many other uses."""
    word = re.escape(name)
    return re.search(rf"[\"'.]\s*{word}(?!\w)|(?<!\w){word}\s*[=:]", text) is not None


def _matters(spot: Spot, values: frozenset[str]) -> bool:
    """Whether a value can be judged: what a field gets is only if it is one of those asked for."""
    for leaf in spot.leaves:
        if leaf.form == "text" and (spot.place == "compared" or leaf.text in values):
            return True
        if leaf.form == "path" and leaf.text.removesuffix(".value").rpartition(".")[2].isupper():
            return True
    return False


def _spots(reading: Reading, fields: frozenset[str]) -> Iterator[Spot]:
    for place, field, value, site in _given(reading, fields):
        yield _spot(reading, fields, place, field, [value], site)
    for site in reading.walked.of(ast.Compare):
        assert isinstance(site.node, ast.Compare)
        yield from _compared(reading, fields, site, site.node)
    for site in reading.walked.of(ast.Match):
        assert isinstance(site.node, ast.Match)
        field = _held(reading, site.node.subject, site.scope, fields)
        for case in site.node.cases if field else ():
            yield from _cases(reading, fields, field, case.pattern, site)
    for site in reading.walked.of(ast.MatchClass, ast.MatchMapping):
        node = site.node
        if isinstance(node, ast.MatchClass):
            named = list(zip(node.kwd_attrs, node.kwd_patterns, strict=True))
        else:
            assert isinstance(node, ast.MatchMapping)
            named = [(text_of(key) or "", one) for key, one in zip(node.keys, node.patterns, strict=True)]
        for field, pattern in named:
            if field in fields:
                yield from _cases(reading, fields, field, pattern, site)


Given = tuple[Place, str, ast.expr, Site]


def _given(reading: Reading, fields: frozenset[str]) -> Iterator[Given]:
    """What fields get: in a dict display, by a keyword, an assignment or the default of a class."""
    for site in reading.walked.of(ast.Dict):
        assert isinstance(site.node, ast.Dict)
        for key, value in zip(site.node.keys, site.node.values, strict=True):
            if text_of(key) in fields:
                yield "given", text_of(key) or "", value, site
    for site in reading.walked.of(ast.Call):
        assert isinstance(site.node, ast.Call)
        for field, value in _by_call(site.node):
            if field in fields:
                yield "given", field, value, site
    for site in reading.walked.of(ast.Assign, ast.AnnAssign):
        assert isinstance(site.node, (ast.Assign, ast.AnnAssign))
        for target, one in singles(site.node):
            in_class = isinstance(target, ast.Name) and site.scope.kind == "class"
            field = target.id if in_class and isinstance(target, ast.Name) else field_of(target)
            if field in fields and one is not None:
                yield "given", field, _default(one) if in_class else one, site


def _default(node: ast.expr) -> ast.expr:
    """What a class gives its field, also where it says more of it: ``field(default=…)``, ``Field(…)``."""
    if not isinstance(node, ast.Call) or last_name(node.func).rpartition(".")[2] not in ("field", "Field"):
        return node
    named = next((one.value for one in node.keywords if one.arg == "default"), None)
    return named if named is not None else node.args[0] if node.args else node


def _by_call(node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    yield from ((one.arg or "", one.value) for one in node.keywords)
    if isinstance(node.func, ast.Attribute) and node.func.attr in _SETTING and len(node.args) > 1:
        yield text_of(node.args[0]) or "", node.args[1]
    if path_of(node.func) == ["setattr"] and len(node.args) > 2:
        yield text_of(node.args[1]) or "", node.args[2]


def _compared(reading: Reading, fields: frozenset[str], site: Site, node: ast.Compare) -> Iterator[Spot]:
    sides = [node.left, *node.comparators]
    for left, op, right in zip(sides, node.ops, sides[1:], strict=False):
        if isinstance(op, (ast.Eq, ast.NotEq)):
            for one, other in ((left, right), (right, left)):
                field = _held(reading, one, site.scope, fields)
                if field:
                    yield _spot(reading, fields, "compared", field, [other], site)
        elif isinstance(op, (ast.In, ast.NotIn)) and isinstance(right, (ast.Tuple, ast.List, ast.Set)):
            field = _held(reading, left, site.scope, fields)
            if field and right.elts:
                yield _spot(reading, fields, "compared", field, right.elts, site)


def _cases(
    reading: Reading, fields: frozenset[str], field: str, pattern: ast.pattern, site: Site
) -> Iterator[Spot]:
    todo = [pattern]
    while todo:
        one = todo.pop()
        if isinstance(one, ast.MatchOr):
            todo += one.patterns
        elif isinstance(one, ast.MatchAs) and one.pattern is not None:
            todo.append(one.pattern)
        elif isinstance(one, ast.MatchValue):
            yield _spot(reading, fields, "compared", field, [one.value], site)


def _held(reading: Reading, node: ast.expr, scope: Scope, fields: frozenset[str]) -> str:
    """The field whose value an expression is, also by a local name that can be nothing else."""
    if isinstance(node, ast.NamedExpr):
        node = node.value
    values: list[ast.expr | None] = [node]
    if isinstance(node, ast.Name):
        seen = bounds_of(reading, node, scope)
        bounds = seen[1] if seen is not None else []
        values = [bound.value if bound.how == "assign" else None for bound in bounds]
    found = [_fields_of(value) if value is not None else [""] for value in values]
    named = [field for some in found for field in some]
    return named[0] if named and all(found) and fields.issuperset(named) else ""


def _fields_of(node: ast.expr) -> list[str]:
    """The fields of which an expression is one, besides a literal that takes the place of one that is missing. Empty
    for what is none."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        parts = node.values
    elif isinstance(node, ast.IfExp):
        parts = [node.body, node.orelse]
    else:
        return [field_of(node)]
    return [field for part in parts if not isinstance(part, ast.Constant) for field in _fields_of(part)]


def _spot(
    reading: Reading, fields: frozenset[str], place: Place, field: str, nodes: Iterable[ast.expr], site: Site
) -> Spot:
    found: list[Leaf] = [leaf for node in nodes for leaf in leaves(reading, node, site.scope, fields)]
    return Spot(place, field, tuple(found), site.scope.qualname, is_asserted(site))


def _plain(reading: Reading, values: frozenset[str]) -> Iterator[Spot]:
    """The literals that are values, wherever a value may stand."""
    for site in reading.walked.of(ast.Constant):
        text = text_of(site.node)
        if text is not None and text in values and not _is_silent(site):
            span: Span = reading.lines.span(site.node)
            leaf = Leaf(span, "text", text)
            yield Spot("plain", "", (leaf,), site.scope.qualname, is_asserted(site))


def _is_silent(site: Site) -> bool:
    """Whether a literal is a key, a docstring, a type, a part of a text, or something that is logged or exported."""
    inner = site
    for one in site.ancestors():
        node = one.node
        if isinstance(node, (ast.JoinedStr, ast.Expr)):
            # A literal that is given to a call stands in an `Expr`, but not right inside.
            if isinstance(node, ast.JoinedStr) or inner is site:
                return True
        if inner.field in ("keys", "annotation", "returns", "slice"):
            return True
        if isinstance(node, ast.Call) and last_name(node.func).rpartition(".")[2] in _LOGGING:
            return True
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            return any(last_name(target) == "__all__" for target in targets)
        if isinstance(node, ast.stmt):
            return False
        inner = one
    return False
