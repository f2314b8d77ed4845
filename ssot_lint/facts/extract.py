"""A file's bytes and the names asked for → ``Facts``. Standard library ``ast``, pure, always returns."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeVar

from ssot_lint.facts import comments
from ssot_lint.facts.definitions.changing import changes
from ssot_lint.facts.definitions.classes import FUNCTIONS, base_of, class_facts, function_facts
from ssot_lint.facts.definitions.exports import exported
from ssot_lint.facts.definitions.getters import served
from ssot_lint.facts.definitions.holders import holder_of
from ssot_lint.facts.definitions.writes import is_kept, slot_facts, write_facts
from ssot_lint.facts.flow import CLASS, NOTHING, Kinds, kinds, spread
from ssot_lint.facts.parse import parse
from ssot_lint.facts.quoted import around, unquote
from ssot_lint.facts.reading import Lines, Reading
from ssot_lint.facts.reflection import OWN, Access, Stored, access, named, reached, space, stored
from ssot_lint.facts.scopes import Scope, Site, Walked, defaults, pairs, walk
from ssot_lint.facts.sharing.touches import sharing_of
from ssot_lint.facts.syntax import below, path_of
from ssot_lint.model.errors import Unparsable
from ssot_lint.model.facts import (
    Argument,
    Binding,
    Binds,
    Call,
    Facts,
    Function,
    Import,
    Ref,
    Text,
    Use,
    Value,
    Write,
)
from ssot_lint.model.finding import Span

PASSES = 6
"""Each pass finds the lines of the names that the one before has found to matter."""

VERSION = 11
"""Changes whenever the same bytes and names may have other facts than before."""

ADDS = frozenset(
    "append add insert extend update setdefault appendleft extendleft __setitem__ __iadd__".split()
)
"""Methods that add what they are given."""

GETTER = "getattr"
"""Stands for whatever gets an attribute by its name."""

_WORD = re.compile(r"\w+")


def extract(data: bytes, asked: frozenset[str], *, sharing: bool = False) -> Facts:
    """What the file says about the names. ``sharing``: what it shares, too, whatever its name."""
    spoken = comments.read(data)
    try:
        tree = parse(data)
    except Unparsable as problem:
        return Facts(
            comments=spoken,
            problem=problem.message,
            problem_line=problem.line,
            problem_column=problem.column,
        )
    lines = Lines(data)
    reading = Reading(*_followed(tree, lines, asked), asked, lines)
    writes = _sorted(write_facts(reading))
    exports, exports_line = exported(tree) if "__all__" in lines.search else (None, 0)
    facts = Facts(
        imports=tuple(_imports(reading)),
        bindings=tuple(_sorted(_bindings(reading))),
        uses=tuple(_sorted(_uses(reading))),
        calls=tuple(_calls(reading)),
        texts=tuple(_texts(reading)),
        functions=tuple(_told(reading, function_facts(reading))),
        classes=tuple(class_facts(reading, writes)),
        slots=tuple(slot_facts(reading)),
        writes=tuple(writes),
        exports=exports,
        exports_line=exports_line,
        forwards=tuple(served(reading)),
        sharing=sharing_of(tree, lines) if sharing else None,
        comments=spoken,
    )
    reading.walked.release()
    return facts


def _followed(tree: ast.Module, lines: Lines, asked: frozenset[str]) -> tuple[Walked, dict[str, Kinds]]:
    """What matters of the tree, and all the names that may hold what was asked for, or that tell what does."""
    names: dict[str, Kinds] = dict.fromkeys(asked, CLASS)
    lines.find(names)
    walked = _walked(tree, lines, names, asked)
    more = names
    for number in range(1, 2 * PASSES + 1):
        more = _settle(walked, asked, names)
        extra = _roots(walked, names) | _kept_roots(walked, names, asked)
        if more.keys() == names.keys() and extra <= names.keys():
            break
        known = names.keys()
        names = {**more, **{name: more.get(name, NOTHING) for name in extra}}
        further = lines.find(names)
        if number == PASSES:
            # A chain of names that is longer than some passes is followed at once, by a look at everything.
            walked.release()
            walked = _walked(tree, lines, names, asked, all_of_it=True)
        elif number < PASSES and (further or _has_class(walked, names.keys() - known)):
            walked.release()
            walked = _walked(tree, lines, names, asked)
    return walked, more


def _walked(
    tree: ast.Module,
    lines: Lines,
    names: Mapping[str, Kinds],
    asked: frozenset[str],
    *,
    all_of_it: bool = False,
) -> Walked:
    """What matters of the tree, or all of it, with the types in it out of their quotes."""
    keep = _everything if all_of_it else lines.keeper(names, asked)
    walked = walk(tree, keep)
    while unquote(walked, names, lines):
        walked.release()
        walked = walk(tree, keep)
    return walked


def _everything(node: ast.AST) -> bool:
    return True


def _has_class(walked: Walked, names: Collection[str]) -> bool:
    """Whether a class goes by one of the names: of such a one every line matters."""
    return any(getattr(site.node, "name", "") in names for site in walked.of(ast.ClassDef))


def _settle(walked: Walked, asked: frozenset[str], names: Mapping[str, Kinds]) -> dict[str, Kinds]:
    found = dict(names)
    while True:
        more = spread(walked, asked.__contains__, found)
        if more == found:
            return found
        found = more


def _roots(walked: Walked, names: Mapping[str, Kinds]) -> set[str]:
    """Names whose binding must be seen to judge what is known: roots of paths, callees that get what flows."""
    found: set[str] = set()
    for site in walked.of(ast.Attribute):
        assert isinstance(site.node, ast.Attribute)
        if site.node.attr in names:
            root = path_of(site.node)
            found.update([root[0]] if root else _names_in(site.node))
    for site in walked.of(ast.Call):
        assert isinstance(site.node, ast.Call)
        arguments = _arguments(site.node)
        for argument in arguments:
            if _interesting(argument, names):
                paths = [path_of(node) for node in (site.node.func, *arguments)]
                found.update([path[0] for path in paths if path])
                break
    for site in walked.of(ast.Constant):
        assert isinstance(site.node, ast.Constant)
        if isinstance(site.node.value, str) and _interesting(site.node, names):
            found.update(around(site))
            # What it is a part of may be used elsewhere, and be made elsewhere.
            found.update(path[0] for path in map(path_of, _settings(site)) if path)
    for site in walked.of(ast.Name):
        assert isinstance(site.node, ast.Name)
        seen = site.scope.lookup(site.node.id) if site.node.id in names else None
        if seen is not None and len(seen[1]) == 1 and isinstance(seen[1][0].value, ast.Constant):
            found.update(around(site))
    for site in walked.of(ast.Assign, ast.AnnAssign, ast.NamedExpr):
        assert isinstance(site.node, (ast.Assign, ast.AnnAssign, ast.NamedExpr))
        targets = site.node.targets if isinstance(site.node, ast.Assign) else [site.node.target]
        if site.scope.kind == "class" and kinds(site.node.value, names):
            found.add(site.scope.qualname.rpartition(".")[2])
        if any(isinstance(target, ast.Name) and target.id in names for target in targets):
            # What a name holds is looked up where that is a path, or a module imported by its name.
            path = path_of(base_of(site.node.value)) if site.node.value is not None else None
            found.update([path[0]] if path else [])
            if isinstance(site.node.value, ast.Call):
                found.update((path_of(site.node.value.func) or [])[:1])
    for site in walked.of(ast.ClassDef):
        assert isinstance(site.node, ast.ClassDef)
        if site.node.name in names:
            kept = [keyword.value for keyword in site.node.keywords]
            parts = [*site.node.decorator_list, *site.node.bases, *kept]
            for part in parts:
                root = path_of(part.func if isinstance(part, ast.Call) else part)
                if root:
                    found.update({root[0], root[-1]})
    for site in walked.of(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(site.node, (ast.FunctionDef, ast.AsyncFunctionDef))
        if names.get(site.node.name):
            # By its class, other files get at what a method hands out.
            found.update([site.scope.qualname.rpartition(".")[2]] if site.scope.kind == "class" else [])
            for part in site.node.decorator_list:
                root = path_of(part.func if isinstance(part, ast.Call) else part)
                if root:
                    found.add(root[0])
    return (found | _getters_roots(walked)) - {"self", "cls"}


def _getters_roots(walked: Walked) -> set[str]:
    """The names in what is bound to the module's ``__getattr__``, and in the functions of the file that have a part in
    it."""
    found: set[str] = set()
    functions: dict[str, ast.AST] = {}
    for site in walked.of(ast.FunctionDef, ast.Assign, ast.AnnAssign):
        node = site.node
        if site.scope.kind != "module":
            continue
        if isinstance(node, ast.FunctionDef):
            functions[node.name] = node
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(
                isinstance(one, ast.Name) and one.id == "__getattr__" for top in targets for one in below(top)
            ):
                found |= _names_in(node)
    todo = found | {"__getattr__"}
    while todo:
        more = set[str]().union(*(_names_in(functions.pop(name)) for name in todo & functions.keys()))
        todo = more - found
        found |= more
    return found


def _kept_roots(walked: Walked, names: Mapping[str, Kinds], asked: frozenset[str]) -> set[str]:
    """Names that tell how long a thing lives: what the asked classes change and make, closures' own functions."""
    found: set[str] = set()
    inside: dict[int, bool] = {}
    for site in walked.of(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Call, ast.Delete):
        scope = site.scope
        if id(scope) not in inside:
            inside[id(scope)] = _is_in_class(scope, asked)
        if inside[id(scope)]:
            for change in changes(site.node):
                root = path_of(_beginning(holder_of(change.base, scope).base))
                seen = scope.lookup(root[0]) if root else None
                if root and (seen is None or seen[0].kind != "function"):
                    found.add(root[0])
                elif seen is not None and len(seen[1]) == 1:
                    # A local name for it.
                    value = seen[1][0].value
                    found.update((path_of(_beginning(value)) or [])[:1] if value is not None else [])
            if scope.kind == "class" and isinstance(site.node, ast.Call):
                found.update((path_of(site.node.func) or [])[:1])
        if scope.deferred and any(kinds(change.value, names) for change in changes(site.node)):
            # How long an object lives that keeps something.
            around = (one for one in (scope, *scope.enclosing()) if one.kind == "class")
            found.update(one.qualname.rpartition(".")[2] for one in around)
        if not inside[id(scope)] and isinstance(site.node, ast.Assign):
            # A container of an outer function.
            for target in site.node.targets:
                root = path_of(target.value) if isinstance(target, ast.Subscript) else None
                seen = scope.lookup(root[0]) if root and root[0] in names else None
                if seen is not None and seen[0].kind == "function" and seen[0] is not scope:
                    found.add(getattr(seen[0].node, "name", ""))
    for site in walked.of(ast.Nonlocal):
        assert isinstance(site.node, ast.Nonlocal)
        for name in site.node.names:
            if name in names:
                found.add(getattr(site.scope.owner(name).node, "name", ""))
    return found - {"", "self", "cls"}


