"""SOT404: a module takes a rival of the symbol from another module."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.links.names import is_exported
from ssot_lint.model.dotted import beginnings, ends
from ssot_lint.model.facts import Ref
from ssot_lint.model.patching import PATCHERS
from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains, names, rivals, texts


def check(evidence: Evidence) -> Iterator[Match]:
    if evidence.contract.duplicates == "off" or evidence.home:
        return
    yield from _imported(evidence)
    yield from _brought(evidence)
    yield from _reached(evidence)
    yield from _named(evidence)


def _imported(evidence: Evidence) -> Iterator[Match]:
    own = [one for one, _ in names.imported(evidence)]
    for one in evidence.facts.imports:
        path = evidence.absolute(one.module if one.name == "*" else one.target)
        if not path or rivals.is_fallback(one, own):
            continue
        if one.name in ("", "*") and rivals.modules(evidence.links).isdisjoint(beginnings(path)):
            continue
        yield from _match(evidence, Flagged(one.span, one.target, one.where), path)


def _brought(evidence: Evidence) -> Iterator[Match]:
    """Star imports that bring a rival, where the file uses it."""
    used = {
        target[1:].partition(".")[0]
        for use in evidence.facts.uses
        for target in use.ref.targets
        if target.startswith("?")
    }
    for star in evidence.facts.imports:
        source = evidence.absolute(star.module) if star.name == "*" else ""
        for name in sorted(used) if source else ():
            if is_exported(evidence.links.project, source, name):
                flagged = Flagged(star.span, f"{source}.*", star.where)
                yield from _match(evidence, flagged, f"{source}.{name}")


def _reached(evidence: Evidence) -> Iterator[Match]:
    imported = {evidence.absolute(one.target) for one in evidence.facts.imports if not one.name}
    told = rivals.modules(evidence.links) & {one for path in imported for one in beginnings(path)}
    for use in evidence.facts.uses:
        for path in _paths(evidence, use.ref):
            # A module is judged where it is imported.
            if told.isdisjoint(beginnings(path)):
                yield from _match(evidence, Flagged(use.ref.span, use.ref.spelled, use.where), path)


def _paths(evidence: Evidence, ref: Ref) -> Iterator[str]:
    """What an attribute path leads to behind its first name, which is judged where it is bound."""
    if "." not in ref.spelled or len(ref.targets) != 1 or not ref.sure:
        return
    target = evidence.absolute(ref.targets[0]) if ref.targets[0][:1] not in ":?" else ""
    extra = 0 if ref.spelled.startswith(".") else ref.spelled.count(".")
    root = target.rsplit(".", extra)[0] if extra else ""
    if root and not rivals.modules(evidence.links).isdisjoint(beginnings(root)):
        return
    yield from (path for path in beginnings(target) if len(path) > len(root))


def _named(evidence: Evidence) -> Iterator[Match]:
    """Strings that Python will use as an import."""
    for text in evidence.facts.texts:
        path = texts.path(evidence, text)
        patches = ends(text.holder.spelled, PATCHERS)
        for one in beginnings(path or ""):
            if patches and _is_of_user(evidence, one):
                continue
            yield from _match(evidence, Flagged(text.span, text.value, text.where, is_text=True), one)


def _is_of_user(evidence: Evidence, path: str) -> bool:
    """Whether a path is the symbol's bare name in a module that imports it to use it: there a test has to patch it,
    whatever is imported."""
    module, rest = evidence.links.project.find(path)
    name = evidence.links.roles.name
    if module is None or rest != [name]:
        return False
    return any(one.bound == name for one in module.facts.imports) and names.is_used_in(module, name)


def _match(evidence: Evidence, flagged: Flagged, path: str) -> Iterator[Match]:
    links = evidence.links
    if not rivals.may_lead(links, path) or links.roles.retired(path) or evidence.in_factory(flagged.where):
        return
    found = rivals.at(links, path)
    if found is None or found[0].module.file == evidence.module.file:
        return
    rival, hops = found
    if rival.binding is None and f"{evidence.module.name}.".startswith(f"{rival.path}."):
        # One part of it takes another.
        return
    if not flagged.is_text:
        hops = (*chains.way(evidence, None, flagged.where.scope, Ref(flagged.span, flagged.spelled)), *hops)
    verb = "may be" if rival.may else "is"
    kind = "a copy of" if rival.named else f"another {rival.what} than"
    message = f"`{path}` {verb} {kind} {evidence.canonical}"
    advice = f"use {evidence.canonical}"
    yield chains.match(evidence, flagged, message, advice, hops, may=rival.may)
