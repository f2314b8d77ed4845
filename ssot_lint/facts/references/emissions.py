"""The calls of emitters in one file, with all that their arguments may be; and the definitions of emitters. Pure."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator

from ssot_lint.facts.reading import Reading
from ssot_lint.facts.references.leaves import bounds_of, leaves
from ssot_lint.facts.references.testing import is_asserted
from ssot_lint.facts.scopes import Scope, Site
from ssot_lint.facts.syntax import FUNCTIONS, AnyFunction, last_name, path_of, positional, text_of
from ssot_lint.model.literals import Emission, Fed, Heir, Taker

_PLAIN = frozenset("staticmethod classmethod override abstractmethod".split())
"""Decorators that leave a function what it is."""

_MAKE_BY_FIELDS = frozenset("dataclass define mutable frozen".split())
"""Decorators that make the parameters of a class from its fields: those of dataclasses, pydantic and attrs."""

_BY_NAME = frozenset(["BaseModel", "TypedDict"])
_BY_FIELDS = _BY_NAME | {"NamedTuple"}
"""Bases that do so; some want all of them by name."""

_PLAIN_BASES = frozenset(["object", "ABC", "Generic", "Protocol"])


def emission_facts(reading: Reading, names: frozenset[str]) -> Iterator[Emission]:
    """The calls, and places where an emitter is handed over: there its arguments are not known."""
    for site in reading.walked.of(ast.Call):
        node = site.node
        assert isinstance(node, ast.Call)
        targets, bound = _callee(reading, node.func, site.scope)
        if not _is_named(node.func, targets, names):
            continue
        fed = [*_by_position(node), *((one.arg, one.value) for one in node.keywords if one.arg is not None)]
        hidden = len(fed) < len(node.args) + len(node.keywords)
        arguments = tuple(
            Fed(slot, tuple(leaves(reading, value, site.scope, frozenset()))) for slot, value in fed
        )
        yield Emission(
            reading.lines.span(node),
            _spelled(node.func),
            targets,
            arguments,
            hidden,
            bound,
            site.scope.qualname,
            is_asserted(site),
            _passes_on(node, site.scope),
        )
    handed = {*names, *_renamed(reading, names)}
    for site in reading.walked.of(ast.Name, ast.Attribute) if names else ():
        if _is_handed(site, handed):
            assert isinstance(site.node, (ast.Name, ast.Attribute))
            targets, bound = _callee(reading, site.node, site.scope)
            span = reading.lines.span(site.node)
            yield Emission(span, _spelled(site.node), targets, (), True, bound, site.scope.qualname)


def _passes_on(node: ast.Call, scope: Scope) -> bool:
    """Whether a function passes on to a call what it is given itself: ``*args`` or ``**options``."""
    given = scope.node.args if isinstance(scope.node, FUNCTIONS) else None
    rest = {one.arg for one in (given.vararg, given.kwarg) if one is not None} if given is not None else set()
    hidden = [one.value for one in node.args if isinstance(one, ast.Starred)]
    hidden += [one.value for one in node.keywords if one.arg is None]
    return any(isinstance(one, ast.Name) and one.id in rest for one in hidden)


def _by_position(node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """The arguments without a keyword, each with its position, which is not known behind what is unpacked."""
    is_known = True
    for number, one in enumerate(node.args):
        if isinstance(one, ast.Starred):
            is_known = False
        else:
            yield str(number) if is_known else "", one


def _spelled(node: ast.expr) -> str:
    path = path_of(node)
    return ".".join(path) if path else getattr(node, "attr", "")


def _is_named(node: ast.expr, targets: tuple[str, ...], names: frozenset[str]) -> bool:
    last = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return last in names or any(one.lstrip(":?.").rpartition(".")[2] in names for one in targets)


def _renamed(reading: Reading, names: frozenset[str]) -> Iterator[str]:
    """Other names by which the file imports emitters."""
    for site in reading.walked.of(ast.ImportFrom):
        assert isinstance(site.node, ast.ImportFrom)
        yield from (one.asname for one in site.node.names if one.asname and one.name in names)


def _is_handed(site: Site, names: Collection[str]) -> bool:
    """Whether an emitter is named, but neither called nor a part of a longer path."""
    node = site.node
    if not isinstance(getattr(node, "ctx", None), ast.Load):
        return False
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    parent = site.parent.node if site.parent is not None else None
    if name not in names or isinstance(parent, ast.Attribute):
        return False
    return not (isinstance(parent, ast.Call) and site.field == "func")


def _callee(reading: Reading, node: ast.expr, scope: Scope) -> tuple[tuple[str, ...], bool]:
    """What a callee may stand for, and whether it is a method of an object."""
    if isinstance(node, ast.Attribute):
        klass = _class_of(reading, node.value, scope)
        if klass:
            return (f"{klass}.{node.attr}",), True
    ref = reading.ref(node, scope)
    if ref is None or not ref.targets:
        return (), isinstance(node, ast.Attribute)
    return ref.targets, False


def _class_of(reading: Reading, node: ast.expr, scope: Scope) -> str:
    """The target of the class of which an expression is certainly an instance; nothing where that is not known."""
    if isinstance(node, ast.Call):
        if path_of(node.func) == ["super"] and not node.args:
            return _base_of(reading, scope)
        return _plainly(reading, node.func, scope)
    if not isinstance(node, ast.Name):
        return ""
    if node.id == "self":
        qualname, _ = reading.within(scope)
        return f":{qualname}" if qualname else ""
    seen = bounds_of(reading, node, scope)
    if seen is None or len(seen[1]) != 1:
        return ""
    bound = seen[1][0]
    if bound.how == "param" and bound.value is not None:
        return _hinted(reading, bound.value, seen[0].parent or scope)
    if bound.how == "assign" and isinstance(bound.value, ast.Call):
        return _plainly(reading, bound.value.func, bound.site.scope)
    return ""


def _base_of(reading: Reading, scope: Scope) -> str:
    """The target of the one base of the class around a place."""
    qualname, _ = reading.within(scope)
    for site in reading.walked.of(ast.ClassDef):
        assert isinstance(site.node, ast.ClassDef)
        if site.scope.inside(site.node.name) == qualname and len(site.node.bases) == 1:
            return _plainly(reading, site.node.bases[0], site.scope)
    return ""


def _hinted(reading: Reading, node: ast.expr, scope: Scope) -> str:
    """The class that an annotation names, also in quotes, or beside None."""
    node = _unquoted(node)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = [
            one
            for one in (node.left, node.right)
            if not (isinstance(one, ast.Constant) and one.value is None)
        ]
        return _hinted(reading, sides[0], scope) if len(sides) == 1 else ""
    if isinstance(node, ast.Subscript) and last_name(node.value) in ("Optional", "Annotated"):
        inner = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
        return _hinted(reading, inner, scope)
    return _plainly(reading, node, scope)


def _unquoted(node: ast.expr) -> ast.expr:
    text = text_of(node)
    try:
        return ast.parse(text, mode="eval").body if text is not None else node
    except (SyntaxError, ValueError):
        return node


_ONE_OF = frozenset(["Optional", "Union"])
"""What makes one type of several, of which an argument is one."""

_AROUND = frozenset(["Annotated", "Required", "NotRequired", "ReadOnly", "Final"])
"""What says more of the type that it has in its brackets first."""


def _named_in(reading: Reading, node: ast.expr, scope: Scope, depth: int = 0) -> Iterator[str]:
    """The targets of all types of which an argument may be by an annotation, as far as these are plain paths, or names
    that the file gives to several types."""
    node = _unquoted(node)
    meant = _several(node, scope) if depth < _MOST_NAMES else None
    if meant is not None:
        yield from _named_in(reading, *meant, depth + 1)
        return
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        parts = [node.left, node.right]
    elif isinstance(node, ast.Subscript) and last_name(node.value) in _ONE_OF | _AROUND:
        inside = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        parts = inside if last_name(node.value) in _ONE_OF else inside[:1]
    else:
        ref = reading.ref(_unparametrised(node), scope)
        if ref is not None and ref.sure and len(ref.targets) == 1:
            yield ref.targets[0]
        return
    for one in parts:
        yield from _named_in(reading, one, scope, depth)


_MOST_NAMES = 5
"""So many names for types stand for each other."""


def _several(node: ast.expr, scope: Scope) -> tuple[ast.expr, Scope] | None:
    """The several types that a name of the file certainly stands for, and the scope in which that is said."""
    seen = scope.lookup(node.id) if isinstance(node, ast.Name) else None
    if seen is None or len(seen[1]) != 1 or seen[1][0].how not in ("assign", "alias"):
        return None
    value = getattr(seen[1][0].site.node, "value", None)
    is_union = isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr)
    is_union |= isinstance(value, ast.Subscript) and last_name(value.value) in _ONE_OF | _AROUND
    return (value, seen[0]) if is_union and isinstance(value, ast.expr) else None


def _hints(
    reading: Reading, annotated: Iterable[tuple[str, ast.expr | None]], scope: Scope
) -> tuple[tuple[str, str], ...]:
    """Each parameter that is annotated, with a target that its annotation names."""
    return tuple(
        (name, target)
        for name, node in annotated
        if node is not None
        for target in dict.fromkeys(_named_in(reading, node, scope))
    )


def _plainly(reading: Reading, node: ast.expr, scope: Scope) -> str:
    """The one target of a plain path whose last name looks like that of a class, also of a generic one."""
    ref = reading.ref(_unparametrised(node), scope)
    if ref is None or not ref.sure or len(ref.targets) != 1 or ref.targets[0].startswith("?"):
        return ""
    return ref.targets[0] if ref.spelled.rpartition(".")[2].lstrip("_")[:1].isupper() else ""


def _unparametrised(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Subscript) else node


def taker_facts(reading: Reading, names: frozenset[str]) -> Iterator[Taker]:
    """The definitions of functions, and of what makes an object of a class, that go by an emitter's name."""
    for site in reading.walked.of(ast.ClassDef):
        assert isinstance(site.node, ast.ClassDef)
        made = _of_fields(reading, site, site.node) if site.node.name in names else None
        if made is not None:
            yield made
    for site in reading.walked.of(*FUNCTIONS):
        assert isinstance(site.node, FUNCTIONS)
        if site.node.name in names:
            yield _taker(reading, site, site.node)
        elif site.node.name == "__init__" and site.scope.kind == "class":
            klass = site.scope.qualname
            if klass.rpartition(".")[2] in names:
                yield _taker(reading, site, site.node)._replace(qualname=klass, method=False)