def _beginning(node: ast.expr) -> ast.expr:
    """The path that calls and items of an expression begin at."""
    while path_of(node) is None and isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node


def _is_in_class(scope: Scope, asked: frozenset[str]) -> bool:
    return any(
        one.kind == "class" and one.qualname.rpartition(".")[2] in asked
        for one in (scope, *scope.enclosing())
    )


def _names_in(node: ast.AST) -> set[str]:
    return {inner.id for inner in below(node) if isinstance(inner, ast.Name)}


def _interesting(node: ast.expr, names: Mapping[str, Kinds]) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return not names.keys().isdisjoint(_WORD.findall(node.value))
    return bool(kinds(node, names))


def _arguments(node: ast.Call) -> list[ast.expr]:
    return [*node.args, *(keyword.value for keyword in node.keywords)]


Placed = TypeVar("Placed", Import, Binding, Use, Call, Write)


def _sorted(found: Iterable[Placed]) -> list[Placed]:
    return sorted(found, key=lambda one: one.ref.span if isinstance(one, Use) else one.span)


def _imports(reading: Reading) -> Iterator[Import]:
    for site in reading.walked.of(ast.Import, ast.ImportFrom):
        node = site.node
        assert isinstance(node, (ast.Import, ast.ImportFrom))
        module = "." * node.level + (node.module or "") if isinstance(node, ast.ImportFrom) else ""
        for alias in node.names:
            bound = alias.asname or (alias.name if module else alias.name.partition(".")[0])
            words = {*module.split("."), *alias.name.split("."), bound}
            if alias.name != "*" and not words & reading.names.keys():
                continue
            where = site.where
            if bound in site.scope.globals:
                where = where._replace(scope="")
            names = (module, alias.name) if module else (alias.name, "")
            yield Import(reading.lines.span(alias), *names, bound, alias.asname is not None, where)


