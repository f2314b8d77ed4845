"""Findings and progress → what the page is made from: plain values for the template, and JSON for its script. Pure but
for the sources that it is given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from ssot_lint.model.finding import Finding
from ssot_lint.model.rules import CODES
from ssot_lint.model.wording import printable
from ssot_lint.report.html.graph import FILE_HEIGHT, HEIGHT, WIDTH, FileNode, NameGraph, graph_of
from ssot_lint.report.json_text import dumps
from ssot_lint.report.terminal.excerpt import lines_of
from ssot_lint.report.tracks.counts import adopted, percent
from ssot_lint.report.tracks.text import WHO, birth
from ssot_lint.report.view import count, identities
from ssot_lint.sources.codeowners_text import NOBODY
from ssot_lint.tracking.progress import Birth, ContractProgress, History

_AROUND = 2
"""So many lines of the source stand before and after a place."""
_LONGEST = 400
"""Characters of a line of source that are shown."""


class Content(NamedTuple):
    """All that a page shows. ``findings`` are those of all contracts and of none; ``source`` gives the bytes of a file,
    or None; ``role_of`` and ``owners_of`` are asked by path."""

    title: str
    findings: Sequence[Finding]
    progress: Sequence[ContractProgress]
    history: History | None
    source: Callable[[str], bytes | None]
    role_of: Callable[[str], str]
    owners_of: Callable[[str], tuple[str, ...]]


def json_of(content: Content) -> str:
    """The data of the script, with nothing in it that ends an element of the page."""
    steps = {one: step.id for each in content.progress for step in each.steps for one in step.findings}
    names = identities(content.findings)
    document = {
        "findings": [
            _finding(one, name, steps.get(one, ""), content)
            for one, name in zip(content.findings, names, strict=True)
        ],
        "places": _excerpts(content.findings, content.source),
        "codes": {one.code: one.name for one in content.findings},
        "graphs": {one.contract: _graph(one) for one in content.progress if one.symbol},
        "trends": _trends(content.progress, content.history),
    }
    return dumps(document).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _finding(finding: Finding, name: str, step: str, content: Content) -> dict[str, object]:
    return {
        "id": name,
        "code": finding.code,
        "message": printable(finding.message),
        "path": printable(finding.path),
        "line": max(finding.span.line, 1),
        "column": finding.span.column + 1,
        "severity": finding.severity,
        "contract": finding.contract,
        "owners": [*map(printable, content.owners_of(finding.path))] or [NOBODY],
        "role": content.role_of(finding.path),
        "chain": [[printable(hop.path), max(hop.line, 1), printable(hop.text)] for hop in finding.chain],
        "advice": printable(finding.advice),
        "reason": printable(finding.reason),
        "step": step,
    }


def _excerpts(findings: Iterable[Finding], source: Callable[[str], bytes | None]) -> dict[str, list[object]]:
    """The lines around each place that a finding or a chain names, by ``PATH:LINE``: the number of the first, and the
    lines."""
    wanted: dict[str, set[int]] = {}
    for finding in findings:
        wanted.setdefault(finding.path, set()).add(max(finding.span.line, 1))
        for hop in finding.chain:
            wanted.setdefault(hop.path, set()).add(max(hop.line, 1))
    found: dict[str, list[object]] = {}
    for path in sorted(wanted):
        data = source(path)
        lines = lines_of(data) if data is not None else []
        for line in sorted(wanted[path]):
            first = max(line - _AROUND, 1)
            shown = [printable(one.expandtabs(4)[:_LONGEST]) for one in lines[first - 1 : line + _AROUND]]
            if shown:
                found[f"{printable(path)}:{line}"] = [first, shown]
    return found


def _graph(progress: ContractProgress) -> dict[str, object]:
    graph = graph_of(progress)
    return {
        "nodes": [
            [*one._replace(target=printable(one.target), place=printable(one.place))] for one in graph.nodes
        ],
        "edges": [[*one] for one in graph.edges],
        "files": [[*one._replace(prefix=printable(one.prefix)), said_of_files(one)] for one in graph.files],
        "size": [graph.width, graph.height],
        "box": [WIDTH, HEIGHT, FILE_HEIGHT],
        "hidden": graph.hidden,
    }


def said_of_files(one: FileNode) -> str:
    """What a box for files says: which, and how many references are in them."""
    which = f"{count(one.files, 'other file')}" if one.kind == "rest" else printable(one.prefix)
    inside = f", {count(one.files, 'file')}" if one.kind == "folder" else ""
    return f"{which}{inside}, {count(one.uses, 'reference')}"


def _names(graph: NameGraph) -> list[Mapping[str, object]]:
    """The graph in words: each name with where it comes from, and the files that take it."""
    sources = {to: graph.nodes[start].target for start, to in graph.edges}
    return [
        {
            "target": printable(one.target),
            "kind": one.kind,
            "source": printable(sources.get(number, "")),
            "place": printable(one.place),
            "uses": count(one.uses, "reference"),
            "files": [said_of_files(each) for each in graph.files if each.owner == number],
        }
        for number, one in enumerate(graph.nodes)
    ]


def _trends(progress: Sequence[ContractProgress], history: History | None) -> dict[str, object]:
    if history is None:
        return {}
    return {
        one.contract: [[each.commit[:10], each.date[:10], each.of(one.contract)] for each in history.samples]
        for one in progress
    }


def contracts_of(content: Content) -> list[Mapping[str, object]]:
    """The contracts at a glance, and the plan of each, for the template."""
    return [_contract(one, content) for one in content.progress]


def _contract(progress: ContractProgress, content: Content) -> dict[str, object]:
    codes = Counter(one.code for one in progress.findings)
    owners = Counter(name for one in progress.findings for name in content.owners_of(one.path) or (NOBODY,))
    most = sorted(owners.items(), key=lambda item: (-item[1], item[0]))[:5]
    births = content.history.of(progress.contract) if content.history is not None else ()
    return {
        "name": progress.contract,
        "kind": progress.kind,
        "symbol": progress.symbol,
        "adopted": adopted(progress.adoption),
        "percent": percent(progress.adoption),
        "share": int(progress.adoption.share * 100),
        "findings": len(progress.findings),
        "codes": [(code, CODES.get(code, ""), number) for code, number in sorted(codes.items())],
        "owners": [(printable(one), number) for one, number in most],
        "tests": len(progress.tests),
        "retired": [printable(one.path) for one in progress.tests if one.retired],
        "shims": [
            {
                "name": printable(one.target),
                "place": f"{printable(one.path)}:{one.line}",
                "importers": count(len(one.importers), "importer"),
            }
            for one in progress.shims
        ],
        "steps": [
            {
                "id": one.id,
                "title": printable(one.title),
                "tier": one.tier,
                "who": WHO[one.tier],
                "then": printable(one.then),
                "size": f"{count(len(one.findings), 'finding')} in {count(len(one.files), 'file')}",
            }
            for one in progress.steps
        ],
        "trend": _trend(progress.contract, content.history),
        "names": _names(graph_of(progress)) if progress.symbol else [],
        "births": [_birth(one, content.history) for one in births],
    }


def _trend(contract: str, history: History | None) -> list[tuple[str, str, int]]:
    samples = history.samples if history is not None else ()
    return [(one.commit[:10], one.date[:10], one.of(contract)) for one in samples]


def _birth(one: Birth, history: History | None) -> str:
    return birth(one, is_shallow=history is not None and history.is_shallow)
