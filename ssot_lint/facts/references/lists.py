"""What lists values in one file: classes, enumerations, collections, constants, and the module as a whole. Pure."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping

from ssot_lint.facts.flow import MUTATORS
from ssot_lint.facts.reading import Reading
from ssot_lint.facts.references.leaves import folded
from ssot_lint.facts.scopes import COMPREHENSIONS, Bound, Scope, Site
from ssot_lint.facts.syntax import import_target, last_name, module_of, path_of, singles
from ssot_lint.model.asked import LIST, VALUE, behind
from ssot_lint.model.finding import Span
from ssot_lint.model.literals import Listed, ListedEntry, WordList

_MAKERS = frozenset("tuple list set frozenset sorted".split())
_CHOICES = frozenset("TextChoices IntegerChoices".split())
_NO_VALUES = frozenset("object str int float bytes ABC Protocol Generic NamedTuple TypedDict".split())
"""Bases from which a class has no value."""

_NUMBERED = frozenset("Enum IntEnum Flag IntFlag int".split())
"""The bases of enumerations of which ``auto()`` makes no string."""


def list_facts(reading: Reading, asked: frozenset[str]) -> Iterator[WordList]:
    """The lists that are asked for by name, and those that hold one of the values."""
    names, values = behind(LIST, asked), behind(VALUE, asked)
    module: list[ListedEntry] = []
    changed = _changed(reading)
    for found in _lists(reading, module):
        holds = any(one.known and one.text in values for one in found.entries)
        if not names.isdisjoint(found.name.split(".")) or (holds and found.form != "constant"):
            yield found._replace(open=found.open or found.name in changed)
    if "" in names or any(one.known and one.text in values for one in module):
        taken = tuple(_imported(reading)) if "" in names else ()
        yield WordList(Span(1, 0, 1, 1), "", "module", tuple(module), taken=taken)


def _lists(reading: Reading, module: list[ListedEntry]) -> Iterator[WordList]:
    """All lists of module and class level. ``module`` gets the constants of the module."""
    for site in reading.walked.of(ast.ClassDef):
        assert isinstance(site.node, ast.ClassDef)
        if site.scope.kind in ("module", "class"):
            yield _of_class(reading, site, site.node)
    doubtful: dict[str, Span] = {}
    for name, value, site in _assigned(reading):
        span, scope = reading.lines.span(name), site.scope
        found, others = _of_value(reading, value, scope), _others(scope, name.id)
        if found is not None:
            yield WordList(span, scope.inside(name.id), *found, open=bool(others))
        if scope.kind != "module" or (found is not None and not all(one.every for one in found[1])):
            continue
        entry = _constant(reading, value, scope, name.id)
        # What is made of nothing first, and of something else later, is no constant.
        if entry is not None and not (others and _is_none(value)):
            yield WordList(span, name.id, "constant", (entry,), open=bool(others))
        if entry is None and name.id.isupper() and not _is_data(value):
            entry = _unknown(reading, value, scope, name.id)
        if entry is not None and not others:
            module.append(entry)
        elif entry is not None and not entry.data:
            doubtful.setdefault(name.id, span)
    module += [ListedEntry(span, name, "", known=False) for name, span in doubtful.items()]


def _others(scope: Scope, name: str) -> list[Bound]:
    """The bindings of a name besides one of its assignments."""
    return [one for one in scope.bounds.get(name, ()) if one.how != "declare"][1:]


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


_FOR_TYPES = frozenset(["typing", "typing_extensions"])
"""Modules without values."""


def _imported(reading: Reading) -> Iterator[ListedEntry]:
    """What the module takes from others by name, and from which it takes all names, the last of these first."""
    stars: list[ListedEntry] = []
    for site in reading.walked.of(ast.ImportFrom):
        assert isinstance(site.node, ast.ImportFrom)
        if site.scope.kind != "module" or "typing" in site.guards or module_of(site.node) in _FOR_TYPES:
            continue
        for alias in site.node.names:
            span, target = reading.lines.span(alias), import_target(module_of(site.node), alias.name)
            name = alias.asname or alias.name
            if name == "*":
                stars.insert(0, ListedEntry(span, "", "", known=False, target=target, every=True))
            elif not name.startswith("__"):
                only = "" if _others(site.scope, name) else target
                yield ListedEntry(span, name, "", known=False, target=only)
    yield from stars


def _changed(reading: Reading) -> set[str]:
    """The qualified names of what is added to in the file, beside the statement that defines it."""
    found: set[str] = set()
    for site in reading.walked.of(ast.AugAssign, ast.Assign, ast.AnnAssign, ast.Call):
        node = site.node
        targets: list[ast.expr] = []
        if isinstance(node, ast.AugAssign):
            targets = [node.target]
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = [one.value for one, _ in singles(node) if isinstance(one, ast.Attribute)]
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS
        ):
            targets = [node.func.value]
        elif isinstance(node, ast.Call) and last_name(node.func) == "setattr":
            targets = node.args[:1]
        for one in targets:
            path = path_of(one)
            seen = site.scope.lookup(path[0]) if path else None
            if path and seen is not None and seen[0].kind in ("module", "class"):
                found.add(".".join([seen[0].inside(path[0]), *path[1:]]))
    return found


def _assigned(reading: Reading) -> Iterator[tuple[ast.Name, ast.expr, Site]]:
    """The names that modules and classes assign."""
    for site in reading.walked.of(ast.Assign, ast.AnnAssign):
        assert isinstance(site.node, (ast.Assign, ast.AnnAssign))
        for target, value in singles(site.node) if site.scope.kind in ("module", "class") else ():
            if isinstance(target, ast.Name) and value is not None and not target.id.startswith("__"):
                yield target, value, site
    for site in reading.walked.sites.get(getattr(ast, "TypeAlias", ast.Module), ()):
        alias, value = getattr(site.node, "name", None), getattr(site.node, "value", None)
        if isinstance(alias, ast.Name) and isinstance(value, ast.expr) and site.scope.kind == "module":
            yield alias, value, site


def _of_class(reading: Reading, site: Site, node: ast.ClassDef) -> WordList:
    bases = {last_name(base) for base in node.bases}
    is_enum = any(base.endswith(("Enum", "Flag")) for base in bases) or not bases.isdisjoint(_CHOICES)
    entries: list[ListedEntry] = []
    scope = reading.at[id(node.body[0])].scope
    for name, value in _members_of(node):
        if not name.startswith("_"):
            entries.append(_member(reading, value, scope, name, bases if is_enum else set()))
    naming = _naming(reading, node)
    is_enum = is_enum or naming is not None
    if naming is not None:
        made = {name for name, value in _members_of(node) if _is_auto(value)}
        entries = [
            one._replace(text=naming(one.name), known=True) if one.name in made else one for one in entries
        ]
    form: Listed = "enum" if is_enum else "class"
    span = reading.lines.name_span(node, node.name)
    entries = list(_certain(entries, scope, node, span))
    # An enumeration with members has no heirs.
    taken = () if is_enum else tuple(_inherited(reading, site, node))
    return WordList(span, site.scope.inside(node.name), form, tuple(entries), taken=taken)


def _certain(
    entries: Iterable[ListedEntry], scope: Scope, node: ast.ClassDef, span: Span
) -> Iterator[ListedEntry]:
    """The entries of a class, of which none is certain that has a value in a branch as well."""
    doubtful = {
        name
        for name, bounds in scope.bounds.items()
        if any(one.how in ("assign", "unpack") and _parent_of(one.site) is not node for one in bounds)
    }
    last = {one.name: one for one in entries if one.name not in doubtful}
    yield from last.values()
    yield from (ListedEntry(span, name, "", known=False) for name in sorted(doubtful))


def _parent_of(site: Site) -> ast.AST | None:
    return site.parent.node if site.parent is not None else None


def _inherited(reading: Reading, site: Site, node: ast.ClassDef) -> Iterator[ListedEntry]:
    """The bases from which a class may have values, in their order."""
    for base in node.bases:
        plain = base.value if isinstance(base, ast.Subscript) else base
        if last_name(plain) not in _NO_VALUES:
            target = _target(reading, plain, site.scope)
            yield ListedEntry(reading.lines.span(base), "", "", known=False, target=target, every=True)


def _target(reading: Reading, node: ast.expr, scope: Scope) -> str:
    """The one thing that a plain path stands for; empty where that is not certain."""
    ref = reading.ref(node, scope)
    return ref.targets[0] if ref is not None and ref.sure and len(ref.targets) == 1 else ""


def _unknown(reading: Reading, node: ast.expr, scope: Scope, name: str) -> ListedEntry:
    """An entry whose value only the place tells that gives it, if any does."""
    span, data = reading.lines.span(node), _is_data(node)
    return ListedEntry(span, name, "", known=False, data=data, target=_target(reading, node, scope))


def _members_of(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    for one in node.body:
        for target, value in singles(one) if isinstance(one, (ast.Assign, ast.AnnAssign)) else ():
            if isinstance(target, ast.Name) and value is not None:
                yield target.id, value


def _is_auto(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and last_name(value.func) == "auto" and not value.args


_SPELLINGS: Mapping[str, Callable[[str], str]] = {"": str, "lower": str.lower, "upper": str.upper}
"""What may be made of a member's name, by the method."""


