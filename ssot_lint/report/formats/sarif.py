"""Findings → SARIF 2.1.0, with the chain as related locations and as a code flow, and what is excused as suppressed.

Written for the standard, and within what GitHub's code scanning takes (see ``docs/formats.md``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

import ssot_lint
from ssot_lint.model.finding import Finding, Fix, Hop, Span
from ssot_lint.report.json_text import dumps
from ssot_lint.report.lines import by_way
from ssot_lint.report.view import View, at, count, identities, ranked
from ssot_lint.rules.pages import summary

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

RESULTS = 25_000
"""Results of a run above which GitHub refuses the file."""

STEPS = 100
"""So many hops of a chain are shown: GitHub keeps no more related locations."""

_DESCRIPTION = 1024
"""Characters of a rule's description that GitHub keeps."""

_ROOT = "%SRCROOT%"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_KINDS = {"comment": "inSource"}
"""SARIF's kinds of suppression. Suppressions of all other kinds are ``external``."""


def render(view: View) -> str:
    """The log, of one run, with each result on a line of its own."""
    excused = view.excused()
    reasons = [None] * len(view.findings) + [
        (_KINDS.get(one.kind, "external"), one.reason) for one in excused
    ]
    findings = [*view.findings, *(one.finding for one in excused)]
    whole = list(zip(findings, identities(findings), reasons, strict=True))
    kept, left_out = _fitting(whole, len(view.findings))
    codes = sorted({(finding.code, finding.name) for finding, _, _ in kept})
    index = {code: number for number, (code, _) in enumerate(codes)}
    results = ",".join(
        f"\n        {dumps(_result(finding, index[finding.code], identity, reason))}"
        for finding, identity, reason in kept
    )
    rules = ",".join(f"\n            {dumps(_rule(code, name, view.page(name)))}" for code, name in codes)
    return (
        "{\n"
        f'  "$schema": {dumps(SCHEMA)},\n'
        '  "version": "2.1.0",\n'
        '  "runs": [\n'
        "    {\n"
        '      "tool": {\n'
        '        "driver": {\n'
        '          "name": "ssot-lint",\n'
        f'          "version": {dumps(ssot_lint.__version__)},\n'
        f'          "rules": [{rules}{_end(rules, 10)}]\n'
        "        }\n"
        "      },\n"
        f'      "invocations": [{dumps(_invocation(left_out))}],\n'
        f'      "originalUriBaseIds": {dumps(_bases())},\n'
        '      "columnKind": "unicodeCodePoints",\n'
        f'      "results": [{results}{_end(results, 6)}]\n'
        "    }\n"
        "  ]\n"
        "}\n"
    )


def code_scanning(view: View) -> str:
    """The log without what is excused: GitHub's code scanning would open alerts for that, too."""
    return render(view._replace(excused=tuple))


def _end(rows: str, blanks: int) -> str:
    return "\n" + " " * blanks if rows else ""


_Row = tuple[Finding, str, tuple[str, str] | None]


def _fitting(rows: Sequence[_Row], findings: int) -> tuple[Sequence[_Row], int]:
    """The rows that GitHub takes, the worst first and excused findings last; and the number of the other rows."""
    if len(rows) <= RESULTS:
        return rows, 0
    by_finding = {id(row[0]): row for row in rows}
    order = [*ranked(row[0] for row in rows[:findings]), *(row[0] for row in rows[findings:])]
    return [by_finding[id(finding)] for finding in order[:RESULTS]], len(rows) - RESULTS


def _invocation(left_out: int) -> dict[str, object]:
    """Where, when and by whom is not said: the report is the same for the same findings."""
    if not left_out:
        return {"executionSuccessful": True}
    text = f"{count(left_out, 'result')} left out, for no more than {RESULTS} have room; the worst are kept."
    notification = {"level": "warning", "message": {"text": text}}
    return {"executionSuccessful": True, "toolExecutionNotifications": [notification]}


def _bases() -> dict[str, object]:
    return {_ROOT: {"description": {"text": "The root of the repository."}}}


def _rule(code: str, name: str, page: str | None) -> dict[str, object]:
    short = summary(page or "") or name
    return {
        "id": code,
        "name": name,
        "shortDescription": {"text": short[:_DESCRIPTION]},
        "fullDescription": {"text": (_why(page or "") or short)[:_DESCRIPTION]},
        "help": {"text": page or short, "markdown": page or short},
    }


