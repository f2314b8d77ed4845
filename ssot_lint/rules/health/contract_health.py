"""Whether the contracts themselves hold: is what they name there, bound, used and fit (SOT901 to SOT903, SOT907)."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from ssot_lint.facts.parse import EXHAUSTED, TOO_MUCH
from ssot_lint.links.index import Index
from ssot_lint.links.names import exists, targets_of
from ssot_lint.links.project import Module, absolute
from ssot_lint.links.resolve import Links
from ssot_lint.model.contracts import Contract
from ssot_lint.model.facts import Binding
from ssot_lint.model.finding import Finding, Span
from ssot_lint.rules.health.declarations import faults
from ssot_lint.settings.members import Part, Parts
from ssot_lint.settings.settings import Settings


def findings(settings: Settings, index: Index) -> Iterator[Finding]:
    """What is wrong with the contracts, once for each: in the world of who has declared it."""
    parts = Parts(settings)
    found: list[Finding] = []
    for part, links, everywhere in _declared(parts, index):
        found += _told(part, links, everywhere)
    # A file that several extend is wrong once.
    yield from dict.fromkeys(found)


def _declared(parts: Parts, index: Index) -> Iterator[tuple[Part, Links, Sequence[Links]]]:
    """Each contract with the part that has declared it, as it is seen from there, and as it is seen anywhere."""
    if index.world is None:
        for links in index.links:
            yield parts.root, links, [links]
        return
    seen: dict[tuple[str, str], list[tuple[str, Links]]] = {}
    for folder, one in index.by_member.items():
        assert one.world is not None
        for held, links in zip(one.world.contracts, one.links, strict=True):
            name = held.contract.name.partition("@")[0]
            seen.setdefault((held.owner, name), []).append((folder, links))
    for (owner, _), views in seen.items():
        # What the root says may be about a module that each member has, and the root has not.
        at_home = [links for folder, links in views if folder == owner]
        first = at_home + [links for _, links in views]
        right = next((links for links in first if exists(links.project, links.contract.symbol)), first[0])
        yield parts.by_folder.get(owner, parts.root), right, [links for _, links in views]


def _told(part: Part, links: Links, everywhere: Sequence[Links]) -> list[Finding]:
    """What is wrong with one contract. Of one that asks too much nothing else is known."""
    found: list[Finding] = []
    try:
        found += _about(part, links, everywhere)
    except EXHAUSTED:
        links.lost += 1
    if not any(one.lost for one in (links, *everywhere)):
        return found
    message = f"what leads to `{links.contract.symbol}` {TOO_MUCH}"
    return [_finding(part, links.contract, "SOT900", "unparsable-file", "canonical", message)]


def _about(part: Part, links: Links, everywhere: Sequence[Links]) -> Iterator[Finding]:
    contract = links.contract
    problem = _unknown(links)
    if problem:
        yield _finding(part, contract, "SOT901", "unknown-canonical", "canonical", problem)
        return
    for number, path in enumerate(contract.named("factory")):
        if links.roles.goals[path].kind == "nothing":
            message = f"the factory `{path}` does not exist{_moved(links, path)}"
            yield _finding(part, contract, "SOT901", "unknown-canonical", "factories", message, str(number))
    views = [{(one.key, one.word): one for one in faults(view)} for view in everywhere]
    for fault in faults(links):
        # What is a module to one member need not be one to another.
        if all((fault.key, fault.word) in view for view in views):
            found = _finding(
                part, contract, "SOT907", "void-declaration", fault.key, fault.message, fault.word
            )
            yield found._replace(severity="warning") if fault.may else found
    problem = _unbound(links)
    if problem:
        yield _finding(part, contract, "SOT902", "unbound-implementation", "implementation", problem)
    elif not any(map(_used, everywhere)):
        message = f"nothing outside its home uses `{contract.symbol}`"
        yield _finding(part, contract, "SOT903", "unused-contract", "canonical", message)


def _finding(
    part: Part,
    contract: Contract,
    code: str,
    name: str,
    key: str,
    message: str,
    spelled: str = "",
) -> Finding:
    own = contract.name.partition("@")[0]
    line = part.settings.contract_lines.get(own, 1)
    path = part.outside(part.settings.sources.get(f"contracts.{own}", part.settings.label))
    return Finding(
        code,
        name,
        f"contract {own}: {message}",
        path,
        Span(line, 0, line, 1),
        contract=own,
        symbol=contract.symbol,
        spelled=spelled or key,
        reason=contract.reason,
        suppressible=False,
    )


def _unknown(links: Links) -> str:
    canonical = links.contract.symbol
    if exists(links.project, canonical):
        return ""
    return f"`{canonical}` does not exist{_moved(links, canonical)}"


def _moved(links: Links, path: str) -> str:
    """Where something of that name is defined instead, or the nearest module."""
    name = path.rpartition(".")[2]
    places = [
        f"{module.file.module}.{name}"
        for module in links.project.every()
        for one in module.facts.bindings
        if one.name == name
        and one.how in ("class", "def", "assign")
        and not one.where.scope
        and module.file.module
    ]
    if places:
        return f"; did it move to `{sorted(places)[0]}`?"
    file, prefix, rest = links.project.split(path)
    if file is not None and rest:
        module = links.project.at(file.path)
        inner = _near_attribute(module, prefix, rest) if module is not None and len(rest) > 1 else ""
        if inner:
            return inner
        names = [] if module is None else [one.name for one in module.facts.bindings if not one.where.scope]
        near = difflib.get_close_matches(rest[0], names, 1)
        return f"; did you mean `{prefix}.{near[0]}`?" if near else f": {prefix} binds no `{rest[0]}`"
    near = difflib.get_close_matches(path.rpartition(".")[0], list(links.project.known), 1)
    return f"; did you mean `{near[0]}.{name}`?" if near else ": there is no such module in the project"


def _near_attribute(module: Module, prefix: str, rest: Sequence[str]) -> str:
    """The nearest attribute of a class that is there, or that the class has none of the name."""
    above, _, name = ".".join(rest).rpartition(".")
    klass = next((one for one in module.facts.classes if one.qualname == above), None)
    if klass is None:
        return ""
    inside = [one.qualname for one in module.facts.functions]
    inside += [one.qualname for one in module.facts.classes]
    names = {*klass.makers, *(one[len(above) + 1 :] for one in inside if one.startswith(f"{above}."))}
    near = difflib.get_close_matches(name, sorted(names), 1)
    where = f"{prefix}.{above}"
    return f"; did you mean `{where}.{near[0]}`?" if near else f": `{where}` has no `{name}`"


def _unbound(links: Links) -> str:
    """Whether the canonical name does not lead to the implementation."""
    contract = links.contract
    if not links.roles.declared or links.roles.declared == contract.symbol:
        return ""
    if not exists(links.project, links.roles.declared):
        return (
            f"the implementation `{links.roles.declared}` does not exist{_moved(links, links.roles.declared)}"
        )
    module, rest = links.project.find(contract.symbol)
    if module is None or not rest or module.facts.problem:
        return ""
    seen: set[str] = set()
    todo = [(module, rest[0])]
    while todo:
        here, name = todo.pop()
        if f"{here.name}.{name}" == links.roles.declared:
            return ""
        todo_targets = [target for served, target, _ in here.facts.forwards if served in (name, "*")]
        if any(absolute(target, here) == links.roles.declared for target in todo_targets):
            return ""
        for binding in here.live(name):
            targets = [target for target, _ in targets_of(binding)]
            if isinstance(binding, Binding) and binding.how == "class":
                own = next((one for one in here.facts.classes if one.qualname == name), None)
                targets += (
                    [t for base in own.bases if base.ref for t in base.ref.targets] if own is not None else []
                )
            if (
                isinstance(binding, Binding)
                and binding.value is not None
                and binding.value.form in ("other", "call")
            ):
                return ""
            for target in targets:
                path = absolute(target, here)
                if path == links.roles.declared:
                    return ""
                if path and path not in seen:
                    seen.add(path)
                    next_module, tail = links.project.find(path)
                    if next_module is not None and tail:
                        todo.append((next_module, tail[0]))
        if any(star.name == "*" for star in here.facts.imports) and not here.live(name):
            return ""
    return f"`{contract.symbol}` does not lead to the implementation `{links.roles.declared}`"


def _used(links: Links) -> bool:
    """Whether any file outside of the home speaks of the symbol or its factories."""
    for module in links.project.every():
        if links.roles.is_home(module):
            continue
        for one in module.facts.imports:
            path = absolute(one.target, module)
            if path and (
                path in links.roles.homes
                or links.path(path) is not None
                or links.roles.retired(path)
                or one.name == "*"
            ):
                return True
        for use in module.facts.uses:
            if links.ref(use.ref, module) is not None:
                return True
        for text in module.facts.texts:
            if links.roles.name in text.value:
                return True
    return False
