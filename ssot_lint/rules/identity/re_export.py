"""SOT105: a module hands the symbol on, so that it can be imported from a second place."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.links.names import exports_of, forwards, is_exported
from ssot_lint.model.facts import Where
from ssot_lint.model.finding import Hop, Span
from ssot_lint.rules.evidence import Evidence, Match, is_symbol


def check(evidence: Evidence) -> Iterator[Match]:
    if evidence.home:
        return
    facts, links, module = evidence.facts, evidence.links, evidence.module
    exports = exports_of(links.project, module) or ()
    advice = f"{_elsewhere(evidence)}, and remove it here"
    for one, link in evidence.imported():
        path = f"{module.name}.{one.bound}"
        if one.where.scope or path in evidence.contract.also_at:
            continue
        users = evidence.users(path)
        exported = one.bound in exports
        same = one.renamed and one.bound == one.name
        if exported or users or (same and module.file.package):
            yield evidence.match(
                one.span,
                _message(evidence, path, users),
                one.target,
                one.where,
                advice=_advice(evidence, one.bound, exported),
                chain=(*_export(evidence, exported), *users[:5], *link.chain),
            )
    for binding in facts.bindings:
        path = f"{module.name}.{binding.name}"
        if binding.name != links.roles.name or not binding.of_module or path in evidence.contract.also_at:
            continue
        if binding.how not in ("assign", "alias", "global", "key"):
            continue
        outcome = evidence.klass(binding.value)
        if outcome is not None:
            users = evidence.users(path)
            yield evidence.match(
                binding.span,
                _message(evidence, path, users),
                binding.name,
                binding.where,
                advice=_advice(evidence, binding.name, binding.name in exports),
                may=not outcome.sure,
                chain=(*users[:5], *evidence.chain(outcome, binding.where)),
            )
    for star in facts.imports:
        if star.name != "*" or star.where.scope:
            continue
        source = evidence.absolute(star.module)
        for word in (links.roles.name, *sorted(links.roles.words - {links.roles.name})):
            path = f"{module.name}.{word}"
            brought = links.path(f"{source}.{word}") if source else None
            users = tuple(hop for hop in evidence.users(path) if not hop.text.endswith("import *"))
            if path in evidence.contract.also_at:
                continue
            if (
                brought is None
                or not is_symbol(brought)
                or not users
                or not is_exported(links.project, source, word)
            ):
                continue
            yield evidence.match(
                star.span,
                _message(evidence, path, users),
                f"{source}.*",
                star.where,
                advice=advice,
                chain=(*users[:5], *brought.chain),
            )
            break
    seen = set()
    for name, goal, line in forwards(links.project, module):
        candidates = [links.roles.name, *sorted(links.roles.words)] if name == "*" else [name]
        for word in candidates:
            found = links.path(f"{goal}.{word}" if name == "*" else goal) if goal else None
            path = f"{module.name}.{word}"
            if (
                found is None
                or not is_symbol(found)
                or found.rest
                or path in evidence.contract.also_at
                or line in seen
            ):
                continue
            users = evidence.users(path)
            if name == "*" and not users:
                # Which names that are is for the importers to tell.
                continue
            seen.add(line)
            message = f"`__getattr__` hands on {evidence.canonical} as {path}{_kept(users)}"
            yield evidence.match(
                Span(line, 0, line, 1),
                message,
                path,
                Where(),
                advice=advice,
                chain=(*users[:5], *found.chain),
            )


def _message(evidence: Evidence, path: str, users: tuple[Hop, ...]) -> str:
    return f"{evidence.canonical} is handed on as {path}{_kept(users)}"


def _elsewhere(evidence: Evidence) -> str:
    return f"let importers take it from {evidence.canonical.rpartition('.')[0]}"


def _advice(evidence: Evidence, name: str, exported: bool) -> str:
    """What to do with a name that is handed on; what the file needs for itself stays where it is."""
    if not any(use.ref.spelled.partition(".")[0] == name for use in evidence.facts.uses):
        return f"{_elsewhere(evidence)}, and remove it here"
    return _elsewhere(evidence) + (", and take it out of `__all__`" if exported else "")


def _kept(users: tuple[Hop, ...]) -> str:
    if not users:
        return ""
    places = ", ".join(f"{hop.path}:{hop.line}" for hop in users[:3])
    more = f" and {len(users) - 3} more" if len(users) > 3 else ""
    return f", kept alive by {places}{more}"


def _export(evidence: Evidence, exported: bool) -> tuple[Hop, ...]:
    if not exported:
        return ()
    return (Hop(evidence.module.file.path, evidence.facts.exports_line, "named in __all__"),)