def _of_fields(reading: Reading, site: Site, node: ast.ClassDef) -> Taker | None:
    """What makes an object of a class whose parameters are its annotated fields (PEP 557, and others like it)."""
    marks = [one.func if isinstance(one, ast.Call) else one for one in node.decorator_list]
    bases = {last_name(one.value if isinstance(one, ast.Subscript) else one) for one in node.bases}
    is_decorated = any(last_name(one) in _MAKE_BY_FIELDS for one in marks)
    has_own = any(isinstance(one, FUNCTIONS) and one.name == "__init__" for one in node.body)
    if has_own or not (is_decorated or bases & _BY_FIELDS) or bases - _BY_FIELDS - _PLAIN_BASES:
        # The fields of a base go before a class's own.
        return None
    options = [option for one in node.decorator_list if isinstance(one, ast.Call) for option in one.keywords]
    is_named = bool(bases & _BY_NAME) or any(one.arg == "kw_only" for one in options)
    fields: list[str] = []
    named: list[str] = []
    hints: list[tuple[str, ast.expr | None]] = []
    for one in node.body:
        if not isinstance(one, ast.AnnAssign) or not isinstance(one.target, ast.Name):
            continue
        kind = last_name(
            one.annotation.value if isinstance(one.annotation, ast.Subscript) else one.annotation
        )
        is_named = is_named or kind == "KW_ONLY"
        if kind in ("KW_ONLY", "ClassVar") or _is_left_out(one.value):
            continue
        (named if is_named else fields).append(one.target.id)
        hints.append((one.target.id, one.annotation))
    return Taker(
        site.scope.inside(node.name), tuple(fields), tuple(named), _hints(reading, hints, site.scope)
    )


