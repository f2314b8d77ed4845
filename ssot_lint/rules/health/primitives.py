"""The primitives of a gateway → those that are nowhere, and those that nobody touches. Pure."""

from __future__ import annotations

import builtins
import difflib
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ssot_lint.links.lineage import lineage_of, members, primitives, touched
from ssot_lint.links.module import absolute
from ssot_lint.links.names import exists
from ssot_lint.links.resolve import Links
from ssot_lint.model.contracts.modules import covers
from ssot_lint.model.dotted import above
from ssot_lint.model.packs import PREFIX
from ssot_lint.rules.health.module_patterns import covers_nothing
from ssot_lint.rules.health.nearest import hint

_KNOWN = frozenset({*sys.stdlib_module_names, "builtins"})


class GatewayFault(NamedTuple):
    """What is wrong with an entry of a gateway: its key, its place there, the code and a sentence."""

    key: str
    number: int
    code: str
    message: str


def faults(links: Links, everywhere: Sequence[Links]) -> Iterator[GatewayFault]:
    """What is wrong with the declarations of a gateway. Of a pack it is enough that one primitive is used."""
    yield from _primitives(links, everywhere)
    for key in ("home", "within"):
        for number, pattern in enumerate(getattr(links.contract, key, ())):
            if not any(_covers(view, pattern) for view in everywhere):
                yield GatewayFault(key, number, "SOT907", covers_nothing(key, pattern, everywhere))


def _covers(links: Links, pattern: str) -> bool:
    """Whether a pattern covers a module, or is the path of something in one."""
    project = links.project
    if any(covers(pattern, name) for name in project.known):
        return True
    module, rest = project.find(pattern)
    if module is None or not rest:
        return False
    # A class or a function that is home touches a primitive: so its file speaks of what stands in it.
    scope = ".".join(rest)
    facts = module.facts
    places = (one.where.scope for some in (facts.imports, facts.uses, facts.texts) for one in some)
    return any(f"{place}.".startswith(f"{scope}.") for place in places)


def _primitives(links: Links, everywhere: Sequence[Links]) -> Iterator[GatewayFault]:
    used = {path for view in everywhere for path in _used(view)}
    modules = {path for view in everywhere for path in _imported(view)}
    imported = {path.partition(".")[0] for path in modules}
    for number, entry in enumerate(getattr(links.contract, "primitives", ())):
        if entry.startswith(PREFIX):
            if used.isdisjoint(links.contract.named("primitive")):
                message = f"nothing in the project touches what `{entry}` names"
                yield GatewayFault("primitives", number, "SOT903", message)
            continue
        top = entry.partition(".")[0]
        missing = [_missing(view, entry) for view in everywhere]
        if missing and all(missing):
            yield GatewayFault("primitives", number, "SOT901", f"`{entry}` is nowhere{missing[0]}")
            continue
        if entry in used or top == "builtins" or not modules.isdisjoint(above(entry)):
            continue
        if top in _KNOWN or top in imported or any(view.project.is_module(top) for view in everywhere):
            yield GatewayFault("primitives", number, "SOT903", f"nothing in the project touches `{entry}`")
        else:
            yield GatewayFault(
                "primitives", number, "SOT901", f"`{entry}` is nowhere{_nearest(top, imported)}"
            )


def _missing(links: Links, entry: str) -> str:
    """What is wrong with a primitive that the project itself should have, and has not; nothing where it has it."""
    project, owner = links.project, entry.rpartition(".")[0]
    if entry.startswith(_BUILTINS):
        name = entry.split(".")[1]
        return "" if hasattr(builtins, name) else _did_you_mean("builtins", name, dir(builtins))
    file, prefix, rest = project.split(entry)
    if file is None or not rest:
        return ""
    names = members(links, owner)
    if names is not None:
        name = entry.rpartition(".")[2]
        return "" if name in names else _did_you_mean(owner, name, names)
    if exists(project, entry if len(rest) == 1 else f"{prefix}.{rest[0]}"):
        return ""
    return hint(links, entry)


_BUILTINS = "builtins."


def _did_you_mean(owner: str, name: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, sorted(names), 1)
    return f"; did you mean `{owner}.{near[0]}`?" if near else f": `{owner}` has no `{name}`"


def _nearest(top: str, imported: Iterable[str]) -> str:
    near = difflib.get_close_matches(top, sorted({*imported, *_KNOWN}), 1)
    nowhere = f": neither the project nor anything that it imports is called `{top}`"
    return f"; did you mean `{near[0]}`?" if near else nowhere


def _used(links: Links) -> Iterator[str]:
    """The primitives that some file imports, reaches or names in a string."""
    named = frozenset(links.contract.named("primitive"))
    for module in links.project.every():
        for one in module.facts.imports:
            path = absolute(one.target, module) if one.name != "*" else ""
            yield from _of(links, path)
            if one.name == "*":
                source = absolute(one.module, module)
                yield from (path for path in named if path.rpartition(".")[0] == source)
        for use in module.facts.uses:
            link = links.ref(use.ref, module)
            if link is not None:
                yield link.origin
            for target in use.ref.targets:
                if target.startswith("?"):
                    yield f"builtins.{target[1:]}"
        known = primitives(links) if module.facts.methods is not None else []
        lineage = lineage_of(links, known)
        for taken in module.facts.methods.uses if module.facts.methods is not None else ():
            found = touched(lineage, module, taken, known)
            if found is not None:
                yield found.primitive.path
        for text in module.facts.texts:
            yield from _of(links, text.value)
            for target in text.subject.targets if text.subject is not None else ():
                yield from _of(links, f"{absolute(target, module)}.{text.value}")


def _of(links: Links, path: str) -> Iterator[str]:
    link = links.path(path) if path else None
    if link is not None:
        yield link.origin


def _imported(links: Links) -> Iterator[str]:
    """All that is imported, as far as facts tell, with what that is in."""
    for module in links.project.every():
        for one in module.facts.imports:
            path = absolute(one.target, module)
            yield path
            yield from above(path)
        yield from module.facts.methods.imports if module.facts.methods is not None else ()
