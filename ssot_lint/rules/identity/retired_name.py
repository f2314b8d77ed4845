"""SOT103: a name that nobody may use any more is bound, imported or used."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.links.link import Link
from ssot_lint.links.names import exists, forwards, is_exported, names_in
from ssot_lint.model.facts import Binding, Import, Where
from ssot_lint.model.finding import Span
from ssot_lint.rules.evidence import Evidence, Match

BINDS = ("assign", "class", "def", "alias", "key", "attribute", "global")


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.contract.retired:
        return
    links = evidence.links
    advice = f"use {evidence.canonical}"
    for one in evidence.facts.imports:
        path = evidence.absolute(one.target)
        pattern = links.roles.retired(path, 1 if one.name not in ("", "*") else 0) if path else ""
        shown = path
        if not pattern and one.bound and one.name != "*":
            pattern, shown = links.roles.retired_name(one.bound), one.bound
        if not pattern:
            continue
        link = links.path(path) if path and one.name != "*" else None
        unresolved = (
            ""
            if link is not None or _is_there(evidence, one, path) or not _is_ours(evidence, path)
            else ", and nothing binds it"
        )
        message = f"`{shown}` is retired{_stands_for(evidence, link is not None)}{unresolved}"
        yield evidence.match(one.span, message, one.target, one.where, link, advice=advice)
    bases = {klass.span: base for klass, base in evidence.own_classes()}
    for binding in evidence.facts.bindings:
        if binding.how not in BINDS or (
            binding.where.kind == "function" and binding.how not in ("key", "attribute", "global")
        ):
            continue
        if binding.how == "attribute" and not _is_module(
            evidence, binding.owner.targets if binding.owner else ()
        ):
            continue
        outcome = evidence.klass(binding.value)
        if not _binds_retired(evidence, binding, outcome is not None):
            continue
        linked = outcome is not None
        how = ", and is bound again" if linked else ""
        what = f"`{binding.name}` is retired{how}{_stands_for(evidence, linked)}"
        what += "" if linked else ", and is bound again"
        proof = outcome or bases.get(binding.span)
        yield evidence.match(binding.span, what, binding.name, binding.where, proof, advice=advice)
    yield from _brought(evidence)
    # What becomes another name is told as that.
    values = {
        one.value.span
        for one in evidence.facts.bindings
        if one.value is not None and (evidence.is_another_name(one) or _hands_on(evidence, one))
    }
    for use in evidence.facts.uses:
        match = _use(evidence, use.ref.spelled, use.ref.targets)
        if match is None:
            continue
        path, link = match
        if use.ref.span in values and link is not None and "." in use.ref.spelled:
            continue
        unresolved = "" if link is not None else ", and nothing binds it"
        message = f"`{path}` is retired{_stands_for(evidence, link is not None)}{unresolved}"
        yield evidence.match(use.ref.span, message, use.ref.spelled, use.where, link, advice=advice)


def _binds_retired(evidence: Evidence, binding: Binding, symbol: bool) -> bool:
    """Whether a binding's bare name is retired, or its dotted one; a pattern retires only what is the symbol."""
    links = evidence.links
    if links.roles.retired_name(binding.name):
        return True
    path = f"{evidence.module.name}.{binding.name}"
    pattern = links.roles.retired(path)
    return "." in pattern and binding.how != "attribute" and (pattern == path or symbol)


def _hands_on(evidence: Evidence, binding: Binding) -> bool:
    """Whether a module that the contract does not name has the symbol by its own name."""
    path = f"{evidence.module.name}.{binding.name}"
    is_own = binding.name == evidence.links.roles.name and binding.of_module
    return is_own and not evidence.home and path not in evidence.contract.also_at


def _brought(evidence: Evidence) -> Iterator[Match]:
    """Retired names that a star import or a module's ``__getattr__`` serves."""
    links, advice = evidence.links, f"use {evidence.canonical}"
    for star in evidence.facts.imports:
        source = evidence.absolute(star.module) if star.name == "*" else ""
        for name in names_in(links.project, source):
            link = links.path(f"{source}.{name}") if links.roles.retired(f"{source}.{name}") else None
            if link is not None and is_exported(links.project, source, name):
                message = f"`from {star.module} import *` brings `{name}`, which is retired for {evidence.canonical}"
                yield evidence.match(star.span, message, f"{source}.*", star.where, link, advice=advice)
                break
    for name, path, line in forwards(links.project, evidence.module):
        if links.roles.retired_name(name):
            message = (
                f"`__getattr__` serves `{name}`, which is retired by the contract of {evidence.canonical}"
            )
            link = links.path(path) if path else None
            yield evidence.match(Span(line, 0, line, 1), message, name, Where(), link, advice=advice)
            break


def _use(evidence: Evidence, spelled: str, targets: tuple[str, ...]) -> tuple[str, Link | None] | None:
    """The path and link of a use that is judged where it stands, not where a name is bound."""
    links = evidence.links
    for target in targets:
        if target.startswith(":"):
            continue
        if target.startswith("?"):
            first, _, rest = target[1:].partition(".")
            if (
                links.roles.retired_name(first)
                and links.resolve(target, evidence.module) is None
                and not rest
            ):
                stars = [one for one in evidence.facts.imports if one.name == "*"]
                known = all(links.project.is_module(evidence.absolute(one.module)) for one in stars)
                if known:
                    return first, None
            continue
        if "." not in spelled:
            continue
        path = evidence.absolute(target)
        if not path:
            continue
        # A relative path is that of a module imported by its name: it has no root that is bound.
        root = "" if spelled.startswith(".") else ".".join(path.split(".")[: -spelled.count(".")])
        if root and (links.path(root) is not None or links.roles.retired(root)):
            continue
        if not links.roles.retired(path):
            continue
        link = links.path(path)
        if link is not None:
            return path, link
        if _is_ours(evidence, path) and not exists(links.project, path):
            return path, None
        if "." in links.roles.retired(path):
            return path, None
    return None


def _is_there(evidence: Evidence, one: Import, path: str) -> bool:
    """Whether the project has what is imported. What stands after ``from`` is a module, and no name in one."""
    module = evidence.absolute(one.module) if one.name else ""
    return exists(evidence.links.project, path) and (not module or evidence.links.project.is_module(module))


def _is_ours(evidence: Evidence, path: str) -> bool:
    return evidence.links.project.is_module(path.partition(".")[0])


def _is_module(evidence: Evidence, targets: tuple[str, ...]) -> bool:
    return any(evidence.links.project.is_module(evidence.absolute(target)) for target in targets)


def _stands_for(evidence: Evidence, linked: bool) -> str:
    return f" for {evidence.canonical}" if linked else f" by the contract of {evidence.canonical}"
