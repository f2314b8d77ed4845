"""A finding, or a whole file → what repairs it, or excuses it, as edits of texts. Nothing is written.

A repair has gone the way of ``ssot-lint fix``: its promise is kept, or there is none.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ssot_lint.engine.fix import Chosen, FixOptions, Repaired
from ssot_lint.engine.session import Session
from ssot_lint.fixes.source import FileText, Unfixable
from ssot_lint.model.finding import Edit, Finding, Span, Tier
from ssot_lint.model.rules import ABOUT_ITSELF

_ALLOW = re.compile(r"#\s*ssot:\s*allow\[([^\]\[]*)\]")
_BOTH: frozenset[Tier] = frozenset(["safe", "unsafe"])
_SAFE: frozenset[Tier] = frozenset(["safe"])

REASON = "<reason>"
"""Stands where a person has to write why."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What is done, in words; whether a person has to look at it; the edits by file, as places in the texts that were
    judged; and the files that go."""

    title: str
    is_safe: bool
    edits: Mapping[str, Sequence[Edit]]
    removed: tuple[str, ...] = ()


def of_finding(session: Session, finding: Finding) -> Remedy | None:
    """The repair of one finding; None where nothing repairs it."""

    def is_it(one: Finding) -> bool:
        return (one.path, one.code, one.contract, one.span) == (
            finding.path,
            finding.code,
            finding.contract,
            finding.span,
        )

    done = _done(session, FixOptions(_BOTH, chosen=is_it, passes=1))
    fix = done.done[0].fix if done is not None and done.done else None
    if done is None or fix is None:
        return None
    return _repair(fix.message, fix.tier == "safe", done)


def of_file(session: Session, path: str) -> Remedy | None:
    """The safe repairs of all findings in a file; None where there are none."""
    chosen: Chosen = lambda one: one.path == path  # noqa: E731 - its type says what it is
    done = _done(session, FixOptions(_SAFE, chosen=chosen))
    return _repair("all that is safe", True, done) if done is not None and done.done else None


def _done(session: Session, wanted: FixOptions) -> Repaired | None:
    found = session.fixed(wanted)
    return found if found is not None and (found.new or found.removed) else None


def _repair(title: str, is_safe: bool, done: Repaired) -> Remedy:
    edits = {
        path: changes(path, done.old[path], data)
        for path, data in done.new.items()
        if path not in done.removed
    }
    return Remedy(title, is_safe, edits, tuple(sorted(done.removed)))


def changes(path: str, old: bytes, new: bytes) -> list[Edit]:
    """The edits that make one text of another, line by line. Line ends in them are those of the new text."""
    before, after = FileText(path, old), FileText(path, new)
    matcher = SequenceMatcher(None, before.rows, after.rows, autojunk=False)
    return [
        Edit(path, before.slice(before.ends[first], before.ends[last]), "".join(after.rows[start:end]))
        for what, first, last, start, end in matcher.get_opcodes()
        if what != "equal"
    ]


def exemption(finding: Finding, data: bytes) -> Remedy | None:
    """The comment that excuses a finding, with the reason to be filled in; None where no comment can."""
    if not finding.suppressible or finding.code.startswith(ABOUT_ITSELF) or not finding.code:
        return None
    try:
        text = FileText(finding.path, data)
        edit = _comment(text, finding)
    except Unfixable:
        return None
    if edit is None:
        return None
    return Remedy(f"Exempt this {finding.code} {finding.name} with a reason", True, {finding.path: [edit]})


def _comment(text: FileText, finding: Finding) -> Edit | None:
    """The edit that puts a comment behind the statement of a line, or a code into the comment that is there."""
    tokens = _of_statement(text.text.replace("\r\n", "\n").replace("\r", "\n"), finding.span.line)
    if tokens is None:
        return None
    for token in tokens:
        known = _ALLOW.search(token.string) if token.type == tokenize.COMMENT else None
        if known is not None:
            return text.edit(*_with_code(token, known, finding.code))
    line = tokens[-1].start[0]
    row = text.row(line)
    written = f"  # ssot: allow[{finding.code}] {REASON}"
    return text.edit(Span(line, len(row.rstrip()), line, len(row)), written)


def _with_code(token: tokenize.TokenInfo, known: re.Match[str], code: str) -> tuple[Span, str]:
    """The brackets of a comment with one more code, and with a place for the reason that is missing."""
    line, column = token.start
    codes = ", ".join([*filter(None, re.split(r"[,\s]+", known[1])), code])
    has_reason = any(letter.isalnum() for letter in token.string[known.end() :])
    span = Span(line, column + known.start(1), line, column + known.end())
    return span, f"{codes}]" if has_reason else f"{codes}] {REASON}"


def _of_statement(text: str, line: int) -> list[tokenize.TokenInfo] | None:
    """The tokens of the logical line that has a line in it, up to its end."""
    found: list[tokenize.TokenInfo] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            found.append(token)
            if token.type == tokenize.NEWLINE:
                if token.start[0] >= line:
                    return found if _begins(found) <= line else None
                found = []
    except (tokenize.TokenError, SyntaxError, ValueError):
        return None
    return None


def _begins(tokens: Iterable[tokenize.TokenInfo]) -> int:
    passed = (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT)
    return next(one.start[0] for one in tokens if one.type not in passed)