def _is_left_out(value: ast.expr | None) -> bool:
    """Whether a field is no parameter: ``field(init=False)``."""
    options = value.keywords if isinstance(value, ast.Call) else ()
    return any(
        one.arg == "init" and isinstance(one.value, ast.Constant) and one.value.value is False
        for one in options
    )


def heir_facts(reading: Reading, emissions: Iterable[Emission], names: frozenset[str]) -> Iterator[Heir]:
    """The classes on whose objects emitters are called, and those asked for, with their bases."""
    called = {
        target[1:].rpartition(".")[0] for one in emissions for target in one.targets if target[:1] == ":"
    }
    for site in reading.walked.of(ast.ClassDef):
        assert isinstance(site.node, ast.ClassDef)
        qualname = site.scope.inside(site.node.name)
        if qualname in called or site.node.name in names:
            refs = [reading.ref(_unparametrised(base), site.scope) for base in site.node.bases]
            bases = (ref.targets[0] for ref in refs if ref is not None and ref.sure and len(ref.targets) == 1)
            yield Heir(qualname, tuple(bases))


def _taker(reading: Reading, site: Site, node: AnyFunction) -> Taker:
    arguments = positional(node.args)
    static = any(last_name(one) == "staticmethod" for one in node.decorator_list)
    of_class = any(last_name(one) == "classmethod" for one in node.decorator_list)
    if site.scope.kind == "class" and not static:
        arguments = arguments[1:]
    every = [*arguments, *node.args.kwonlyargs]
    hints = [(one.arg, one.annotation) for one in every]
    hints += [(f"*{one.arg}", one.annotation) for one in (node.args.vararg,) if one is not None]
    keywords = [one.arg for one in node.args.kwonlyargs]
    keywords += [f"*{one.arg}" for one in (node.args.vararg,) if one is not None]
    keywords += [f"**{one.arg}" for one in (node.args.kwarg,) if one is not None]
    return Taker(
        site.scope.inside(node.name),
        tuple(one.arg for one in arguments),
        tuple(keywords),
        _hints(reading, hints, site.scope),
        any(last_name(one) not in _PLAIN for one in node.decorator_list),
        site.scope.kind == "class" and not (static or of_class),
    )