def _bindings(reading: Reading) -> Iterator[Binding]:
    seen: set[int] = set()
    for site in reading.walked.of(ast.Assign, ast.AnnAssign, ast.NamedExpr):
        node = site.node
        assert isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr))
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if node.value is None:
            continue
        for target in targets:
            for single, part in pairs(target, node.value):
                yield from _binding(reading, site, single, part, node.value)
    for site in reading.walked.of(*(kind for kind in (getattr(ast, "TypeAlias", None),) if kind)):
        name, value = getattr(site.node, "name", None), getattr(site.node, "value", None)
        if isinstance(name, ast.Name) and isinstance(value, ast.expr):
            yield Binding(
                reading.lines.span(name), name.id, "alias", site.where, reading.value(value, site.scope)
            )
    for site in reading.walked.of(ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef):
        name = str(getattr(site.node, "name", ""))
        if name in reading.names:
            is_class = isinstance(site.node, ast.ClassDef)
            span = reading.lines.name_span(site.node, name)
            yield Binding(span, name, "class" if is_class else "def", site.where)
    for site in reading.walked.of(ast.For, ast.AsyncFor, ast.With, ast.AsyncWith, ast.Delete):
        for name, node, part in _other_targets(site.node):
            if name in reading.names:
                how = _OTHERS[type(site.node)]
                value = reading.value(part, site.scope) if part is not None else None
                yield Binding(reading.lines.span(node), name, how, site.where, value)
    for site in reading.walked.of(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda):
        arguments = getattr(site.node, "args", None)
        assert isinstance(arguments, ast.arguments)
        for argument, default in defaults(arguments):
            if default is not None and id(default) not in seen and reading.kinds(default):
                seen.add(id(default))
                value = reading.value(default, site.scope)
                yield Binding(reading.lines.span(argument), argument.arg, "default", site.where, value)
    for site in reading.walked.of(ast.Call):
        yield from _binding_call(reading, site)
        if site.field == "decorator_list" and site.parent is not None:
            assert isinstance(site.node, ast.Call)
            decorated = str(getattr(site.parent.node, "name", ""))
            for given in _arguments(site.node):
                if reading.kinds(given):
                    value = reading.value(given, site.scope)
                    yield Binding(reading.lines.span(given), decorated, "given", site.where, value)


