"""SOT105: a module hands the symbol on, so that it can be imported from a second place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ssot_lint.links.names import exports_of, forwards, is_exported
from ssot_lint.model.facts import Where
from ssot_lint.model.finding import Fix, Hop, Span
from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains, meaning, names

if TYPE_CHECKING:
    from ssot_lint.fixes.repair import Repair

SHOWN = 5
"""So many users of a path stand in a chain."""


def check(evidence: Evidence) -> Iterator[Match]:
    if evidence.led and not evidence.home:
        yield from _imported(evidence)
        yield from _assigned(evidence)
        yield from _brought(evidence)
        yield from _served(evidence)


def fix(repair: Repair) -> Fix:
    from ssot_lint.fixes import shims

    return shims.fixed(repair)


def _imported(evidence: Evidence) -> Iterator[Match]:
    exports = exports_of(evidence.links.project, evidence.module) or ()
    for one, link in names.imported(evidence):
        path = _path(evidence, one.bound)
        if one.where.scope or not path:
            continue
        if (evidence.module.stars or not one.lasts) and evidence.links.path(path) is None:
            # A star or a statement below puts something else in its place.
            continue
        users = names.users(evidence, path)
        exported = one.bound in exports
        same = one.renamed and one.bound == one.name
        if exported or users or (same and evidence.module.file.package):
            file, line = evidence.module.file.path, evidence.facts.exports_line
            export = (Hop(file, line, "named in __all__"),) if exported else ()
            advice = _advice(evidence, one.bound, exported)
            flagged = Flagged(one.span, one.target, one.where)
            chain = (*export, *users[:SHOWN], *link.chain)
            yield chains.match(evidence, flagged, _message(evidence, path, users), advice, chain)


def _assigned(evidence: Evidence) -> Iterator[Match]:
    """Assignments of the symbol to its own name: under another name it is an alias."""
    exports = exports_of(evidence.links.project, evidence.module) or ()
    for one in evidence.facts.bindings:
        path = _path(evidence, one.name)
        if one.name != evidence.links.roles.name or not one.of_module or not path:
            continue
        found = (
            meaning.klass(evidence, one.value) if one.how in ("assign", "alias", "global", "key") else None
        )
        if found is not None:
            users = names.users(evidence, path)
            advice = _advice(evidence, one.name, one.name in exports)
            flagged = Flagged(one.span, one.name, one.where)
            chain = (*users[:SHOWN], *chains.way(evidence, found, one.where.scope))
            message = _message(evidence, path, users)
            yield chains.match(evidence, flagged, message, advice, chain, may=not found.sure)


def _brought(evidence: Evidence) -> Iterator[Match]:
    """Star imports that bring the symbol, where other files take it from here by its name."""
    links = evidence.links
    for star in evidence.facts.imports:
        if star.name != "*" or star.where.scope:
            continue
        source = evidence.absolute(star.module)
        for word in (links.roles.name, *sorted(links.roles.words - {links.roles.name})):
            path = _path(evidence, word)
            link = links.path(f"{source}.{word}") if source and path else None
            if link is None or not names.is_symbol(link) or not is_exported(links.project, source, word):
                continue
            own = links.path(path)
            if own is None or not names.is_symbol(own):
                # What stands below, a binding or another star, puts something else in its place.
                continue
            users = tuple(hop for hop in names.users(evidence, path) if not hop.text.endswith("import *"))
            if users:
                flagged = Flagged(star.span, f"{source}.*", star.where)
                message = _message(evidence, path, users)
                chain = (*users[:SHOWN], *link.chain)
                yield chains.match(evidence, flagged, message, _remove(evidence), chain, may=not own.sure)
                break


def _served(evidence: Evidence) -> Iterator[Match]:
    """What the module's ``__getattr__`` serves. One name of a line is reported."""
    links = evidence.links
    seen = set()
    for name, goal, line in forwards(links.project, evidence.module):
        for word in [links.roles.name, *sorted(links.roles.words)] if name == "*" else [name]:
            path = _path(evidence, word)
            link = links.path(f"{goal}.{word}" if name == "*" else goal) if goal else None
            if link is None or not names.is_symbol(link) or link.rest or not path or line in seen:
                continue
            own = links.path(path)
            if own is None or not names.is_symbol(own):
                # Python asks for what nothing else in the module binds.
                continue
            users = names.users(evidence, path)
            if name == "*" and not users:
                # The files that import from here tell which names are meant.
                continue
            seen.add(line)
            message = f"`__getattr__` hands on {evidence.canonical} as {path}{_kept(users)}"
            flagged = Flagged(Span(line, 0, line, 1), path, Where())
            chain = (*users[:SHOWN], *link.chain)
            yield chains.match(evidence, flagged, message, _remove(evidence), chain)


def _path(evidence: Evidence, name: str) -> str:
    """The second path that a name of this module gives the symbol; empty if ``also-at`` allows it."""
    path = f"{evidence.module.name}.{name}"
    return "" if path in evidence.contract.also_at else path


def _message(evidence: Evidence, path: str, users: tuple[Hop, ...]) -> str:
    return f"{evidence.canonical} is handed on as {path}{_kept(users)}"


def _elsewhere(evidence: Evidence) -> str:
    return f"let importers take it from {evidence.canonical.rpartition('.')[0]}"


def _remove(evidence: Evidence) -> str:
    return f"{_elsewhere(evidence)}, and remove it here"


def _advice(evidence: Evidence, name: str, exported: bool) -> str:
    """What to do with a name that is handed on. A name that the file uses itself stays."""
    if not names.is_used_in(evidence.module, name):
        return _remove(evidence)
    return _elsewhere(evidence) + (", and take it out of `__all__`" if exported else "")


def _kept(users: tuple[Hop, ...]) -> str:
    if not users:
        return ""
    places = ", ".join(f"{hop.path}:{hop.line}" for hop in users[:3])
    more = f" and {len(users) - 3} more" if len(users) > 3 else ""
    return f", kept alive by {places}{more}"