def _naming(reading: Reading, node: ast.ClassDef) -> Callable[[str], str] | None:
    """What ``auto()`` makes of a member's name, where the enumeration or a base of it in the file says so plainly."""
    classes = {
        site.node.name: site.node
        for site in reading.walked.of(ast.ClassDef)
        if isinstance(site.node, ast.ClassDef)
    }
    todo = [node]
    for one in todo:
        for inner in one.body:
            if isinstance(inner, ast.FunctionDef) and inner.name == "_generate_next_value_":
                return _named_by(inner)
        bases = (classes.get(last_name(base)) for base in one.bases)
        todo += [base for base in bases if base is not None and base not in todo]
    return None


def _named_by(node: ast.FunctionDef) -> Callable[[str], str] | None:
    """What a function makes of its first parameter, where it does nothing else."""
    given = node.args.posonlyargs + node.args.args
    said = [
        one for one in node.body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
    ]
    if not given or len(said) != 1 or not isinstance(said[0], ast.Return):
        return None
    value, method = said[0].value, ""
    called = value.func if isinstance(value, ast.Call) and not value.args else None
    if isinstance(called, ast.Attribute):
        value, method = called.value, called.attr
    is_name = isinstance(value, ast.Name) and value.id == given[0].arg
    return _SPELLINGS.get(method) if is_name else None


