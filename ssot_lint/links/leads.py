"""The facts of one module → its leads: the paths through which its names may lead to a symbol, or to what hands one out.

Rather too many than too few: whether a name does lead there, links say. A path that leads to a symbol holds the name of
the symbol, or one whose own leads do: that is what ``reached`` goes by. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Literal, NamedTuple

from ssot_lint.links.names import forwards, targets_of
from ssot_lint.links.project import Module, Project, absolute
from ssot_lint.model.facts import Binding, Function, Ref, Value

How = Literal[
    "path",  # the name is bound to the path, or is a class that has it as a base
    "given",  # a function may hand out what the path gives, or the thing itself
    "held",  # an object, a table or a class in which there is what the path leads to
    "all",  # any name of the module may be one of what the path leads to: ``name`` is empty
]
"""What a path has to do with a name."""


class Lead(NamedTuple):
    """A path in the file ``file``, which has to do with a name of its module; with ``member``, what is reached is the
    first name behind that name. ``words`` are the names in the path behind its module."""

    file: str
    name: str
    member: str
    how: How
    path: str
    words: tuple[str, ...]


def leads(module: Module, project: Project, words: Callable[[str], tuple[str, ...]]) -> Iterator[Lead]:
    """All leads of a module. ``words`` gives those of an absolute path."""
    done: set[tuple[str, str, How, str]] = set()
    for name, member, how, target in _targets(module, project):
        if (name, member, how, target) in done:
            continue
        done.add((name, member, how, target))
        path = absolute(target, module)
        if path:
            own = tuple(target[1:].split(".")) if target[:1] in ":?" else words(path)
            yield Lead(module.file.path, name, member, how, path, own)


_Row = tuple[str, str, How, str]
"""Name, member, what a target has to do with it, and the target."""


def _targets(module: Module, project: Project) -> Iterator[_Row]:
    facts = module.facts
    for one in facts.imports:
        if one.name == "*":
            if not one.where.scope:
                yield "", "", "all", one.module
        elif not one.where.scope:
            yield one.bound, "", "path", one.target
    for served, path, _ in forwards(project, module):
        yield ("", "", "all", path) if served == "*" else (served, "", "path", path)
    for klass in facts.classes:
        name, member = _place(klass.qualname)
        yield from ((name, member, "path", target) for base in klass.bases for target in _of(base.ref))
    locals_of: dict[str, Collection[str]] = {}
    for function in facts.functions:
        if function.returns:
            yield from _of_function(function, locals_of)
    for binding in facts.bindings:
        yield from _of_binding(binding, module, locals_of.get(binding.where.scope, ()))


def _place(qualname: str) -> tuple[str, str]:
    """The first two names of a qualified name."""
    name, _, rest = qualname.partition(".")
    return name, rest.partition(".")[0]


def _of_function(function: Function, locals_of: dict[str, Collection[str]]) -> Iterator[_Row]:
    """The leads of what a function returns. ``locals_of`` gets the names of those local variables that it returns."""
    name, member = _place(function.qualname)
    for value in function.returns:
        yield from ((name, member, "given", target) for target in _made(value))
        if value.form == "path" and value.ref is not None:
            yield from ((name, member, "given", target) for target in value.ref.targets)
            locals_of[function.qualname] = {*locals_of.get(function.qualname, ()), value.ref.spelled}


def _of_binding(binding: Binding, module: Module, returned: Collection[str]) -> Iterator[_Row]:
    value, scope = binding.value, binding.where.scope
    if value is None:
        return
    if binding.of_module:
        plain = {target for target, _ in targets_of(binding)}
        yield from ((binding.name, "", "path", target) for target in plain)
        for target in _within(value, module):
            if target not in plain:
                yield binding.name, "", "held", target
        return
    name, member = _place(scope)
    if binding.name in returned:
        yield from ((name, member, "given", target) for target in _made(value))
    if binding.where.kind == "class" and value.form == "path":
        yield from ((name, "", "held", target) for target in _of(value.ref))


def _of(ref: Ref | None) -> Iterable[str]:
    return ref.targets if ref is not None else ()


def _made(value: Value) -> Iterator[str]:
    """The targets whose instance a value may be."""
    if value.form in ("await", "same"):
        yield from _made(value.parts[0])
    elif value.form in ("typed", "call"):
        yield from _of(value.ref)


def _within(value: Value, module: Module) -> Iterator[str]:
    """All targets in a value, also those that ``functools.partial`` is given."""
    yield from _of(value.ref)
    for part in value.parts:
        yield from _within(part, module)
    if value.form == "call" and value.ref is not None and value.ref.targets == ("functools.partial",):
        call = next((one for one in module.facts.calls if one.span == value.span), None)
        for argument in call.arguments[:1] if call is not None else ():
            yield from _within(argument.value, module)
