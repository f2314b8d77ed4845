"""SOT901 to SOT903 and SOT907: whether what a contract names exists, is bound and used, and is of the right kind."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial

from ssot_lint.facts.parse import EXHAUSTED, TOO_MUCH
from ssot_lint.links.index import Index
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.names import exists, targets_of
from ssot_lint.links.resolve import Links
from ssot_lint.model.contracts import BaseContract, Contract, Role
from ssot_lint.model.dotted import beginnings
from ssot_lint.model.facts import Binding
from ssot_lint.model.finding import Finding, Span
from ssot_lint.model.rules import CODES
from ssot_lint.rules.health import bases, primitives, vocabularies
from ssot_lint.rules.health.declarations import faults
from ssot_lint.rules.health.nearest import hint
from ssot_lint.settings.members import Part, Parts
from ssot_lint.settings.settings import Settings

_ROLES: dict[str, Role] = {"canonical": "canonical", "instead-of": "instead"}


Unseen = Callable[[Collection[str]], Collection[str]]
"""Some paths → those that git tracks and was told not to check out."""


def findings(settings: Settings, index: Index, unseen: Unseen) -> Iterator[Finding]:
    """What is wrong with the contracts, as the part that declares each sees it."""
    parts = Parts(settings)
    found: list[Finding] = []
    instead = partial(_instead, index.listing.roots, unseen)
    for part, links, everywhere in _declared(parts, index):
        found += _told(part, links, everywhere, instead)
    # A settings file that several parts extend is wrong once.
    yield from dict.fromkeys(found)


def _declared(parts: Parts, index: Index) -> Iterator[tuple[Part, Links, Sequence[Links]]]:
    """Each contract with the part that declares it, its links there, and its links in every part."""
    if index.world is None:
        for links in index.links:
            yield parts.root, links, [links]
        return
    seen: dict[tuple[str, str], list[tuple[str, Links]]] = {}
    for folder, one in index.by_folder.items():
        assert one.world is not None
        for held, links in zip(one.world.contracts, one.links, strict=True):
            name = held.contract.name.partition("@")[0]
            seen.setdefault((held.owner, name), []).append((folder, links))
    for (owner, _), views in seen.items():
        # What the root says may be about a module that each member has, and the root has not.
        at_home = [links for folder, links in views if folder == owner]
        first = at_home + [links for _, links in views]
        right = next((links for links in first if _is_there(links)), first[0])
        yield parts.by_folder.get(owner, parts.root), right, [links for _, links in views]


def _is_there(links: Links) -> bool:
    symbol = links.contract.symbol
    return not symbol or exists(links.project, symbol)


Instead = Callable[[Links, str], str]
"""Links and a path that leads to nothing → the end of a message."""


def _instead(roots: Sequence[str], unseen: Unseen, links: Links, path: str) -> str:
    """What the project has instead of a path, or that git left its module out."""
    stems = [
        posixpath.normpath(posixpath.join(root, one.replace(".", "/")))
        for root in roots
        for one in beginnings(path)
    ]
    files = {f"{stem}{end}" for stem in stems for end in (".py", "/__init__.py")}
    missing = sorted(unseen(sorted(files)))
    return f": `{missing[0]}` is in git and not checked out" if missing else hint(links, path)


def _told(part: Part, links: Links, everywhere: Sequence[Links], instead: Instead) -> list[Finding]:
    """What is wrong with one contract. If its links ask too much, nothing else is known of it."""
    found: list[Finding] = []
    try:
        found += _about(part, links, everywhere, instead)
    except EXHAUSTED:
        links.lost += 1
    if not any(one.lost for one in (links, *everywhere)):
        return found
    message = f"what leads to `{links.contract.symbol}` {TOO_MUCH}"
    return [_finding(part, links.contract, "SOT900", "canonical", message)]


def _about(part: Part, links: Links, everywhere: Sequence[Links], instead: Instead) -> Iterator[Finding]:
    contract = links.contract
    if contract.named("primitive"):
        for one in primitives.faults(links, everywhere):
            yield _finding(part, contract, one.code, one.key, one.message, str(one.number))
        return
    if isinstance(contract, BaseContract):
        yield from _about_bases(part, links, everywhere, instead)
        return
    problem = _unknown(links, instead)
    if problem:
        yield _finding(part, contract, "SOT901", "canonical", problem)
        return
    if contract.lists_values:
        for code, key, word, message in vocabularies.faults(links, everywhere):
            yield _finding(part, contract, code, key, message, word)
        return
    for number, path in enumerate(contract.named("factory")):
        if links.roles.goals[path].kind == "nothing":
            message = f"the factory `{path}` does not exist{instead(links, path)}"
            yield _finding(part, contract, "SOT901", "factories", message, str(number))
    yield from _void(part, links, everywhere)
    problem = _unbound(links, instead)
    if problem:
        yield _finding(part, contract, "SOT902", "implementation", problem)
    elif not any(map(_used, everywhere)):
        message = f"nothing outside its home uses `{contract.symbol}`"
        yield _finding(part, contract, "SOT903", "canonical", message)


def _void(part: Part, links: Links, everywhere: Sequence[Links]) -> Iterator[Finding]:
    """The declarations that cannot hold."""
    views = [{(one.key, one.word): one for one in faults(view)} for view in everywhere]
    for fault in faults(links):
        # What is a module to one member need not be one to another.
        if all((fault.key, fault.word) in view for view in views):
            found = _finding(part, links.contract, "SOT907", fault.key, fault.message, fault.word)
            yield found._replace(severity="warning") if fault.may else found


def _about_bases(
    part: Part, links: Links, everywhere: Sequence[Links], instead: Instead
) -> Iterator[Finding]:
    contract = links.contract
    for key, number, code, message in bases.faults(links, everywhere):
        more = instead(links, contract.named(_ROLES[key])[number]) if code == "SOT901" else ""
        yield _finding(part, contract, code, key, f"{message}{more}", f"{key} {number}")
    for key, number, message in bases.patterns(links, everywhere):
        yield _finding(part, contract, "SOT907", key, message, f"{key} {number}")
    for number, message in bases.missing(everywhere):
        yield _finding(part, contract, "SOT901", "parameters", message, f"parameters {number}")


def _finding(part: Part, contract: Contract, code: str, key: str, message: str, spelled: str = "") -> Finding:
    """A finding at the line of the contract. ``key`` is the declaration that is wrong, ``spelled`` the word in it."""
    own = contract.name.partition("@")[0]
    line = part.settings.contract_lines.get(own, 1)
    path = part.outside(part.settings.sources.get(f"contracts.{own}", part.settings.label))
    return Finding(
        code,
        CODES[code],
        f"contract {own}: {message}",
        path,
        Span(line, 0, line, 1),
        contract=own,
        symbol=contract.symbol,
        spelled=spelled or key,
        reason=contract.reason,
        suppressible=False,
    )


def _unknown(links: Links, instead: Instead) -> str:
    canonical = links.contract.symbol
    # The value of a class is there, though no statement defines it.
    if exists(links.project, canonical) or links.roles.listed is not None:
        return ""
    return _valueless(links) or f"`{canonical}` does not exist{instead(links, canonical)}"


def _valueless(links: Links) -> str:
    """What is wrong with a canonical that is an attribute of a class, and no class, function or value that is known."""
    file, prefix, rest = links.project.split(links.contract.symbol)
    module = links.project.at(file.path) if file is not None else None
    above, _, name = ".".join(rest).rpartition(".")
    if module is None or not any(one.name == name for one in module.attributes.get(above, ())):
        return ""
    no = "whose value cannot be read" if links.contract.lists_values else "and not what a contract protects"
    return f"`{links.contract.symbol}` is an attribute of the class `{prefix}.{above}`, {no}"


def _unbound(links: Links, instead: Instead) -> str:
    """What is wrong if the canonical name does not lead to the implementation."""
    canonical, implementation = links.contract.symbol, links.roles.declared
    if not implementation or implementation == canonical:
        return ""
    if not exists(links.project, implementation):
        return f"the implementation `{implementation}` does not exist{instead(links, implementation)}"
    module, rest = links.project.find(canonical)
    if module is None or not rest or module.facts.problem:
        return ""
    seen: set[str] = set()
    todo = [(module, rest[0])]
    while todo:
        here, name = todo.pop()
        served = [absolute(target, here) for one, target, _ in here.facts.forwards if one in (name, "*")]
        bound = _bound_to(here, name)
        if bound is None or implementation in (f"{here.name}.{name}", *served, *bound):
            return ""
        for path in filter(None, bound):
            found, tail = links.project.find(path) if path not in seen else (None, [])
            seen.add(path)
            if found is not None and tail:
                todo.append((found, tail[0]))
    return f"`{canonical}` does not lead to the implementation `{implementation}`"


def _bound_to(module: Module, name: str) -> list[str] | None:
    """The paths that a name of a module is bound to, or that its class inherits from; None where a run decides."""
    bindings = module.live(name)
    if not bindings and any(star.name == "*" for star in module.facts.imports):
        return None
    found: list[str] = []
    for binding in bindings:
        found += [target for target, _ in targets_of(binding)]
        if not isinstance(binding, Binding):
            continue
        if binding.value is not None and binding.value.form in ("other", "call"):
            return None
        own = [one for one in module.facts.classes if one.qualname == name] if binding.how == "class" else []
        found += [target for one in own[:1] for base in one.bases if base.ref for target in base.ref.targets]
    return [absolute(target, module) for target in found]


def _used(links: Links) -> bool:
    """Whether any file outside of the home speaks of the symbol or its factories."""
    roles = links.roles
    for module in links.project.every():
        if roles.is_home(module):
            continue
        for one in module.facts.imports:
            path = absolute(one.target, module)
            if path and (
                path in roles.homes or links.path(path) is not None or roles.retired(path) or one.name == "*"
            ):
                return True
        for use in module.facts.uses:
            if links.ref(use.ref, module) is not None:
                return True
        for text in module.facts.texts:
            if roles.name in text.value:
                return True
    return False