_OTHERS: dict[type[ast.AST], Binds] = {
    **dict.fromkeys((ast.For, ast.AsyncFor), "loop"),
    **dict.fromkeys((ast.With, ast.AsyncWith), "with"),
    ast.Delete: "delete",
}
"""How other statements than assignments bind names."""


def _other_targets(node: ast.AST) -> Iterator[tuple[str, ast.AST, ast.expr | None]]:
    if isinstance(node, ast.Delete):
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield target.id, target, None
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        for target, _ in pairs(node.target, None):
            if isinstance(target, ast.Name):
                yield target.id, target, node.iter
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        for item in node.items:
            if isinstance(item.optional_vars, ast.Name):
                yield item.optional_vars.id, item.optional_vars, item.context_expr


def _binding(
    reading: Reading, site: Site, target: ast.expr, part: ast.expr | None, whole: ast.expr
) -> Iterator[Binding]:
    """The binding of one target of an assignment, if it or its value matters."""
    value = part if part is not None else whole
    carries = bool(reading.kinds(value))
    named = target.id if isinstance(target, ast.Name) else getattr(target, "attr", "")
    if not (carries or named in reading.names or isinstance(target, ast.Subscript)):
        return
    made = reading.value(value, site.scope) if part is not None else Value(reading.lines.span(value), "other")
    span = reading.lines.span(target)
    if isinstance(target, ast.Name):
        scope = site.scope
        how: Binds = "assign"
        if target.id in scope.globals and scope.kind != "module":
            how = "global"
        elif target.id in scope.nonlocals:
            how = "kept" if is_kept(reading, scope.owner(target.id)) else "nonlocal"
        yield Binding(span, target.id, how, site.where, made)
    elif isinstance(target, ast.Attribute):
        targets = reached(target.value, site.scope, reading)
        if targets == (OWN,):
            yield Binding(span, target.attr, "key", site.where, made)
        else:
            owner = reading.ref(target.value, site.scope) or _owner(reading, target.value, targets)
            yield Binding(span, target.attr, "attribute", site.where, made, owner)
    elif isinstance(target, ast.Subscript):
        if carries and path_of(target.value) == ["sys", "modules"]:
            yield Binding(span, ast.unparse(target.slice), "module", site.where, made)
        name = reading.literal(target.slice, site.scope)
        if name and (carries or name in reading.names):
            yield from _stored(
                reading,
                site,
                span,
                Stored(space(target.value, site.scope, reading), target.value, name, value),
            )


