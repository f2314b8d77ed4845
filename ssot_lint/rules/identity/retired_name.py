"""SOT103: a name that the contract has retired is bound, imported or used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ssot_lint.links.link import Link
from ssot_lint.links.names import exists, forwards, is_exported, names_in
from ssot_lint.model.facts import Binding, Import, Ref, Where
from ssot_lint.model.finding import Fix, Span
from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains, classes, meaning, names
from ssot_lint.rules.evidence.chains import Proof

if TYPE_CHECKING:
    from ssot_lint.fixes.repair import Repair

BINDS = ("assign", "class", "def", "alias", "key", "attribute", "global")
OF_MODULE = ("key", "attribute", "global")
"""Of these, the bindings by which a function binds a name of a module."""


def check(evidence: Evidence) -> Iterator[Match]:
    if evidence.contract.retired:
        yield from _imported(evidence)
        yield from _bound(evidence)
        yield from _brought(evidence)
        yield from _served(evidence)
        yield from _used(evidence)


def fix(repair: Repair) -> Fix:
    """An import or a dotted path goes to the canonical one, an assignment goes away."""
    from ssot_lint.fixes import assignments, imports, references

    is_bound = any(one.span == repair.finding.span for one in repair.module.facts.bindings)
    if is_bound and imports.at(repair.source, repair.finding.span) is None:
        return assignments.fixed(repair)
    return references.fixed(repair)


def _match(evidence: Evidence, flagged: Flagged, message: str, proof: Proof) -> Match:
    return chains.match(evidence, flagged, message, f"use {evidence.canonical}", proof)


def _imported(evidence: Evidence) -> Iterator[Match]:
    links = evidence.links
    for one in evidence.facts.imports:
        path = evidence.absolute(one.target)
        pattern = links.roles.retired(path, 1 if one.name not in ("", "*") else 0) if path else ""
        shown = path
        if not pattern and one.bound and one.name != "*":
            pattern, shown = links.roles.retired_name(one.bound), one.bound
        if not pattern:
            continue
        link = links.path(path) if path and one.name != "*" else None
        is_missing = link is None and not _is_there(evidence, one, path) and _is_ours(evidence, path)
        message = _retired(evidence, shown, link is not None, is_missing)
        yield _match(evidence, Flagged(one.span, one.target, one.where), message, link)


def _bound(evidence: Evidence) -> Iterator[Match]:
    found = [(one, pattern) for one in evidence.facts.bindings if (pattern := _retires(evidence, one))]
    bases = {klass.span: base for klass, base in classes.own(evidence)} if found else {}
    for one, pattern in found:
        klass = meaning.klass(evidence, one.value)
        if klass is None and "." in pattern and pattern != _path(evidence, one):
            # A pattern retires only names of the symbol.
            continue
        stands_for = _stands_for(evidence, klass is not None)
        again = ", and is bound again"
        what = f"{again}{stands_for}" if klass is not None else f"{stands_for}{again}"
        flagged = Flagged(one.span, one.name, one.where)
        yield _match(evidence, flagged, f"`{one.name}` is retired{what}", klass or bases.get(one.span))


def _retires(evidence: Evidence, binding: Binding) -> str:
    """The retired name or path that the bare or the dotted name of a binding goes by, or nothing."""
    if binding.how not in BINDS or (binding.where.kind == "function" and binding.how not in OF_MODULE):
        return ""
    if binding.how == "attribute" and not names.is_of_module(evidence, binding.owner):
        return ""
    bare = evidence.links.roles.retired_name(binding.name)
    if bare or binding.how == "attribute":
        return bare
    pattern = evidence.links.roles.retired(_path(evidence, binding))
    return pattern if "." in pattern else ""


def _path(evidence: Evidence, binding: Binding) -> str:
    return f"{evidence.module.name}.{binding.name}"


def _brought(evidence: Evidence) -> Iterator[Match]:
    """Star imports that bring a retired name. One name of each is reported."""
    links = evidence.links
    for star in evidence.facts.imports:
        source = evidence.absolute(star.module) if star.name == "*" else ""
        for name in names_in(links.project, source):
            path = f"{source}.{name}"
            link = links.path(path) if links.roles.retired(path) else None
            if link is not None and is_exported(links.project, source, name):
                retired = f"`{name}`, which is retired for {evidence.canonical}"
                message = f"`from {star.module} import *` brings {retired}"
                yield _match(evidence, Flagged(star.span, f"{source}.*", star.where), message, link)
                break


def _served(evidence: Evidence) -> Iterator[Match]:
    """A retired name that the module's ``__getattr__`` serves. The first is reported."""
    for name, path, line in forwards(evidence.links.project, evidence.module):
        if evidence.links.roles.retired_name(name):
            retired = f"`{name}`, which is retired by the contract of {evidence.canonical}"
            flagged = Flagged(Span(line, 0, line, 1), name, Where())
            link = evidence.links.path(path) if path else None
            yield _match(evidence, flagged, f"`__getattr__` serves {retired}", link)
            break