def _member(reading: Reading, value: ast.expr, scope: Scope, name: str, bases: set[str]) -> ListedEntry:
    if isinstance(value, ast.Tuple) and not bases.isdisjoint(_CHOICES) and value.elts:
        value = value.elts[0]
    text = _text(reading, value, scope)
    is_made = isinstance(value, ast.Call) and last_name(value.func).endswith("auto")
    if text is None and is_made:
        text = name.lower() if "StrEnum" in bases else None
    if text is None and not is_made:
        constant = _constant(reading, value, scope, name) if _is_data(value) else None
        return constant if constant is not None else _unknown(reading, value, scope, name)
    is_data = is_made and bool(bases) and bases <= _NUMBERED
    return ListedEntry(reading.lines.span(value), name, text or "", text is not None, is_data)


def _of_value(
    reading: Reading, value: ast.expr, scope: Scope
) -> tuple[Listed, tuple[ListedEntry, ...]] | None:
    """A ``Literal``, a collection of strings, or an enumeration that a call makes."""
    if isinstance(value, ast.Call) and last_name(value.func).endswith("Enum") and len(value.args) == 2:
        made = [_member(reading, one, scope, name, set()) for name, one in _made_members(value.args[1])]
        return ("enum", tuple(made)) if made else None
    is_type = any(isinstance(one, ast.Subscript) and _is_literal(one) for one in _summands(value))
    form: Listed = "literal" if is_type else "collection"
    found = _elements(reading, value, scope)
    return (form, tuple(found)) if found else None


def _is_literal(node: ast.Subscript) -> bool:
    return last_name(node.value) == "Literal"