def _binding_call(reading: Reading, site: Site) -> Iterator[Binding]:
    """``setattr(mod, "A", N)`` and ``globals().setdefault("a", N)`` bind a name."""
    for one in stored(site.node, site.scope, reading):
        if reading.kinds(one.value) or one.name in reading.names:
            yield from _stored(reading, site, reading.lines.span(site.node), one)


def _stored(reading: Reading, site: Site, span: Span, one: Stored) -> Iterator[Binding]:
    made = reading.value(one.value, site.scope)
    if one.holders == (OWN,):
        yield Binding(span, one.name, "key", site.where, made)
    else:
        yield Binding(span, one.name, "attribute", site.where, made, _owner(reading, one.holder, one.holders))


def _owner(reading: Reading, node: ast.expr, targets: tuple[str, ...]) -> Ref | None:
    """Whose attribute is set."""
    path = ".".join(path_of(node) or targets[:1])
    return Ref(reading.lines.span(node), path, targets) if path else None


def _uses(reading: Reading) -> Iterator[Use]:
    for site in reading.walked.of(ast.Name, ast.Attribute):
        node = site.node
        if not isinstance(getattr(node, "ctx", None), ast.Load):
            continue
        assert isinstance(node, (ast.Name, ast.Attribute))
        parent = site.parent
        if parent is not None and isinstance(parent.node, ast.Attribute) and path_of(node) is not None:
            # A part of a longer path.
            continue
        ref = reading.asked_ref(node, site.scope)
        if ref is None and isinstance(node, ast.Attribute) and node.attr in reading.asked:
            # Not a path, which by this attribute would speak of it.
            ref = reading.reflected(node, site.scope)
        if ref is not None:
            yield Use(ref, site.where)
    for site, got in _accesses(reading):
        if got.holders == (OWN,):
            # `globals()["N"]` is `N`, and says no more of it.
            targets, sure = reading.targets(got.name.partition(".")[0], reading.walked.module, 0)
            ref = Ref(reading.lines.span(got.literal), got.name, targets, sure)
            if "." not in got.name and reading.plain(ref):
                yield Use(ref, site.where)


def _has_literal(node: ast.AST, reading: Reading) -> bool:
    """Whether some argument, or the key, can be a literal that speaks of what matters. Most have none."""
    if isinstance(node, ast.Subscript):
        given = [node.slice]
    else:
        assert isinstance(node, ast.Call)
        inner = node.func.args if isinstance(node.func, ast.Call) else []
        given = [*node.args, *inner, *(one.value for one in node.keywords)]
    return any(
        one.id in reading.names
        if isinstance(one, ast.Name)
        else isinstance(one, ast.Constant) and isinstance(one.value, str) and _interesting(one, reading.names)
        for one in given
    )


def _accesses(reading: Reading) -> Iterator[tuple[Site, Access]]:
    """What is got by a literal name, where that or what it is got of speaks of what matters."""
    for site in reading.walked.of(ast.Call, ast.Subscript):
        if isinstance(getattr(site.node, "ctx", None), (ast.Store, ast.Del)) or not _has_literal(
            site.node, reading
        ):
            continue
        got = access(site.node, site.scope, reading)
        if got is not None:
            words = {
                *got.name.split("."),
                *(word for one in got.holders for word in one.strip(":?").split(".")),
            }
            if not (words.isdisjoint(reading.names) and words.isdisjoint(reading.asked)):
                yield site, got


