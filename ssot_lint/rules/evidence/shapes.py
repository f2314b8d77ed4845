"""One file and a contract of kind base → what its classes derive from, as far as that is certain. Pure."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from ssot_lint.links.definitions import class_at, lineage
from ssot_lint.links.follow import follow
from ssot_lint.links.hops import hop_of, hops_of
from ssot_lint.links.link import Link
from ssot_lint.links.module import Module, absolute
from ssot_lint.model.contracts import BaseContract
from ssot_lint.model.facts import Class, Ref, Value
from ssot_lint.model.finding import Hop
from ssot_lint.rules.evidence import Evidence, Flagged, Match
from ssot_lint.rules.evidence.chains import definition

Ground = Literal[
    "canonical",  # a canonical class, or one that derives from it
    "instead",  # a class of ``instead-of``
    "own",  # another class of the project: ``klass``
    "library",  # a class of the standard library, or a builtin
    "foreign",  # a class of another library
    "unknown",  # only a run can tell
]
"""What a base is to the contract."""

MOST_BASES = 100
"""So many bases of one class are looked at."""


class BaseClass(NamedTuple):
    """What a base is, or may be. ``path``: where it comes from, as far as that is known. ``hops`` lead to its statement
    in the project."""

    ground: Ground
    value: Value
    path: str = ""
    link: Link | None = None
    klass: tuple[Module, Class] | None = None
    sure: bool = True
    hops: tuple[Hop, ...] = ()


class Descent(NamedTuple):
    """Whether a class derives from a canonical one: ``no``, ``may`` or ``yes``. ``bases`` are all that were looked at,
    the nearest first; ``opaque`` is one that leaves it open."""

    derives: Literal["no", "may", "yes"]
    bases: tuple[BaseClass, ...]
    opaque: BaseClass | None = None


def contract_of(evidence: Evidence) -> BaseContract:
    return evidence.of_kind(BaseContract)


def classes(evidence: Evidence) -> Iterator[Class]:
    """The classes of the file that are judged: no doubles, and nothing that a canonical class derives from."""
    if not evidence.judged:
        return
    above = [klass for path in canonicals(evidence) for klass in canonical_lineage(evidence, path)]
    for klass in evidence.facts.classes:
        is_above = any(one is klass or one == klass for module, one in above if module is evidence.module)
        if not is_above and not evidence.links.roles.is_double(klass.name):
            yield klass


def canonicals(evidence: Evidence) -> tuple[str, ...]:
    return evidence.links.contract.named("canonical")


def canonical_lineage(evidence: Evidence, path: str) -> list[tuple[Module, Class]]:
    """The statement of a canonical class and its bases in the project, the nearest first."""
    project, goal = evidence.links.project, evidence.links.roles.goals[path]
    module, rest = project.find(goal.path)
    found = module.classes.get(".".join(rest), ()) if module is not None else ()
    return [above for klass in found for above in lineage(project, module, klass)] if module else []


def is_of_project(evidence: Evidence) -> bool:
    """Whether all canonical classes are the project's own: then no other library derives from them."""
    return all(evidence.links.project.split(path)[0] is not None for path in canonicals(evidence))


def bases(evidence: Evidence, klass: Class, module: Module) -> Iterator[BaseClass]:
    """What each base of a class is, or each of the classes that it may be."""
    for base in klass.bases:
        yield from of(evidence, base, module, klass.where.scope)


def of(evidence: Evidence, value: Value, module: Module, scope: str) -> Iterator[BaseClass]:
    """What an expression is that stands for a class."""
    if value.form == "same":
        yield from of(evidence, value.parts[0], module, scope)
    elif value.form == "either":
        each = [one for part in value.parts for one in of(evidence, part, module, scope)]
        same = len({one.ground for one in each}) == 1
        yield from (one._replace(sure=one.sure and same) for one in each)
    elif value.ref is not None and value.form in ("path", "generic", "item", "entry"):
        yield from _by_refs(evidence, value, value.ref, module, scope)
    else:
        yield BaseClass("unknown", value, sure=False)


def _by_refs(evidence: Evidence, value: Value, ref: Ref, module: Module, scope: str) -> Iterator[BaseClass]:
    """What each of the targets is: a name that was given in two ways stands for one of them."""
    if len(ref.targets) < 2:
        yield _by_ref(evidence, value, ref, module, scope)
        return
    for target in ref.targets:
        way = ref._replace(targets=(target,), sure=True)
        yield _by_ref(evidence, value, way, module, scope)._replace(sure=False)


