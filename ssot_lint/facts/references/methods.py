"""One file and the methods asked for → where objects have them taken, and what tells of which class they are. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from ssot_lint.facts.lines import Lines
from ssot_lint.facts.reading import Reading
from ssot_lint.facts.references.leaves import bounds_of, folded
from ssot_lint.facts.references.narrowing import narrowed
from ssot_lint.facts.references.origins import annotated, origins, told, union, words
from ssot_lint.facts.references.uses import done
from ssot_lint.facts.scopes import Bound, Scope, Site
from ssot_lint.facts.syntax import (
    FUNCTIONS,
    AnyFunction,
    arguments_of,
    last_name,
    path_of,
    singles,
)
from ssot_lint.model.asked import IMPORTED, KIN, METHOD, behind
from ssot_lint.model.dotted import beginnings
from ssot_lint.model.methods import (
    UNKNOWN,
    Kin,
    Methods,
    MethodUse,
    Origins,
    Telling,
    TypedMember,
    TypeOrigin,
)

_PROPERTIES = frozenset(["property", "cached_property"])
_MANAGERS = frozenset(["contextmanager", "asynccontextmanager"])


def method_facts(whole: Callable[[], Reading], lines: Lines, asked: frozenset[str]) -> Methods | None:
    """What the file says of the methods. ``whole`` gives the whole tree, read."""
    names = frozenset(one for one in behind(METHOD, asked) if _is_taken(one, lines.search))
    kin = behind(KIN, asked)
    if not names and not kin:
        imports = tuple(sorted(one for one in behind(IMPORTED, asked) if _is_imported(one, lines.search)))
        return Methods(imports=imports) if imports else None
    reading = whole()
    uses = tuple(sorted(_uses(reading, names), key=lambda one: one.span)) if names else ()
    return Methods(uses, tuple(_kin_of(reading, uses, kin)), tuple(sorted(_imported(reading))))


def _is_imported(name: str, text: str) -> bool:
    """Whether a text has an import that begins with a name."""
    return re.search(rf"(?m)^[ \t]*(?:from|import)[ \t][^\n]*\b{re.escape(name)}\b", text) is not None


def _imported(reading: Reading) -> set[str]:
    """The first names of the modules that the file imports."""
    found: set[str] = set()
    for site in reading.walked.of(ast.Import):
        assert isinstance(site.node, ast.Import)
        found |= {alias.name.partition(".")[0] for alias in site.node.names}
    for site in reading.walked.of(ast.ImportFrom):
        assert isinstance(site.node, ast.ImportFrom)
        found |= {site.node.module.partition(".")[0]} if site.node.module and not site.node.level else set()
    return found


def _is_taken(name: str, text: str) -> bool:
    """Whether a name stands in a text behind a dot, or in quotes."""
    return re.search(rf"[\"'.]\s*\\?\s*{re.escape(name)}(?!\w)", text) is not None


# -- uses


def _uses(reading: Reading, names: frozenset[str]) -> Iterator[MethodUse]:
    tested = _tested(reading)
    bound: set[str] = set()
    for site in reading.walked.of(ast.Attribute):
        assert isinstance(site.node, ast.Attribute)
        if site.node.attr in names and isinstance(site.node.ctx, ast.Load):
            for use in _use(reading, site, site.node.value, site.node.attr, tested):
                bound.add(use.bound)
                yield use
    for site in reading.walked.of(ast.Call):
        assert isinstance(site.node, ast.Call)
        if path_of(site.node.func) == ["getattr"] and len(site.node.args) > 1:
            name = folded(reading, site.node.args[1], site.scope)
            if name in names:
                yield from _use(reading, site, site.node.args[0], name or "", tested)
    bound.discard("")
    for site in reading.walked.of(ast.Call) if bound else ():
        yield from _by_name(reading, site, names, bound)


def _use(
    reading: Reading, site: Site, value: ast.expr, name: str, tested: frozenset[tuple[str, str]]
) -> Iterator[MethodUse]:
    found = narrowed(reading, site, value, origins(reading, value, site.scope))
    if not found.found:
        return
    around = site.parent.node if site.parent is not None else None
    yield MethodUse(
        reading.lines.span(site.node),
        words(site.node),
        name,
        found,
        done(site),
        _keys(reading, around, site.scope) if site.field == "func" else (),
        site.scope.qualname,
        site.guards,
        bound=_bound(site, around),
        handed=isinstance(around, (ast.Call, ast.keyword)) and site.field in ("args", "value"),
        tested=(site.scope.qualname, words(value)) in tested,
    )


def _tested(reading: Reading) -> frozenset[tuple[str, str]]:
    """The expressions whose class the code asks for, with the scopes in which it does."""
    found = [
        (site.scope.qualname, words(site.node.args[0]))
        for site in reading.walked.of(ast.Call)
        if isinstance(site.node, ast.Call)
        and last_name(site.node.func) in ("isinstance", "hasattr", "type", "issubclass", "callable")
        and site.node.args
    ]
    found += [
        (site.scope.qualname, words(site.node.subject))
        for site in reading.walked.of(ast.Match)
        if isinstance(site.node, ast.Match)
    ]
    return frozenset(found)


def _keys(reading: Reading, call: ast.AST | None, scope: Scope) -> tuple[str, ...]:
    """The literals that a call is given."""
    given = arguments_of(call) if isinstance(call, ast.Call) else []
    texts = (folded(reading, one, scope) for one in given)
    return tuple(one for one in texts if one is not None)


def _bound(site: Site, around: ast.AST | None) -> str:
    """The name, or the last part of the path, that an assignment gives to what stands at a place."""
    if not isinstance(around, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) or site.field != "value":
        return ""
    target = around.targets[0] if isinstance(around, ast.Assign) else around.target
    return last_name(target) or getattr(target, "attr", "")


def _by_name(reading: Reading, site: Site, names: frozenset[str], bound: set[str]) -> Iterator[MethodUse]:
    """A call of a name that certainly is a method."""
    assert isinstance(site.node, ast.Call)
    callee = site.node.func
    if not isinstance(callee, ast.Name) or callee.id not in bound:
        return
    seen = bounds_of(reading, callee, site.scope)
    value = (
        seen[1][0].value if seen is not None and len(seen[1]) == 1 and seen[1][0].how == "assign" else None
    )
    if seen is not None and isinstance(value, ast.Attribute) and value.attr in names:
        found = origins(reading, value.value, seen[1][0].site.scope)
        said = Telling(seen[1][0].line, f"{callee.id} = {words(value)}")
        if found.found:
            yield MethodUse(
                reading.lines.span(callee),
                callee.id,
                value.attr,
                told(found, said),
                "call",
                _keys(reading, site.node, site.scope),
                site.scope.qualname,
                site.guards,
                named=True,
            )


# -- kin


def _kin_of(reading: Reading, uses: Iterable[MethodUse], asked: frozenset[str]) -> list[Kin]:
    """The names of the file that uses and asked names speak of, and those that these speak of."""
    places = _Places(reading)
    found: dict[str, list[Kin]] = {}
    todo = [*sorted(asked), *(name for use in uses for name in _own(use.origins))]
    for name in todo:
        if name not in found:
            found[name] = list(places.kin(name))
            for one in found[name]:
                todo += [inner for some in all_origins(one) for inner in _own(some)]
    return [one for _, some in sorted(found.items()) for one in some]


def all_origins(kin: Kin) -> Iterator[Origins]:
    """All that is said of other things."""
    yield from kin.bases
    yield from (one.origins for one in kin.members)
    yield kin.gives
    yield kin.enters


def _own(origins: Origins) -> Iterator[str]:
    """The qualified names of the file that some things may begin with."""
    todo = list(origins.found)
    for one in todo:
        todo += one.hints
        if one.target.startswith(":"):
            yield from beginnings(one.target[1:])
            steps = [step for step in one.steps if step.isidentifier()]
            if steps:
                yield f"{one.target[1:]}.{steps[0]}"


class _Places:
    """Where the file defines classes and functions, by their qualified names."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.classes = _by_name_of(reading, ast.ClassDef)
        self.functions = _by_name_of(reading, *FUNCTIONS)

    def kin(self, qualname: str) -> Iterator[Kin]:
        """What the file says of a name. Of one that is defined twice it says nothing certain."""
        classes, functions = self.classes.get(qualname, []), self.functions.get(qualname, [])
        if len(classes) == 1 and not functions:
            yield self._of_class(qualname, classes[0])
            for name, some in self.functions.items():
                if name.rpartition(".")[0] == qualname and len(some) == 1:
                    yield self._of_function(name, some[0])
        elif functions and not classes and "." not in qualname:
            yield self._of_function(qualname, functions[-1])
        elif not classes and not functions:
            yield from self._of_value(qualname)

    def _of_class(self, qualname: str, site: Site) -> Kin:
        node = site.node
        assert isinstance(node, ast.ClassDef)
        bases = tuple(_of_base(self.reading, one, site.scope) for one in node.bases)
        shown = f"class {node.name}({', '.join(map(words, node.bases))})" if bases else f"class {node.name}"
        members = self._members(qualname)
        defines = {name for name, one in members.items() if not one.found}
        defines |= {name.rpartition(".")[2] for name in self.functions if name.rpartition(".")[0] == qualname}
        defines |= {
            name for name, bounds in self._bounds(node).items() if any(one.how != "declare" for one in bounds)
        }
        return Kin(
            self.reading.lines.name_span(node, node.name).line,
            qualname,
            "class",
            shown,
            bases,
            tuple(sorted(defines)),
            tuple(TypedMember(name, one) for name, one in sorted(members.items()) if one.found),
        )

    def _bounds(self, node: ast.ClassDef) -> Mapping[str, list[Bound]]:
        inside = self.reading.at.get(id(node.body[0]))
        return inside.scope.bounds if inside is not None else {}

    def _members(self, qualname: str) -> dict[str, Origins]:
        """The attributes of the objects of a class: what annotations say, and else all that they are given."""
        hinted: dict[str, Origins] = {}
        given: dict[str, list[Origins]] = {}
        for site in self.reading.walked.of(ast.Assign, ast.AnnAssign):
            node = site.node
            assert isinstance(node, (ast.Assign, ast.AnnAssign))
            for name, value in _attributes(self.reading, site, qualname):
                if isinstance(node, ast.AnnAssign):
                    said = Telling(node.lineno, f"{words(node.target)}: {words(node.annotation)}")
                    hinted[name] = told(annotated(self.reading, node.annotation, site.scope), said)
                elif value is not None:
                    said = Telling(node.lineno, f"{words(node.targets[0])} = {words(value)}")
                    given.setdefault(name, []).append(told(origins(self.reading, value, site.scope), said))
                else:
                    given.setdefault(name, []).append(UNKNOWN)
        found = {name: union(some) for name, some in given.items()}
        found |= {name: one for name, one in hinted.items() if one.found or name not in found}
        for name, some in self.functions.items():
            above, _, own = name.rpartition(".")
            decorators = {last_name(one) for site in some for one in _decorators(site)}
            if above == qualname and decorators & _PROPERTIES:
                found[own] = self._given(some[0])
        return found

    def _of_function(self, qualname: str, site: Site) -> Kin:
        node = site.node
        assert isinstance(node, FUNCTIONS)
        decorators = {last_name(one) for one in node.decorator_list}
        enters = self._yielded(node, site.scope) if decorators & _MANAGERS else UNKNOWN
        plain = decorators <= {"staticmethod", "classmethod", "override", "abstractmethod", *_CACHES}
        return Kin(
            self.reading.lines.name_span(node, node.name).line,
            qualname,
            "function",
            f"def {node.name}",
            gives=self._given(site) if plain else UNKNOWN,
            enters=enters,
            asynchronous=isinstance(node, ast.AsyncFunctionDef),
        )

    def _given(self, site: Site) -> Origins:
        """What a function hands out: by its annotation, or else all that it returns."""
        node = site.node
        assert isinstance(node, FUNCTIONS)
        if node.returns is not None:
            said = Telling(node.lineno, f"def {node.name}(…) -> {words(node.returns)}")
            return told(annotated(self.reading, node.returns, site.scope), said)
        inside = [one for one in self.reading.walked.of(ast.Return) if one.scope.node is node]
        yields = any(one.scope.node is node for one in self.reading.walked.of(ast.Yield, ast.YieldFrom))
        if yields or not inside:
            return UNKNOWN
        klass = f":{site.scope.qualname}" if site.scope.kind == "class" else ""
        values = [one.node.value for one in inside if isinstance(one.node, ast.Return)]
        each = [
            origins(self.reading, value, one.scope) if value is not None else Origins((), True)
            for one, value in zip(inside, values, strict=True)
        ]
        found = union(each)
        said = Telling(node.lineno, f"def {node.name}")
        received = [
            TypeOrigin("receiver") if klass and one[:3] == ("object", klass, ()) else one
            for one in found.found
        ]
        return told(found._replace(found=tuple(received)), said)

    def _yielded(self, node: AnyFunction, scope: Scope) -> Origins:
        """What a context manager gives that is made of a function: by its annotation."""
        hint = node.returns
        if not isinstance(hint, ast.Subscript):
            return UNKNOWN
        inner = hint.slice.elts[0] if isinstance(hint.slice, ast.Tuple) and hint.slice.elts else hint.slice
        said = Telling(node.lineno, f"def {node.name}(…) -> {words(hint)}")
        return told(annotated(self.reading, inner, scope), said)

    def _of_value(self, qualname: str) -> Iterator[Kin]:
        if "." in qualname or qualname not in self.reading.walked.module.bounds:
            return
        bounds = self.reading.walked.module.bounds[qualname]
        if any(one.how == "import" for one in bounds):
            return
        line = min(one.line for one in bounds)
        found = origins(self.reading, ast.Name(qualname, ast.Load(), lineno=0), self.reading.walked.module)
        yield Kin(line, qualname, "value", qualname, gives=found)