def _used(evidence: Evidence) -> Iterator[Match]:
    # SOT104 and SOT105 report values that are given another name.
    named = {
        one.value.span
        for one in evidence.facts.bindings
        if one.value is not None and (names.is_another_name(evidence, one) or _hands_on(evidence, one))
    }
    for use in evidence.facts.uses:
        found = _retired_path(evidence, use.ref)
        if found is None:
            continue
        path, link = found
        if use.ref.span in named and link is not None and "." in use.ref.spelled:
            continue
        message = _retired(evidence, path, link is not None, link is None)
        yield _match(evidence, Flagged(use.ref.span, use.ref.spelled, use.where), message, link)


def _hands_on(evidence: Evidence, binding: Binding) -> bool:
    """Whether a module that the contract does not name has the symbol by its own name."""
    path = f"{evidence.module.name}.{binding.name}"
    is_own = binding.name == evidence.links.roles.name and binding.of_module
    return is_own and not evidence.home and path not in evidence.contract.also_at


def _retired_path(evidence: Evidence, ref: Ref) -> tuple[str, Link | None] | None:
    """The path and link of a use that is reported at its own place, and not where its first name is bound."""
    for target in ref.targets:
        found: tuple[str, Link | None] | None = None
        if target.startswith("?"):
            found = _unbound(evidence, target)
        elif "." in ref.spelled and not target.startswith(":"):
            found = _reached(evidence, target, ref.spelled)
        if found is not None:
            return found
    return None


def _unbound(evidence: Evidence, target: str) -> tuple[str, Link | None] | None:
    """A retired name that nothing in the file binds, and none of its star imports brings."""
    links = evidence.links
    name, _, rest = target[1:].partition(".")
    if rest or not links.roles.retired_name(name) or links.resolve(target, evidence.module) is not None:
        return None
    stars = [one for one in evidence.facts.imports if one.name == "*"]
    known = all(links.project.is_module(evidence.absolute(one.module)) for one in stars)
    return (name, None) if known else None


def _reached(evidence: Evidence, target: str, spelled: str) -> tuple[str, Link | None] | None:
    """A retired path that is reached by a name which is neither retired nor the symbol's."""
    links = evidence.links
    path = evidence.absolute(target)
    # A relative path is that of a module imported by its name: it has no root that is bound.
    root = "" if spelled.startswith(".") else ".".join(path.split(".")[: -spelled.count(".")])
    if root and (links.path(root) is not None or links.roles.retired(root)):
        return None
    pattern = links.roles.retired(path) if path else ""
    if not pattern:
        return None
    link = links.path(path)
    if link is not None or "." in pattern or (_is_ours(evidence, path) and not exists(links.project, path)):
        return path, link
    return None


def _is_there(evidence: Evidence, one: Import, path: str) -> bool:
    """Whether the project has what is imported. What stands after ``from`` must be a module."""
    module = evidence.absolute(one.module) if one.name else ""
    return exists(evidence.links.project, path) and (not module or evidence.links.project.is_module(module))


def _is_ours(evidence: Evidence, path: str) -> bool:
    return evidence.links.project.is_module(path.partition(".")[0])


def _retired(evidence: Evidence, path: str, linked: bool, is_missing: bool) -> str:
    missing = ", and nothing binds it" if is_missing else ""
    return f"`{path}` is retired{_stands_for(evidence, linked)}{missing}"


def _stands_for(evidence: Evidence, linked: bool) -> str:
    return f" for {evidence.canonical}" if linked else f" by the contract of {evidence.canonical}"