def _why(page: str) -> str:
    """The section of a page that says why its rule is there, on one line."""
    _, _, section = page.partition("\n## Why\n")
    return " ".join(section.partition("\n## ")[0].split())


def _result(
    finding: Finding, rule: int, identity: str, suppression: tuple[str, str] | None
) -> dict[str, object]:
    chain = finding.chain[:STEPS]
    result: dict[str, object] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [_place(finding)],
        "partialFingerprints": {"ssotLint/v1": identity},
        # The standard tells "not suppressed" from "unknown".
        "suppressions": [_suppression(*suppression)] if suppression else [],
    }
    if chain:
        result["relatedLocations"] = [
            {"id": number, **_hop(hop)} for number, hop in enumerate(chain, start=1)
        ]
        # As the code runs: from the symbol to the place where it is used.
        steps = [*(_hop(hop) for hop in reversed(chain)), _place(finding, finding.message)]
        result["codeFlows"] = [{"threadFlows": [{"locations": [{"location": step} for step in steps]}]}]
    if finding.fix is not None and finding.fix.edits and not finding.fix.removes:
        result["fixes"] = [_fix(finding.fix)]
    if finding.contract:
        result["properties"] = {"contract": finding.contract, "symbol": finding.symbol}
    return result


def _fix(fix: Fix) -> dict[str, object]:
    """A fix as the standard has it (3.55). What it promises stands in its description."""
    changes: dict[str, list[dict[str, object]]] = {}
    for edit in fix.edits:
        change = {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
        changes.setdefault(edit.path, []).append(change)
    return {
        "description": {"text": f"{fix.message} ({fix.tier})"},
        "artifactChanges": [
            {"artifactLocation": _artifact(path), "replacements": some} for path, some in changes.items()
        ],
    }


def _suppression(kind: str, reason: str) -> dict[str, str]:
    return {"kind": kind, **({"justification": reason} if reason else {})}


def _message(finding: Finding) -> str:
    """What is wrong, the way to the symbol with links to the related locations, what to do, and the reason."""
    chain = finding.chain[:STEPS]
    sentences = [_literal(finding.message, bool(chain))]
    if chain:
        links = [
            f"[{_literal(at(hop.path, hop.line), True)}]({number})"
            for number, hop in enumerate(chain, start=1)
        ]
        # Names and links are put together as text, and the names must not be taken for links.
        sentences.append(by_way(_escaped_names(finding), links))
    if finding.advice:
        sentences.append(f"help: {_literal(finding.advice, bool(chain))}")
    if finding.reason:
        sentences.append(f"reason: {_literal(finding.reason, bool(chain))}")
    return "\n".join(f"{sentence}." for sentence in sentences)


def _escaped_names(finding: Finding) -> Finding:
    return finding._replace(
        spelled=_literal(finding.spelled, True), resolved=_literal(finding.resolved, True)
    )


def _literal(text: str, beside_links: bool) -> str:
    """The text with brackets that are no link: with a backslash, where they could be taken for one."""
    return re.sub(r"([\\\[\]])", r"\\\1", text) if beside_links or "](" in text else text


def _place(finding: Finding, message: str = "") -> dict[str, object]:
    location: dict[str, object] = {
        "physicalLocation": {"artifactLocation": _artifact(finding.path), "region": _region(finding.span)}
    }
    if message:
        location["message"] = {"text": _literal(message, False)}
    elif finding.module:
        name = ".".join(filter(None, (finding.module, finding.scope)))
        location["logicalLocations"] = [{"fullyQualifiedName": name}]
    return location


def _hop(hop: Hop) -> dict[str, object]:
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(hop.path),
            "region": {"startLine": max(hop.line, 1)},
        },
        "message": {"text": _literal(hop.text, False)},
    }


def _region(span: Span) -> dict[str, int]:
    """All four numbers, as GitHub wants them. Columns count from 1; the end is exclusive, and not before the start."""
    start = (max(span.line, 1), span.column + 1)
    end = max((span.end_line, span.end_column + 1), start)
    return {"startLine": start[0], "startColumn": start[1], "endLine": end[0], "endColumn": end[1]}


def _artifact(path: str) -> dict[str, str]:
    return {"uri": uri(path), "uriBaseId": _ROOT}


def uri(path: str) -> str:
    """A relative reference: the bytes of the name, percent-encoded."""
    try:
        name = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        # Half of a character that stands for no byte: the source of a chain is a file, but a buffer has any name.
        name = path.encode("utf-8", "surrogatepass")
    return quote(name, safe="/")