def _calls(reading: Reading) -> Iterator[Call]:
    for site in reading.walked.of(ast.Call):
        node = site.node
        assert isinstance(node, ast.Call)
        relevant = (
            bool(reading.kinds(node.func))
            # A method of what was asked for may be another constructor of it.
            or (isinstance(node.func, ast.Attribute) and bool(reading.kinds(node.func.value)))
            or any(reading.kinds(argument) for argument in _arguments(node))
            or reading.asked_ref(node.func, site.scope) is not None
        )
        if not relevant:
            continue
        arguments = []
        for index, argument in enumerate(node.args):
            if not isinstance(argument, ast.Starred):
                arguments.append(_argument(reading, str(index), argument, site.scope))
        for keyword in node.keywords:
            if keyword.arg is not None:
                arguments.append(_argument(reading, keyword.arg, keyword.value, site.scope))
        hidden = any(isinstance(argument, ast.Starred) for argument in node.args)
        hidden = hidden or any(keyword.arg is None for keyword in node.keywords)
        callee = reading.value(node.func, site.scope)
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        yield Call(reading.lines.span(node), callee, method, tuple(arguments), hidden, site.where)
    yield from _dependencies(reading)


def _dependencies(reading: Reading) -> Iterator[Call]:
    """``Depends()`` calls the type that it stands beside, in ``Annotated`` or as the default of a parameter."""
    beside: list[tuple[ast.expr | None, ast.expr | None, Site]] = []
    for site in reading.walked.of(ast.Subscript):
        inner = getattr(site.node, "slice", None)
        if (
            isinstance(inner, ast.Tuple)
            and (path_of(getattr(site.node, "value", None)) or [""])[-1] == "Annotated"
        ):
            beside.extend((inner.elts[0], part, site) for part in inner.elts[1:])
    for site in reading.walked.of(ast.FunctionDef, ast.AsyncFunctionDef):
        for argument, default in defaults(getattr(site.node, "args", None)):
            beside.append((argument.annotation, default, site))
    for kind, node, site in beside:
        if not isinstance(node, ast.Call) or (path_of(node.func) or [""])[-1] not in ("Depends", "Security"):
            continue
        if node.args or any(keyword.arg in (None, "dependency") for keyword in node.keywords) or kind is None:
            continue
        value = _type_value(reading, kind, site.scope)
        if value.ref is not None and reading.plain(value.ref):
            callee = reading.value(node.func, site.scope)
            given = (Argument("annotated", value),)
            yield Call(reading.lines.span(node), callee, "", given, False, site.where)


def _type_value(reading: Reading, node: ast.expr, scope: Scope) -> Value:
    """A type as a value, also in quotes."""
    span = reading.lines.span(node)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        parts = node.value.strip().split(".")
        if all(part.isidentifier() for part in parts):
            targets, sure = reading.targets(parts[0], scope, 0)
            found = tuple(".".join([target, *parts[1:]]) for target in targets)
            return Value(span, "path", Ref(span, ".".join(parts), found, sure))
    return reading.value(node, scope)


def _argument(reading: Reading, slot: str, node: ast.expr, scope: Scope) -> Argument:
    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    return Argument(slot, reading.value(node, scope), text, tuple(sorted(reading.paths(node, scope))))


def _texts(reading: Reading) -> Iterator[Text]:
    got: set[int] = set()
    for site, one in _accesses(reading):
        got.add(id(one.literal))
        if one.holders != (OWN,):
            span = reading.lines.span(one.literal)
            holder, subject = Ref(reading.lines.span(site.node), GETTER), Ref(span, "", one.holders)
            yield Text(span, one.name, holder, "1", subject, site.where)
    for site in reading.walked.of(ast.Constant):
        value = getattr(site.node, "value", None)
        parent = site.parent
        if not isinstance(value, str) or parent is None or len(value) > 400 or id(site.node) in got:
            continue
        words = _WORD.findall(value)
        if reading.names.keys().isdisjoint(words) and reading.asked.isdisjoint(words):
            continue
        slot = ""
        if isinstance(parent.node, ast.keyword):
            slot, parent = parent.node.arg or "", parent.parent
        if parent is None:
            continue
        node = parent.node
        span = reading.lines.span(site.node)
        if isinstance(node, ast.Call):
            given = _given(reading, site, node, (slot, value))
            if given is not None:
                yield given
        elif isinstance(node, ast.Subscript) and reading.dynamic_module(node, site.scope):
            holder = Ref(reading.lines.span(node), "sys.modules")
            yield Text(span, value, holder, "item", None, site.where)
        # A setting such as `MANAGER_CLASS = "app.hub.Hub"`: the contract says which names these are.
        for name in _settings(site):
            holder = Ref(span, ".".join(path_of(name) or []), reached(name, site.scope, reading))
            yield Text(span, value, holder, "setting", None, site.where)


