"""SOT102: the symbol is reached by another path than its canonical one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ssot_lint.links.names import is_exported, names_in
from ssot_lint.links.users import normal
from ssot_lint.model.facts import Where
from ssot_lint.model.finding import Fix
from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains, names

if TYPE_CHECKING:
    from ssot_lint.fixes.repair import Repair

ALLOWED = ("canonical", "also")


def check(evidence: Evidence) -> Iterator[Match]:
    if evidence.led:
        yield from _imported(evidence)
        yield from _brought(evidence)
        yield from _reached(evidence)


def fix(repair: Repair) -> Fix:
    from ssot_lint.fixes import references

    return references.fixed(repair)


def _imported(evidence: Evidence) -> Iterator[Match]:
    for one, link in names.imported(evidence):
        if link.at in ALLOWED or evidence.excused(one.where) or _is_facade(evidence, one.bound, one.where):
            continue
        path = evidence.absolute(one.target)
        message = f"`{path}` is not where {evidence.canonical} is to be imported from"
        flagged = Flagged(one.span, one.target, one.where)
        yield chains.match(evidence, flagged, message, _advice(evidence), link)


def _brought(evidence: Evidence) -> Iterator[Match]:
    """Star imports that bring the symbol. One name of each is reported."""
    links = evidence.links
    for one in evidence.facts.imports:
        if one.name != "*" or evidence.home:
            continue
        source = evidence.absolute(one.module)
        for word in dict.fromkeys(
            [links.roles.name, *sorted(links.roles.words), *names_in(links.project, source)]
        ):
            link = links.path(f"{source}.{word}") if source else None
            if link is None or not names.is_symbol(link) or not is_exported(links.project, source, word):
                continue
            if _is_facade(evidence, word, one.where):
                continue
            message = f"`from {one.module} import *` brings {evidence.canonical} as `{word}`, unseen"
            flagged = Flagged(one.span, f"{source}.*", one.where)
            yield chains.match(evidence, flagged, message, _advice(evidence), link)
            break


def _reached(evidence: Evidence) -> Iterator[Match]:
    given = names.given(evidence)
    for use, link in names.reached(evidence):
        if link.at in ALLOWED or evidence.excused(use.where):
            continue
        written = evidence.absolute(use.ref.targets[0])
        path = normal(evidence.links.project, written)
        if path in (evidence.canonical, *evidence.contract.also_at):
            # The path begins with a name for the module, and leads where the symbol is.
            continue
        if _begins_retired(evidence, written, use.ref.spelled):
            # SOT103 reports the import of the module.
            continue
        name = given.get(use.ref.span)
        if name is not None and (name != evidence.links.roles.name or not use.where.scope):
            # SOT104 or SOT105 reports what is given a name.
            continue
        message = f"`{written.removesuffix(f'.{link.rest}')}` is not the path of {evidence.canonical}"
        flagged = Flagged(use.ref.span, use.ref.spelled, use.where)
        yield chains.match(evidence, flagged, message, _advice(evidence), link)


def _begins_retired(evidence: Evidence, written: str, spelled: str) -> bool:
    """Whether the first name of a path is that of a module which is retired."""
    root = "" if spelled.startswith(".") else ".".join(written.split(".")[: -spelled.count(".")])
    return bool(root and evidence.links.roles.retired(root))


def _is_facade(evidence: Evidence, name: str, where: Where) -> bool:
    """Whether ``also-at`` allows this module to have the symbol under a name."""
    return f"{evidence.module.name}.{name}" in evidence.contract.also_at and not where.scope


def _advice(evidence: Evidence) -> str:
    module = evidence.canonical.rpartition(".")[0]
    advice = f"import it from {module}" if module else ""
    if evidence.module.name.startswith(f"{module}."):
        # A module that the package needs in order to begin cannot take the symbol from the package.
        advice += "; where that is a cycle, name this path in `also-at`"
    return advice
