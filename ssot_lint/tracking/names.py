"""One contract and one file → the aliases in it, and the names under which it hands the symbol on. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ssot_lint.links.names import exports_of, forwards, targets_of
from ssot_lint.model.facts import Binding
from ssot_lint.rules.evidence import Evidence, names
from ssot_lint.rules.identity import alias_assignment
from ssot_lint.tracking.progress import AliasPlace, Shim

NAMING = ("assign", "alias", "key", "global")
"""The bindings by which a module gives a name to something that has one."""


def aliases_in(evidence: Evidence) -> Iterator[AliasPlace]:
    """The bindings that give the symbol another name, in whatever scope."""
    path = evidence.module.file.path
    seen: set[tuple[int, str]] = set()
    for one, link in names.imported(evidence):
        allowed = evidence.contract.local_rename == "allow" and link.at in ("canonical", "also")
        is_retired = bool(evidence.links.roles.retired_name(one.bound))
        if not one.renamed or one.bound == evidence.links.roles.name or allowed:
            continue
        if not evidence.excused(one.where) or is_retired:
            seen.add((one.span.line, one.bound))
            yield AliasPlace(one.bound, path, one.span.line, one.where.scope)
    for match in alias_assignment.check(evidence):
        if (match.span.line, match.spelled) not in seen:
            yield AliasPlace(match.spelled, path, match.span.line, match.where.scope)
    for name, goal, line in forwards(evidence.links.project, evidence.module):
        served = evidence.links.path(goal) if goal and name not in ("*", evidence.links.roles.name) else None
        if served is not None and names.is_symbol(served) and not served.rest:
            yield AliasPlace(name, path, line)


class _HandedOn(NamedTuple):
    """``is_public``: the name is there to be taken, also where nobody takes it. ``source`` is the path that it comes
    from."""

    line: int
    is_public: bool
    source: str


def shims_in(evidence: Evidence) -> Iterator[Shim]:
    """The names of the module that stand for the symbol, and that others may take from here. A name that the file uses
    itself and that nobody else takes is an alias, and no shim."""
    module, links = evidence.module, evidence.links
    exports = exports_of(links.project, module) or ()
    for name, bound in _bound(evidence).items():
        path = f"{module.name}.{name}"
        link = links.path(path)
        if link is None or not names.is_symbol(link) or link.rest or link.at:
            continue
        if evidence.home and not links.roles.retired_name(name) and not _is_alias(evidence, name):
            continue
        users = names.users(evidence, path)
        is_left = bound.is_public and not names.is_used_in(module, name)
        if users or name in exports or is_left:
            importers = tuple(sorted({hop.path for hop in users}))
            yield Shim(module.file.path, bound.line, name, path, importers, bound.source)


def _bound(evidence: Evidence) -> dict[str, _HandedOn]:
    """The names that the module may hand on."""
    module, links = evidence.module, evidence.links
    known = [one for one in (links.roles.name, *sorted(links.roles.words)) if one.isidentifier()]
    found: dict[str, _HandedOn] = {}
    for one in module.facts.imports:
        if not one.where.scope and one.name != "*":
            is_again = one.renamed and (one.bound != one.name or module.file.package)
            found.setdefault(one.bound, _HandedOn(one.span.line, is_again, evidence.absolute(one.target)))
    for binding in module.facts.bindings:
        if binding.of_module and binding.how in NAMING:
            targets = [evidence.absolute(target) for target, _ in targets_of(binding)]
            source = next(filter(None, targets), "")
            is_public = not binding.name.startswith("_")
            found.setdefault(binding.name, _HandedOn(binding.span.line, is_public, source))
    for star in module.stars:
        for word in known:
            source = f"{evidence.absolute(star.module)}.{word}"
            found.setdefault(word, _HandedOn(star.span.line, False, source))
    for name, goal, line in forwards(links.project, module):
        for word in known if name == "*" else (name,):
            source = f"{goal}.{word}" if name == "*" else goal
            if word.isidentifier():
                found.setdefault(word, _HandedOn(line, name != "*", source))
    return found


def _is_alias(evidence: Evidence, name: str) -> bool:
    bound = (one for one in evidence.module.live(name) if isinstance(one, Binding))
    return any(names.is_another_name(evidence, one) for one in bound)
