"""SOT107: a string that is used as an import names the symbol by another path than its canonical one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ssot_lint.links.names import exists
from ssot_lint.links.users import normal
from ssot_lint.model.dotted import ends
from ssot_lint.model.finding import Fix, Span
from ssot_lint.model.patching import PATCHERS
from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains, names, texts

if TYPE_CHECKING:
    from ssot_lint.fixes.repair import Repair


def check(evidence: Evidence) -> Iterator[Match]:
    given = names.given(evidence)
    said: set[Span] = set()
    for text in evidence.facts.texts:
        if evidence.excused(text.where) or text.span in said:
            continue
        path = texts.path(evidence, text)
        if path is None:
            continue
        message = _problem(evidence, path, patches=ends(text.holder.spelled, PATCHERS))
        if not message:
            continue
        link = evidence.links.path(path)
        # What `getattr` gives is the symbol itself; what a patch gives is not.
        is_it = text.slot != "setting" and not ends(text.holder.spelled, PATCHERS)
        name = given.get(text.holder.span) if is_it else None
        if (
            link is not None
            and name is not None
            and (name != evidence.links.roles.name or not text.where.scope)
        ):
            # SOT104 or SOT105 reports what is given a name.
            continue
        said.add(text.span)
        advice = f"name {evidence.canonical}, or the name in the module that uses it"
        flagged = Flagged(text.span, text.value, text.where, is_text=True)
        yield chains.match(evidence, flagged, message, advice, link)


def fix(repair: Repair) -> Fix:
    from ssot_lint.fixes import strings

    return strings.fixed(repair)


def _problem(evidence: Evidence, path: str, *, patches: bool) -> str:
    """What is wrong with a path in a string, or nothing. ``patches``: something else is put in its place."""
    links, project = evidence.links, evidence.links.project
    canonical = evidence.canonical
    if patches:
        # A module is the same by whatever name it is reached, and so is what stands in it.
        path = normal(project, path)
    parts = path.split(".")
    retired = links.roles.retired(path)
    if retired:
        return f"the string names `{path}`, which is retired by the contract of {canonical}"
    link = links.path(path)
    file, prefix, rest = project.split(path)
    if link is not None and names.is_symbol(link):
        if link.at in ("canonical", "also"):
            return ""
        reached = ".".join(parts[: len(parts) - (link.rest.count(".") + 1 if link.rest else 0)])
        if link.at == "implementation":
            return f"the string names {canonical} by its implementation `{reached}`"
        name = reached.rpartition(".")[2]
        module = project.at(file.path) if file is not None else None
        if patches and name == links.roles.name and module is not None and names.is_used_in(module, name):
            return ""
        return f"the string names {canonical} by `{reached}`"
    if file is None or link is not None or not rest:
        return ""
    if rest[0] == links.roles.name and not exists(links.project, f"{prefix}.{rest[0]}"):
        return f"the string names `{path}`, but {prefix} has no `{rest[0]}`"
    return ""
