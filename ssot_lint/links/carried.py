"""A name of one module → what it brings to other files besides being the symbol: what hands out an instance below it.

A class whose methods hand out an instance, an object of it, a table of constructors, a function that returns the
class: links have no path for what these give. It is told as the source of a stub, for inference to see. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ssot_lint.links.hops import hop_of, spelled
from ssot_lint.links.link import Link
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.resolve import Links
from ssot_lint.model.facts import Binding, Function, Import, Ref, Value
from ssot_lint.model.finding import Hop

DEPTH = 5
"""So many imports and bases are followed from one to the next."""

Refer = Callable[[Link], str]
"""What a link leads to → the expression that it is in the stub."""

PROPERTIES = frozenset(["property", "cached_property"])


class StubPart(NamedTuple):
    """A statement of a stub, or the beginning of a class or function, with its decorator. ``returned`` is what that
    function hands out."""

    text: str
    returned: str = ""


class Carried(NamedTuple):
    """``parts`` bind the name in a stub; ``words`` are the attributes by which other files get at what it brings;
    ``hops`` lead from the name to what it hands out, where that has another name."""

    parts: tuple[StubPart, ...]
    words: frozenset[str] = frozenset()
    hops: tuple[Hop, ...] = ()


def carried(links: Links, module: Module, name: str, refer: Refer, depth: int = DEPTH) -> Carried | None:
    """What a name of a module brings; None where that is nothing, or where it may be several things."""
    bindings = module.live(name)
    if len(bindings) != 1 or not depth:
        return None
    binding = bindings[0]
    if isinstance(binding, Import):
        found, rest = links.project.find(absolute(binding.target, module))
        if found is None or len(rest) != 1 or found is module:
            return None
        brought = carried(links, found, rest[0], refer, depth - 1)
        if brought is None:
            return None
        renamed = (StubPart(f"{name} = {rest[0]}"),) if rest[0] != name else ()
        hops = (hop_of(binding, module), *brought.hops) if brought.hops else ()
        return Carried((*brought.parts, *renamed), brought.words, hops)
    if binding.how == "class":
        return _of_class(links, module, name, name, refer)
    if binding.how == "def":
        function = next(iter(module.of_binding(binding, module.functions.get(name, ()))), None)
        given = _returned(links, module, function) if function is not None else None
        if function is None or given is None:
            return None
        value, link = given
        hop = Hop(module.file.path, function.span.line, f"def {name} hands out {spelled(value)}")
        return Carried((StubPart(f"def {name}(*args, **keywords)", refer(link)),), hops=(hop,))
    return _of_value(links, module, binding, refer) if binding.how == "assign" else None


def merged(found: Sequence[Carried]) -> list[str]:
    """What a name brings of several contracts, as the lines of one source: a class has the members of all, and what
    hands out things of several may hand out each."""
    kind = found[0].parts[0].text.partition(" ")[0]
    returned: dict[str, dict[str, None]] = {}
    for one in found:
        if one.parts[0].text.partition(" ")[0] == kind:
            for part in one.parts:
                returned.setdefault(part.text, {}).update({part.returned: None} if part.returned else {})
    # What gives a class its further name stands behind all its members.
    inside = [text for text in returned if text.startswith((" ", f"{kind} "))]
    lines: list[str] = []
    for text in (*inside, *(text for text in returned if text not in inside)):
        indent = " " * (len(text) - len(text.lstrip()))
        lines.append(f"{text}:" if returned[text] else text)
        lines += [f"{indent}    return {value}" for value in returned[text]]
    return lines


def _of_value(links: Links, module: Module, binding: Binding, refer: Refer) -> Carried | None:
    value, name = binding.value, binding.name
    if value is None:
        return None
    if value.form == "lambda" and _instance(links, module, value.parts[0]) is not None:
        link = _instance(links, module, value.parts[0])
        assert link is not None
        return Carried((StubPart(f"def {name}(*args, **keywords)", refer(link)),))
    if value.form == "container":
        known = [
            link for link in (_callable(links, module, part) for part in value.parts) if link is not None
        ]
        if not known:
            return None
        # What stands under which key is not told, nor what else is in it.
        parts = (
            StubPart(f"class _{name}:"),
            StubPart("    def __getitem__(self, key)", refer(known[0]._replace(sure=False))),
            StubPart("    def get(self, *key)", refer(known[0]._replace(sure=False))),
            StubPart(f"{name} = _{name}()"),
        )
        return Carried(parts)
    if value.form != "call" or value.ref is None:
        return None
    if value.ref.targets == ("functools.partial",):
        call = next((one for one in module.facts.calls if one.span == value.span), None)
        bound = _callable(links, module, call.arguments[0].value) if call and call.arguments else None
        if bound is None:
            return None
        # What is bound already need not be given: no isolation key is missed in a call of it.
        maker = bound._replace(kind="maker") if bound.kind == "factory" else bound
        return Carried((StubPart(f"{name} = {refer(maker)}"),))
    at = _class_at(links, module, value.ref)
    made = _of_class(links, *at, f"_{name}", refer) if at is not None else None
    return Carried((*made.parts, StubPart(f"{name} = _{name}()")), made.words) if made is not None else None


def _of_class(links: Links, module: Module, qualname: str, name: str, refer: Refer) -> Carried | None:
    """A class with those of its members that hand out an instance, or are such a thing: its own and inherited ones."""
    members: dict[str, StubPart | None] = {}
    for where, one in _lineage(links, module, qualname):
        for member, part in _members(links, where, one, refer).items():
            members.setdefault(member, part)
    shown = {member: part for member, part in members.items() if part is not None}
    return Carried((StubPart(f"class {name}:"), *shown.values()), frozenset(shown)) if shown else None


def _members(links: Links, module: Module, qualname: str, refer: Refer) -> dict[str, StubPart | None]:
    """What a class statement itself says of its members; None for those that may be several things."""
    own = {
        function.name: _method(links, module, function, refer) if not others else None
        for (function, *others) in module.methods.get(qualname, ())
    }
    for binding in module.attributes.get(qualname, ()):
        if binding.how == "attribute":
            own[binding.name] = None
        elif binding.value is not None:
            link = _callable(links, module, binding.value) if not binding.where.guards else None
            own[binding.name] = StubPart(f"    {binding.name} = {refer(link)}") if link is not None else None
    return own


def _method(links: Links, module: Module, function: Function, refer: Refer) -> StubPart | None:
    path = f"{module.name}.{function.qualname}"
    # A module may have the same path as the class.
    is_hidden = links.project.is_module(path.rpartition(".")[0])
    link = links.member(module, function.qualname.split(".")) if is_hidden else links.path(path)
    made = link is not None and link.kind in ("factory", "maker") and not link.rest
    is_property = any(one.spelled.rpartition(".")[2] in PROPERTIES for one in function.decorators)
    read = f"    @property\n    def {function.name}(self)"
    if made and link is not None:
        return (
            StubPart(read, f"{refer(link)}()")
            if is_property
            else StubPart(f"    {function.name} = {refer(link)}")
        )
    given = _returned(links, module, function)
    if given is None:
        return None
    return StubPart(
        read if is_property else f"    def {function.name}(self, *args, **keywords)", refer(given[1])
    )


def _returned(links: Links, module: Module, function: Function) -> tuple[Value, Link] | None:
    """The one thing of the contract that a function returns to be called, if it does. What it returns besides may be of
    other contracts, or of none."""
    if function.yields:
        return None
    callables = [(value, _callable(links, module, value)) for value in function.returns]
    found = [(value, link) for value, link in callables if link is not None]
    if len(found) != 1:
        return None
    value, link = found[0]
    return value, link._replace(sure=not function.others and len(callables) == 1)


def _callable(links: Links, module: Module, value: Value) -> Link | None:
    """What makes an instance when it is called, where a value certainly is such a thing."""
    link = links.ref(value.ref, module) if value.form == "path" and value.ref is not None else None
    if link is None or link.rest or not link.sure:
        return None
    return link if link.kind in ("symbol", "subclass", "factory", "maker") else None


def _instance(links: Links, module: Module, value: Value) -> Link | None:
    """The instance that a call gives, where its callee is a plain path."""
    callee = _callable(links, module, value.parts[0]) if value.form == "call" else None
    return callee._replace(kind="instance") if callee is not None else None


def _lineage(links: Links, module: Module, qualname: str) -> Iterator[tuple[Module, str]]:
    """A class and its bases in the project, the nearest first."""
    todo = [(module, qualname)]
    for where, name in todo:
        yield where, name
        klass = next((one for one in where.facts.classes if one.qualname == name), None)
        for base in klass.bases if klass is not None else ():
            above = _class_at(links, where, base.ref) if base.ref is not None else None
            if above is not None and above not in todo and len(todo) < 20:
                todo.append(above)


def _class_at(links: Links, module: Module, ref: Ref) -> tuple[Module, str] | None:
    """The class statement at module level that a path certainly leads to, through imports."""
    if len(ref.targets) != 1 or not ref.sure:
        return None
    target = ref.targets[0]
    for _ in range(DEPTH):
        path = absolute(target, module) if target[:1] != "?" else ""
        found, rest = links.project.find(path) if path else (None, [])
        if target.startswith(":"):
            found, rest = module, target[1:].split(".")
        if found is None or len(rest) != 1:
            return None
        bindings = found.live(rest[0])
        if len(bindings) != 1:
            return None
        binding, module = bindings[0], found
        if isinstance(binding, Binding):
            return (found, rest[0]) if binding.how == "class" else None
        target = binding.target
    return None
