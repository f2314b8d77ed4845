"""Where migrations stand → Markdown, as a block with marks that a tracker can hold. Pure.

A block has one line for each step, with a box to tick. Marks and boxes tell the next run whose they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ssot_lint.model.errors import WrongInput
from ssot_lint.model.wording import printable
from ssot_lint.report.tracks.counts import adopted, tables
from ssot_lint.report.tracks.text import WHO, birth
from ssot_lint.report.view import count
from ssot_lint.tracking.progress import ContractProgress, History, PlanStep

_FILES = 5
"""So many files of a step are named."""
_ROWS = 10

_STEP = re.compile(r"^\s*[-*+] \[([ xX])\] .*`([0-9a-f]{10})`(.*)$")
_HEAD = re.compile(
    r"### |Adoption: |\| |Tests that touch it: |- `|- \d+ more$|Shims, the fewest|Nothing is left"
)
"""How the lines before the first step begin that are ours."""
_ABOVE = "above"
"""Stands for the id of what was written above all steps, and with a sign after it for what stands behind an id."""
_BEHIND = ">"
_OURS = re.compile(r"^  - (?:files|then): ")
"""The lines that stand below a step and are ours; all others there were written by hand."""
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_STEPS = "**Steps**, in the order that unblocks most:"
_NOTES = "**Notes** on steps that are done:"


def render(progress: Sequence[ContractProgress], history: History | None) -> str:
    """The blocks of all contracts, with their marks."""
    return "\n".join(_marked(one, block(one, history)) for one in progress)


def marks(contract: str) -> tuple[str, str]:
    """The lines around the block of a contract."""
    name = printable(contract).replace("--", "-\u2010")
    return f"<!-- ssot-lint track {name}: begin -->", f"<!-- ssot-lint track {name}: end -->"


def _marked(progress: ContractProgress, text: str) -> str:
    begin, end = marks(progress.contract)
    return f"{begin}\n{text}{end}\n"


def block(
    progress: ContractProgress,
    history: History | None = None,
    ticks: Mapping[str, str] | None = None,
    notes: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """What stands between the marks. ``ticks`` has the letters in the boxes of steps, ``notes`` what somebody has
    written below them, both by the ids."""
    ticks, notes = ticks or {}, notes or {}
    above = notes.get(_ABOVE, ())
    lines = [*_head(progress), "", *above, *([""] if above else ()), *_steps(progress.steps, ticks, notes)]
    if history is not None:
        lines += ["", *_history(history, progress.contract)]
    there = {_ABOVE, *(f"{one.id}{end}" for one in progress.steps for end in ("", _BEHIND))}
    left = [line for id, own in notes.items() if id not in there for line in own]
    if left:
        lines += ["", _NOTES, "", *left]
    return "".join(f"{line}\n" for line in lines)


def _head(progress: ContractProgress) -> Iterator[str]:
    yield f"### {_code(progress.symbol or progress.contract)}"
    yield ""
    files = {one.path for one in progress.findings}
    yield f"Adoption: {adopted(progress.adoption)}. Findings: {len(progress.findings)} in {count(len(files), 'file')}."
    yield ""
    yield "| uses by | | references | findings |"
    yield "| --- | --- | ---: | ---: |"
    for heading, rows in tables(progress):
        for one in rows[:_ROWS]:
            yield f"| {heading} | {_code(one.name)} | {one.references or ''} | {one.findings or ''} |"
        if len(rows) > _ROWS:
            yield f"| {heading} | {len(rows) - _ROWS} more | | |"
    if progress.tests:
        old = [one for one in progress.tests if one.retired]
        yield ""
        yield f"Tests that touch it: {len(progress.tests)}, of which {len(old)} test a retired name."
        yield from (f"- {_code(one.path)}" for one in old[:_ROWS])
        if len(old) > _ROWS:
            yield f"- {len(old) - _ROWS} more"
    if progress.shims:
        yield ""
        yield "Shims, the fewest importers first:"
        for shim in progress.shims:
            yield f"- {_code(shim.name)} in {_code(shim.path)}: {count(len(shim.importers), 'importer')}"


def _steps(
    steps: Sequence[PlanStep], ticks: Mapping[str, str], notes: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    if not steps:
        yield "Nothing is left to do."
        return
    yield _STEPS
    yield ""
    for one in steps:
        title = _escaped(one.title)
        yield (
            f"- [{ticks.get(one.id, ' ')}] {title} ({WHO[one.tier]}, {count(len(one.findings), 'finding')}) `{one.id}`"
            f"{''.join(notes.get(one.id + _BEHIND, ()))}"
        )
        more = f" and {len(one.files) - _FILES} more" if len(one.files) > _FILES else ""
        yield f"  - files: {', '.join(map(_code, one.files[:_FILES]))}{more}"
        if one.then:
            yield f"  - then: {_escaped(one.then)}"
        yield from notes.get(one.id, ())


def _history(history: History, contract: str) -> Iterator[str]:
    yield "| commit | date | findings |"
    yield "| --- | --- | ---: |"
    for one in history.samples:
        yield f"| `{one.commit[:10]}` | {one.date[:10]} | {one.of(contract)} |"
    births = history.of(contract)
    if births:
        yield ""
        yield "Aliases, and when each was born:"
        yield from (f"- {_escaped(birth(one, is_shallow=history.is_shallow))}" for one in births)


def _code(text: str) -> str:
    """A name as code, also in the cell of a table."""
    plain = printable(text).replace("|", "\\|")
    fence = "``" if "`" in plain else "`"
    return f"{fence}{plain}{fence}" if fence == "`" else f"{fence} {plain} {fence}"


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", printable(text))


# -- a block in a file


def updated(
    text: str, file: str, progress: Sequence[ContractProgress], history: History | None, end: str
) -> str:
    """A Markdown file whose blocks are those of now: each is put between its marks, or behind everything where there
    are none. ``end`` is the end of lines. WrongInput where a mark stands alone, or twice."""
    for one in progress:
        text = _with_block(text, file, one, history, end)
    return text


def _with_block(text: str, file: str, progress: ContractProgress, history: History | None, end: str) -> str:
    first, last = marks(progress.contract)
    # Lines end where Markdown ends them. Python would also split at a form feed.
    lines = _LINE.findall(text)
    begins = [number for number, line in enumerate(lines) if line.strip() == first]
    ends = [number for number, line in enumerate(lines) if line.strip() == last]
    if not begins and not ends:
        whole = _marked(progress, block(progress, history)).replace("\n", end)
        gap = "" if not text.strip() else end if text.endswith(("\n", "\r")) else end * 2
        return f"{text}{gap}{whole}"
    if len(begins) != 1 or len(ends) != 1 or begins[0] > ends[0]:
        raise WrongInput(_wrong(printable(file), first, last, begins, ends))
    inside = [line.rstrip("\r\n") for line in lines[begins[0] + 1 : ends[0]]]
    ticks, notes = kept(inside)
    new = block(progress, history, ticks, notes).replace("\n", end)
    return "".join([*lines[: begins[0] + 1], new, *lines[ends[0] :]])


def _wrong(file: str, first: str, last: str, begins: Sequence[int], ends: Sequence[int]) -> str:
    if not begins or not ends:
        there, missing = (begins, last) if begins else (ends, first)
        return f"{file}:{there[0] + 1}: the mark has no partner: add `{missing}`, or take this one away"
    if len(begins) > 1 or len(ends) > 1:
        twice, mark = (begins, first) if len(begins) > 1 else (ends, last)
        return f"{file}:{twice[1] + 1}: the mark `{mark}` stands here once more: leave one block"
    return f"{file}:{ends[0] + 1}: the end of the block stands before its beginning"


def kept(lines: Sequence[str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The letters in the boxes of a block that were ticked, and what was written below its steps, by the ids."""
    ticks: dict[str, str] = {}
    notes: dict[str, list[str]] = {}
    step = ""
    is_apart = False
    for line in lines:
        found = _STEP.match(line)
        if found is not None:
            step = found[2]
            if found[3].strip():
                notes[step + _BEHIND] = [found[3].rstrip()]
            if found[1] != " ":
                ticks[step] = found[1]
        elif line in (_NOTES, _STEPS):
            step = "-" if line == _NOTES else _STEPS
        elif not step and line.strip() and not _HEAD.match(line):
            _add(notes.setdefault(_ABOVE, []), line, is_apart)
        elif line.startswith(("| commit |", "Aliases, and when each")):
            step = _STEPS
        elif step not in ("", _STEPS) and line.strip() and not _OURS.match(line):
            _add(notes.setdefault(step, []), line, is_apart)
        is_apart = not line.strip()
    return ticks, notes


def _add(notes: list[str], line: str, is_apart: bool) -> None:
    """Puts a line behind others. ``is_apart``: a blank line stood before it, as between two paragraphs."""
    if is_apart and notes:
        notes.append("")
    notes.append(line)
