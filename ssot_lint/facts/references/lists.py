"""What lists values in one file: classes, enumerations, collections, constants, and the module as a whole. Pure."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

from ssot_lint.facts.reading import Reading
from ssot_lint.facts.references.leaves import folded
from ssot_lint.facts.scopes import Scope, Site
from ssot_lint.facts.syntax import last_name, singles
from ssot_lint.model.asked import LIST, VALUE, behind
from ssot_lint.model.finding import Span
from ssot_lint.model.literals import Listed, ListedEntry, WordList

_MAKERS = frozenset("tuple list set frozenset".split())
_CHOICES = frozenset("TextChoices IntegerChoices".split())


def list_facts(reading: Reading, asked: frozenset[str]) -> Iterator[WordList]:
    """The lists that are asked for by name, and those that hold one of the values."""
    names, values = behind(LIST, asked), behind(VALUE, asked)
    module: list[ListedEntry] = []
    for found in _lists(reading, module):
        holds = any(one.known and one.text in values for one in found.entries)
        if found.name.rpartition(".")[2] in names or (holds and found.form != "constant"):
            yield found
    if module and ("" in names or any(one.known and one.text in values for one in module)):
        yield WordList(Span(1, 0, 1, 1), "", "module", tuple(module))


def _lists(reading: Reading, module: list[ListedEntry]) -> Iterator[WordList]:
    """All lists of module and class level. ``module`` gets the constants of the module."""
    for site in reading.walked.of(ast.ClassDef):
        assert isinstance(site.node, ast.ClassDef)
        if site.scope.kind in ("module", "class"):
            yield _of_class(reading, site, site.node)
    for name, value, site in _assigned(reading):
        span, scope = reading.lines.span(name), site.scope
        found = _of_value(reading, value, scope)
        if found is not None:
            yield WordList(span, scope.inside(name.id), *found)
        elif scope.kind == "module" and len(scope.bounds.get(name.id, ())) == 1:
            entry = _constant(reading, value, scope, name.id)
            if entry is not None:
                yield WordList(span, name.id, "constant", (entry,))
                module.append(entry)


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
    for one in node.body:
        if isinstance(one, (ast.Assign, ast.AnnAssign)):
            for target, value in singles(one):
                if isinstance(target, ast.Name) and value is not None and not target.id.startswith("_"):
                    entries.append(_member(reading, value, scope, target.id, bases if is_enum else set()))
    naming = _naming(reading, node)
    is_enum = is_enum or naming is not None
    if naming is not None:
        made = {name for name, value in _members_of(node) if _is_auto(value)}
        entries = [
            one._replace(text=naming(one.name), known=True) if one.name in made else one for one in entries
        ]
    form: Listed = "enum" if is_enum else "class"
    span = reading.lines.name_span(node, node.name)
    return WordList(span, site.scope.inside(node.name), form, tuple(entries))


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
    text = folded(reading, value, scope)
    if text is None and isinstance(value, ast.Call) and last_name(value.func).endswith("auto"):
        text = name.lower() if "StrEnum" in bases else None
    return ListedEntry(reading.lines.span(value), name, text or "", text is not None)


def _of_value(
    reading: Reading, value: ast.expr, scope: Scope
) -> tuple[Listed, tuple[ListedEntry, ...]] | None:
    """A ``Literal``, a collection of strings, or an enumeration that a call makes."""
    if isinstance(value, ast.Subscript):
        if last_name(value.value) == "Literal":
            inner = value.slice.elts if isinstance(value.slice, ast.Tuple) else [value.slice]
            return "literal", tuple(_entry(reading, one, scope) for one in inner)
        return None
    if isinstance(value, ast.Call) and last_name(value.func).endswith("Enum") and len(value.args) == 2:
        made = [_member(reading, one, scope, name, set()) for name, one in _made_members(value.args[1])]
        return ("enum", tuple(made)) if made else None
    if isinstance(value, ast.Call) and last_name(value.func) in _MAKERS and len(value.args) == 1:
        value = value.args[0]
    if not isinstance(value, (ast.Tuple, ast.List, ast.Set)) or not value.elts:
        return None
    return "collection", tuple(_entry(reading, one, scope) for one in value.elts)


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
    text = folded(reading, node, scope)
    return ListedEntry(reading.lines.span(node), "", text or "", text is not None)


def _constant(reading: Reading, value: ast.expr, scope: Scope, name: str) -> ListedEntry | None:
    """A constant, of which ``text`` is the source where it is no string."""
    span = reading.lines.span(value)
    text = folded(reading, value, scope) if not isinstance(value, ast.Name) else None
    if text is not None:
        return ListedEntry(span, name, text)
    try:
        return ListedEntry(span, name, repr(ast.literal_eval(value)), known=False)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