_CACHES = frozenset(["cache", "lru_cache"])


def _decorators(site: Site) -> list[ast.expr]:
    assert isinstance(site.node, FUNCTIONS)
    return site.node.decorator_list


def _by_name_of(reading: Reading, *kinds: type[ast.AST]) -> dict[str, list[Site]]:
    found: dict[str, list[Site]] = {}
    for site in reading.walked.of(*kinds):
        found.setdefault(site.scope.inside(str(getattr(site.node, "name", ""))), []).append(site)
    return found


def _of_base(reading: Reading, node: ast.expr, scope: Scope) -> Origins:
    """What a base of a class is; the parameters of a generic one tell nothing of its methods."""
    return origins(reading, node.value if isinstance(node, ast.Subscript) else node, scope)


def _attributes(reading: Reading, site: Site, qualname: str) -> Iterator[tuple[str, ast.expr | None]]:
    """The attributes that an assignment gives to a class or to its objects, with their values."""
    node, scope = site.node, site.scope
    assert isinstance(node, (ast.Assign, ast.AnnAssign))
    in_body = scope.kind == "class" and scope.qualname == qualname
    if not in_body and not scope.qualname.startswith(f"{qualname}."):
        return
    targets = (
        singles(node)
        if node.value is not None
        else [(node.target, None)]
        if isinstance(node, ast.AnnAssign)
        else ()
    )
    for target, value in targets:
        if in_body and isinstance(target, ast.Name):
            yield target.id, value
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and not in_body:
            if _is_receiver(reading, target.value, scope, qualname):
                yield target.attr, value


def _is_receiver(reading: Reading, node: ast.Name, scope: Scope, qualname: str) -> bool:
    """Whether a name is the object of the class whose method stands around it."""
    found = origins(reading, node, scope)
    return [(one.start, one.target) for one in found.found] == [("object", f":{qualname}")]
