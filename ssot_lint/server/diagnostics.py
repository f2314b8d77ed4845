"""A page → the diagnostics of the protocol, in the client's unit. Pure, but for the lines that it asks for."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from functools import cache

from lsprotocol import types as lsp

from ssot_lint.model.finding import Finding, Span
from ssot_lint.model.rules import PRECEDENCE, RETIRED, Rule
from ssot_lint.rules import pages
from ssot_lint.server.documents import uri_of
from ssot_lint.server.positions import Unit, to_client
from ssot_lint.server.projects import Page
from ssot_lint.settings.settings import Settings

SOURCE = "ssot-lint"

LinesOf = Callable[[str], Sequence[str]]
"""Gives the lines of a file, by its absolute path."""

UriOf = Callable[[str], str]
"""Gives the URI of a file as the client has it, by its absolute path."""

_SEVERITY = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
    "info": lsp.DiagnosticSeverity.Information,
}


def diagnostics(
    path: str, page: Page | None, settings: Settings | None, lines_of: LinesOf, uri: UriOf, unit: Unit
) -> list[lsp.Diagnostic]:
    """What is shown of a file."""
    if page is None:
        return []
    lines = lines_of(path)
    if page.mistake is not None:
        number, text = page.mistake
        whole = _line(lines, max(number, 1), unit)
        return [lsp.Diagnostic(whole, text, severity=lsp.DiagnosticSeverity.Error, source=SOURCE)]
    return [_diagnostic(one, page, settings, (lines, lines_of, uri, unit)) for one in page.findings]


def _diagnostic(
    finding: Finding,
    page: Page,
    settings: Settings | None,
    around: tuple[Sequence[str], LinesOf, UriOf, Unit],
) -> lsp.Diagnostic:
    lines, lines_of, uri, unit = around
    related = []
    for hop in finding.chain:
        path = os.path.normpath(page.root / hop.path)
        where = lsp.Location(uri(path), _line(lines_of(path), hop.line, unit))
        related.append(lsp.DiagnosticRelatedInformation(where, hop.text))
    href = page_of(finding.code)
    return lsp.Diagnostic(
        span_of(lines, finding.span, unit),
        finding.message,
        severity=_SEVERITY[finding.severity],
        code=finding.code,
        code_description=lsp.CodeDescription(href) if href else None,
        source=SOURCE,
        tags=[lsp.DiagnosticTag.Deprecated] if is_deprecated(finding, settings) else None,
        related_information=related or None,
        data={"fingerprint": finding.fingerprint},
    )


def is_deprecated(finding: Finding, settings: Settings | None) -> bool:
    """Whether a finding is about a retired name, so that it is struck through."""
    if finding.code == RETIRED:
        return True
    if finding.code != "SOT201" or settings is None:
        return False
    parts = [settings, *(one.settings for one in settings.workspace if one.settings is not None)]
    contracts = (one for part in parts for one in part.contracts if one.name == finding.contract)
    retired = [name for one in contracts for name in one.named("retired")]
    names = {finding.spelled, finding.spelled.rpartition(".")[2]}
    return any(fnmatchcase(name, pattern) for name in names for pattern in retired)


@cache
def page_of(code: str) -> str:
    """The URI of a rule's page; empty where it has none in a file."""
    rule = next((one for one in PRECEDENCE if one.code == code), None)
    file = pages.folder() / rule.page if isinstance(rule, Rule) and not rule.module else None
    return uri_of(str(file)) if file is not None and file.is_file() else ""


def span_of(lines: Sequence[str], span: Span, unit: Unit) -> lsp.Range:
    """A span as a range of the protocol."""
    start = to_client(lines, span.line, span.column, unit)
    end = to_client(lines, max(span.end_line, span.line), span.end_column, unit)
    return lsp.Range(lsp.Position(*start), lsp.Position(*end))


def _line(lines: Sequence[str], number: int, unit: Unit) -> lsp.Range:
    """A line from its first letter to its last one."""
    text = lines[number - 1] if 0 < number <= len(lines) else ""
    column = len(text) - len(text.lstrip())
    return span_of(lines, Span(max(number, 1), column, max(number, 1), len(text.rstrip())), unit)


def identity(found: Sequence[lsp.Diagnostic]) -> str:
    """What tells one answer from others."""
    text = json.dumps([repr(one) for one in found])
    return hashlib.blake2b(text.encode("utf-8", "backslashreplace"), digest_size=12).hexdigest()
