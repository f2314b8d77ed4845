"""One contract and one file → the aliases in it, and the names under which it hands the symbol on. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.links.names import exports_of, forwards
from ssot_lint.model.facts import Binding
from ssot_lint.rules.evidence import Evidence, names
from ssot_lint.rules.identity import alias_assignment
from ssot_lint.tracking.progress import AliasPlace, Shim


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


def shims_in(evidence: Evidence) -> Iterator[Shim]:
    """The names of the module that stand for the symbol, and that others may take from here. A name that the file uses
    itself and that nobody else takes is an alias, and no shim."""
    module, links = evidence.module, evidence.links
    exports = exports_of(links.project, module) or ()
    for name, (line, is_public) in _bound(evidence).items():
        path = f"{module.name}.{name}"
        link = links.path(path)
        if link is None or not names.is_symbol(link) or link.rest or link.at:
            continue
        if evidence.home and not links.roles.retired_name(name) and not _is_alias(evidence, name):
            continue
        users = names.users(evidence, path)
        is_left = is_public and not names.is_used_in(module, name)
        if users or name in exports or is_left:
            importers = tuple(sorted({hop.path for hop in users}))
            yield Shim(module.file.path, line, name, path, importers)


def _bound(evidence: Evidence) -> dict[str, tuple[int, bool]]:
    """The names that the module may hand on: the line of each, and whether it is there to be taken, also where nobody
    takes it."""
    module, links = evidence.module, evidence.links
    found: dict[str, tuple[int, bool]] = {}
    for one in module.facts.imports:
        if not one.where.scope and one.name != "*":
            is_again = one.renamed and (one.bound != one.name or module.file.package)
            found.setdefault(one.bound, (one.span.line, is_again))
    for binding in module.facts.bindings:
        if binding.of_module and binding.how not in ("class", "def", "delete", "attribute", "module"):
            found.setdefault(binding.name, (binding.span.line, not binding.name.startswith("_")))
    for star in module.stars:
        for word in (links.roles.name, *sorted(links.roles.words)):
            if word.isidentifier():
                found.setdefault(word, (star.span.line, False))
    for name, _, line in forwards(links.project, module):
        words = (links.roles.name, *sorted(links.roles.words)) if name == "*" else (name,)
        for word in words:
            if word.isidentifier():
                found.setdefault(word, (line, name != "*"))
    return found


def _is_alias(evidence: Evidence, name: str) -> bool:
    bound = (one for one in evidence.module.live(name) if isinstance(one, Binding))
    return any(names.is_another_name(evidence, one) for one in bound)
