"""SOT102: the symbol is reached by another path than its canonical one."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.links.names import is_exported, names_in
from ssot_lint.links.users import normal
from ssot_lint.rules.evidence import Evidence, Match, is_symbol


def check(evidence: Evidence) -> Iterator[Match]:
    canonical = evidence.canonical
    module, _, name = canonical.rpartition(".")
    advice = f"import it from {module}" if module else ""
    if evidence.module.name.startswith(f"{module}."):
        # What a package needs to begin with cannot be taken from what it has by then.
        advice += "; where that is a cycle, name this path in `also-at`"
    allowed = ("canonical", "also")
    for one, link in evidence.imported():
        if link.at in allowed or evidence.excused(one.where):
            continue
        if f"{evidence.module.name}.{one.bound}" in evidence.contract.also_at and not one.where.scope:
            continue
        message = f"`{evidence.absolute(one.target)}` is not where {canonical} is to be imported from"
        yield evidence.match(one.span, message, one.target, one.where, link, advice=advice)
    for one in evidence.facts.imports:
        if one.name != "*" or evidence.home:
            continue
        source = evidence.absolute(one.module)
        for word in _names(evidence, source):
            found = evidence.links.path(f"{source}.{word}") if source else None
            if found is None or not is_symbol(found) or not is_exported(evidence.links.project, source, word):
                continue
            if f"{evidence.module.name}.{word}" in evidence.contract.also_at and not one.where.scope:
                continue
            message = f"`from {one.module} import *` brings {canonical} as `{word}`, unseen"
            yield evidence.match(one.span, message, f"{source}.*", one.where, found, advice=advice)
            break
    aliased = {
        one.value.span: one.name
        for one in evidence.facts.bindings
        if one.value is not None and evidence.gives_a_name(one)
    }
    for use, link in evidence.reached():
        if link.at in allowed or evidence.excused(use.where):
            continue
        path = normal(evidence.links.project, evidence.absolute(use.ref.targets[0]))
        if path in (canonical, *evidence.contract.also_at):
            # By a name for the module: that is where it is.
            continue
        if use.ref.span in aliased and (aliased[use.ref.span] != name or not use.where.scope):
            continue
        written = evidence.absolute(use.ref.targets[0])
        message = f"`{written.removesuffix(f'.{link.rest}')}` is not the path of {canonical}"
        yield evidence.match(use.ref.span, message, use.ref.spelled, use.where, link, advice=advice)


def _names(evidence: Evidence, source: str) -> list[str]:
    """The names that a module may bring by a star, the canonical one first."""
    links = evidence.links
    return list(
        dict.fromkeys([links.roles.name, *sorted(links.roles.words), *names_in(links.project, source)])
    )
