"""One contract and one file → the references to its symbol there: imports, dotted paths, strings. Pure.

What stands at home is none, nor is a value that an assignment gives another name: that is an alias.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ssot_lint.links.index import Index
from ssot_lint.links.link import Link
from ssot_lint.links.module import Module
from ssot_lint.links.names import is_exported, names_in
from ssot_lint.links.resolve import Links
from ssot_lint.links.users import normal
from ssot_lint.model.contracts import ClassContract
from ssot_lint.model.facts import Import, Where
from ssot_lint.rules.evidence import Evidence, names, texts
from ssot_lint.rules.identity import string_reference
from ssot_lint.tracking.progress import Reference

_ALLOWED = ("canonical", "also")


def evidence_of(links: Links, module: Module) -> Evidence:
    """What is known of a file without inference."""
    return Evidence(links, module, lambda value: ())


def every(built: Index, contract: str) -> Iterator[tuple[Links, Module]]:
    """The links of a contract with each file that it can have any bearing on."""
    for world in built.worlds:
        for links in world.links:
            if links.contract.name == contract:
                for path, module in sorted(world.own.items()):
                    if not module.facts.problem and world.concerns(links, path):
                        yield links, module


def references_in(evidence: Evidence) -> Iterator[Reference]:
    """All references of a file."""
    yield from _imported(evidence)
    yield from _brought(evidence)
    yield from _reached(evidence)
    if isinstance(evidence.links.contract, ClassContract):
        yield from _named(evidence)


def _excused(evidence: Evidence, where: Where) -> bool:
    contract = evidence.links.contract
    inside = isinstance(contract, ClassContract) and evidence.in_factory(where)
    return evidence.home or inside or contract.is_home(evidence.module.name, where.scope)


def _imported(evidence: Evidence) -> Iterator[Reference]:
    for one, link in _binding(evidence):
        if not _excused(evidence, one.where):
            target = evidence.absolute(one.target)
            spelled = one.name or one.module
            canonical = link.at in _ALLOWED
            yield Reference(_path(evidence), one.span.line, "import", spelled, target, canonical)


def _binding(evidence: Evidence) -> Iterable[tuple[Import, Link]]:
    """The imports that bind the symbol, or where it is a list of values one of these."""
    if isinstance(evidence.links.contract, ClassContract):
        return names.imported(evidence)
    found = []
    for one in evidence.facts.imports:
        path = evidence.absolute(one.target) if one.name != "*" else ""
        link = evidence.links.path(path) if path else None
        if link is not None and names.is_symbol(link) and (one.name or one.renamed):
            found.append((one, link))
    return found


def _brought(evidence: Evidence) -> Iterator[Reference]:
    """Star imports that bring the symbol, unseen: none of them goes by the canonical path."""
    links = evidence.links
    for star in evidence.facts.imports:
        source = evidence.absolute(star.module) if star.name == "*" else ""
        if not source or _excused(evidence, star.where):
            continue
        known = [links.roles.name, *sorted(links.roles.words), *names_in(links.project, source)]
        for word in dict.fromkeys(known):
            link = links.path(f"{source}.{word}") if word.isidentifier() else None
            if link is not None and names.is_symbol(link) and is_exported(links.project, source, word):
                yield Reference(_path(evidence), star.span.line, "import", "*", f"{source}.{word}", False)
                break


def _reached(evidence: Evidence) -> Iterator[Reference]:
    given = names.given(evidence)
    contract = evidence.links.contract
    for use, link in names.reached(evidence):
        if _excused(evidence, use.where) or use.ref.span in given:
            continue
        written = evidence.absolute(use.ref.targets[0])
        path = _without(normal(evidence.links.project, written), link.rest)
        canonical = link.at in _ALLOWED or path in contract.named("canonical", "also")
        spelled = _without(use.ref.spelled, link.rest)
        target = _without(written, link.rest)
        yield Reference(_path(evidence), use.ref.span.line, "path", spelled, target, canonical)


def _named(evidence: Evidence) -> Iterator[Reference]:
    """Strings. One that puts something in the place of a consumer's own binding names that, and not the symbol."""
    flagged = {match.span for match in string_reference.check(evidence)}
    for text in evidence.facts.texts:
        path = texts.path(evidence, text) if not evidence.excused(text.where) else None
        link = evidence.links.path(path) if path else None
        if path is None or link is None or not names.is_symbol(link):
            continue
        canonical = link.at in _ALLOWED
        if canonical or text.span in flagged:
            spelled, target = _without(text.value, link.rest), _without(path, link.rest)
            yield Reference(_path(evidence), text.span.line, "string", spelled, target, canonical)


def _without(path: str, rest: str) -> str:
    return path.removesuffix(f".{rest}") if rest else path


def _path(evidence: Evidence) -> str:
    return evidence.module.file.path