def _given(reading: Reading, site: Site, call: ast.Call, given: tuple[str, str]) -> Text | None:
    """A string that is given to a call, by some keyword; ``subject`` is what that is about, or the module that is
    imported by a name that counts from a package."""
    slot, value = given
    holder = reading.ref(call.func, site.scope)
    if holder is None:
        return None
    if not slot:
        index = next((i for i, argument in enumerate(call.args) if argument is site.node), -1)
        if index < 0:
            return None
        slot = str(index)
    first = call.args[0] if call.args and call.args[0] is not site.node else None
    target = next((one.value for one in call.keywords if one.arg == "target"), None)
    if first is None and target is not site.node:
        first = target
    module = named(call, site.scope, reading) if slot in ("0", "name") else None
    if module is not None and "." in (value[:1], module[:1]):
        targets: tuple[str, ...] = (module,)
    else:
        targets = reached(first, site.scope, reading)
    span = reading.lines.span(site.node)
    subject = Ref(span, "", targets) if targets else None
    holder = holder._replace(span=reading.lines.span(call))
    return Text(span, value, holder, slot, subject, site.where)


def _settings(site: Site) -> Iterator[ast.expr]:
    """The paths that a string becomes a part of: by an assignment, or by a method that adds it to what there is."""
    inner, outer = site, site.parent
    while outer is not None:
        node = outer.node
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found = [target for target in targets if inner.field == "value"]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ADDS:
            found = [node.func.value]
        else:
            found = []
        for one in found:
            while isinstance(one, ast.Subscript):
                one = one.value
            if path_of(one) is not None:
                yield one
        if not isinstance(node, _PARTS) or inner.field in ("func", "test"):
            return
        inner, outer = outer, outer.parent


_PARTS = (
    *(ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Starred, ast.BinOp, ast.IfExp, ast.BoolOp),
    *(ast.Call, ast.keyword, ast.NamedExpr),
)
"""Expressions that hold their parts."""


def _told(reading: Reading, functions: Iterable[Function]) -> Iterator[Function]:
    """The functions, with what their annotations say that they return as one more value (``typed``)."""
    places = {
        site.scope.inside(site.node.name): site
        for site in reading.walked.of(*FUNCTIONS)
        if isinstance(site.node, FUNCTIONS)
    }
    for function in functions:
        site = places.get(function.qualname)
        value = _returned(reading, site) if site is not None else None
        yield function._replace(returns=(*function.returns, value)) if value is not None else function


def _returned(reading: Reading, site: Site) -> Value | None:
    """The class of which a function says that it returns an instance, or None; mocks are of no class."""
    assert isinstance(site.node, FUNCTIONS)
    value = _optional(reading, site.node.returns, site.scope)
    if value is None or value.ref is None or value.form != "path":
        return None
    for inner in below(site.node):
        if isinstance(inner, ast.Call) and "mock" in (path_of(inner.func) or [""])[-1].lower():
            return None
    return value._replace(form="typed", suspect=False)


def _optional(reading: Reading, node: ast.expr | None, scope: Scope) -> Value | None:
    """A type as a value; of a type that may also be None, that type."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = [side for side in (node.left, node.right) if not _is_none(side)]
        return _optional(reading, sides[0], scope) if len(sides) == 1 else None
    if isinstance(node, ast.Subscript) and (path_of(node.value) or [""])[-1] == "Optional":
        return _optional(reading, node.slice, scope)
    return _type_value(reading, node, scope) if node is not None else None


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