def _by_ref(evidence: Evidence, value: Value, ref: Ref, module: Module, scope: str) -> BaseClass:
    link = evidence.links.shown(ref, module, scope) or _of_builtin(evidence, ref, module)
    if link is not None and not link.rest:
        sure = link.sure and ref.sure
        if link.kind in ("symbol", "subclass", "double"):
            return BaseClass("canonical", value, link.origin or link.path, link, sure=sure)
        if link.kind == "instead":
            return BaseClass("instead", value, link.origin, link, sure=sure)
    if len(ref.targets) != 1 or not ref.sure or link is not None:
        return BaseClass("unknown", value, sure=False)
    own = class_at(evidence.links.project, ref, module)
    if own is not None:
        hop = Hop(own[0].file.path, own[1].span.line, f"class {own[1].name}")
        hops = (*hops_of(ref, ref.targets[0], module, scope), *_handed(evidence, ref.targets[0], module), hop)
        return BaseClass("own", value, f"{own[0].name}.{own[1].qualname}", klass=own, hops=hops)
    return BaseClass(*_outside(evidence, ref.targets[0], value, module))


def _of_builtin(evidence: Evidence, ref: Ref, module: Module) -> Link | None:
    """The link of a builtin by its bare name, where nothing else in the module may have that name."""
    name = ref.targets[0][1:] if len(ref.targets) == 1 and ref.targets[0].startswith("?") else ""
    if not hasattr(builtins, name) or module.live(name) or module.stars:
        return None
    return evidence.links.path(f"builtins.{name}")


def _handed(evidence: Evidence, target: str, module: Module) -> Iterator[Hop]:
    """By which bindings of modules a target leads to the statement."""
    project = evidence.links.project
    for path in follow(project, absolute(target, module)).way[:-1]:
        there, rest = project.find(path)
        if there is not None and rest:
            yield from (hop_of(bound, there) for bound in there.live(rest[0])[-1:])


def _outside(evidence: Evidence, target: str, value: Value, module: Module) -> tuple[Ground, Value, str]:
    """What a target is that leads to no class of the project."""
    project = evidence.links.project
    if target.startswith("?"):
        is_builtin = hasattr(builtins, target[1:]) and not module.stars
        return ("library" if is_builtin else "unknown"), value, f"builtins.{target[1:]}"
    path = absolute(target, module)
    top = path.partition(".")[0]
    if target.startswith((":", ".")) or not path or project.split(path)[0] is not None:
        return "unknown", value, path
    if project.is_module(top):
        return "unknown", value, path
    return ("library" if top in sys.stdlib_module_names else "foreign"), value, path


def above(evidence: Evidence, klass: Class) -> BaseClass | None:
    """The canonical class that a class of the file derives from, or may derive from."""
    found = [one for one in descent(evidence, klass, evidence.module).bases if one.ground == "canonical"]
    return next((one for one in found if one.sure), found[0] if found else None)


def named(evidence: Evidence, base: BaseClass) -> str:
    """The path by which the contract names a canonical class."""
    goals = evidence.links.roles.goals
    known = (one for one in canonicals(evidence) if base.path in (*goals[one].given, goals[one].path))
    return next(known, evidence.canonical)


def descent(evidence: Evidence, klass: Class, module: Module) -> Descent:
    """What a class derives from, through the project's own bases."""
    found: list[BaseClass] = []
    todo: list[tuple[Class, Module, tuple[Hop, ...]]] = [(klass, module, ())]
    opaque: BaseClass | None = None
    for one, where, hops in todo:
        for base in bases(evidence, one, where):
            base = base._replace(hops=(*hops, *base.hops))
            found.append(base)
            is_closed = base.ground in ("library", "instead", "own") and base.sure
            opaque = opaque or (None if is_closed else base)
            if base.klass is not None and len(todo) < MOST_BASES:
                if all(base.klass != (there, other) for other, there, _ in todo):
                    todo.append((base.klass[1], base.klass[0], base.hops))
    if any(one.ground == "canonical" and one.sure for one in found):
        return Descent("yes", tuple(found))
    return Descent("no" if opaque is None else "may", tuple(found), opaque)


def listed(words: Sequence[str], last: str = "and") -> str:
    """Some words as an enumeration."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def either(paths: Sequence[str]) -> str:
    return listed(paths, "or")


def match(
    evidence: Evidence,
    flagged: Flagged,
    message: str,
    chain: tuple[Hop, ...] = (),
    may: bool = False,
    symbol: str = "",
) -> Match:
    """The match of a place. ``chain`` leads from there to the definition of ``symbol``, or of the first canonical
    class."""
    symbol = symbol or evidence.canonical
    end = definition(evidence, symbol)
    hops = tuple(dict.fromkeys((*(hop for hop in chain if hop not in end), *end)))
    advice = f"derive it from {either(canonicals(evidence))}"
    return Match(flagged.span, message, flagged.spelled, flagged.where, hops, may, advice, symbol)