def _summands(node: ast.expr) -> Iterator[ast.expr]:
    """What is joined by ``+`` and ``|``."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.BitOr)):
        yield from _summands(node.left)
        yield from _summands(node.right)
    else:
        yield node


def _elements(reading: Reading, node: ast.expr, scope: Scope) -> list[ListedEntry] | None:
    """The entries of a collection, or of a ``Literal``; None for what is neither."""
    if isinstance(node, ast.Subscript) and _is_literal(node):
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return [_entry(reading, one, scope) for one in inner]
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return [entry for one in node.elts for entry in _element(reading, one, scope)]
    if isinstance(node, ast.Call) and last_name(node.func) in _MAKERS and len(node.args) <= 1:
        return _all_of(reading, node.args[0], scope) if node.args else []
    parts = [*_summands(node)]
    is_known = any(_elements(reading, one, scope) is not None for one in parts if one is not node)
    # A sum of strings is no collection, and neither is one of numbers.
    if (
        parts == [node]
        or folded(reading, node, scope) is not None
        or not (is_known or all(map(path_of, parts)))
    ):
        return None
    return [entry for one in parts if not _is_none(one) for entry in _all_of(reading, one, scope)]


def _element(reading: Reading, node: ast.expr, scope: Scope) -> list[ListedEntry]:
    if isinstance(node, ast.Starred):
        return _all_of(reading, node.value, scope)
    return [_entry(reading, node, scope)]


def _all_of(reading: Reading, node: ast.expr, scope: Scope) -> list[ListedEntry]:
    """The entries that a collection has from another one."""
    found = _elements(reading, node, scope)
    if found is not None:
        return found
    target = _target(reading, node, scope)
    return [ListedEntry(reading.lines.span(node), "", "", known=False, target=target, every=True)]


def _made_members(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The names and values in ``Enum("Kind", {"A": "a"})`` and ``Enum("Kind", [("A", "a")])``."""
    pairs = zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else iter(())
    if isinstance(node, (ast.List, ast.Tuple)):
        pairs = (
            (one.elts[0], one.elts[1])
            for one in node.elts
            if isinstance(one, (ast.List, ast.Tuple)) and len(one.elts) == 2
        )
    for name, value in pairs:
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            yield name.value, value


def _entry(reading: Reading, node: ast.expr, scope: Scope) -> ListedEntry:
    text = _text(reading, node, scope)
    if text is None:
        return _unknown(reading, node, scope, "")
    return ListedEntry(reading.lines.span(node), "", text)


def _text(reading: Reading, node: ast.expr, scope: Scope) -> str | None:
    """The string that an entry certainly is, also where it is that of a class above it."""
    path = path_of(node)
    if path is None or len(path) < 2:
        return folded(reading, node, scope)
    names = path[:-1] if path[-1] == "value" and len(path) > 2 else path
    seen = scope.lookup(names[0])
    klass = seen[1][0].site.node if seen is not None and len(seen[1]) == 1 else None
    if not isinstance(klass, ast.ClassDef) or len(names) != 2:
        return None
    given = [value for name, value in _members_of(klass) if name == names[1]]
    return folded(reading, given[0], reading.at[id(klass.body[0])].scope) if len(given) == 1 else None


_DATA = (ast.Dict, ast.List, ast.Set, ast.Lambda, *COMPREHENSIONS)


def _is_data(node: ast.expr) -> bool:
    """Whether an expression is certainly no string."""
    if isinstance(node, (ast.BinOp, ast.UnaryOp)):
        return all(_is_data(one) for one in ast.iter_child_nodes(node) if isinstance(one, ast.expr))
    if isinstance(node, ast.Constant):
        return not isinstance(node.value, str)
    return isinstance(node, _DATA)


def _constant(reading: Reading, value: ast.expr, scope: Scope, name: str) -> ListedEntry | None:
    """A constant, of which ``text`` is the source where it is no string."""
    span = reading.lines.span(value)
    text = folded(reading, value, scope) if not isinstance(value, ast.Name) else None
    if text is not None:
        return ListedEntry(span, name, text)
    try:
        return ListedEntry(span, name, repr(ast.literal_eval(value)), known=False, data=True)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
