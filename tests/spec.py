"""Pages of rules and specs, in Markdown → cases: small projects with the findings they must yield. Runs none.

A document is a page (`rules/*/*.md`, for people) or a spec (`tests/specs/**/*.md`, the awkward cases).

- **Sections.** A page's title is `# SOT101 alias-import`, its first paragraph the summary. `## Contract`
  holds the settings and `## Project` files that all cases share: both are for the whole document. Every other
  heading with a file directly below it is a case: `## Bad`, `## Good` (or `###` headings below these, where
  there are several), `## What it does not see`, or any other. Settings alone are one only if they are marked.
  Prose may stand anywhere.
- **Files.** A line that holds only a path in backticks and a colon names the file of the next fence:

      `app/jobs.py`:

  A Python fence without one is `example.py` (then `example_2.py`, ...). A `toml` fence without one is
  `ssot-lint.toml`: the settings. A case's own settings replace the document's, and its files those of the
  same path in `## Project`. Fences of other languages are prose, unless a path stands above them.
- **Marks** are comments, and stay in the files. A mark stands on the line of its finding, or alone on the
  line above it:

      from app.hub import Hub as H  # SOT101
      hub = H()  # SOT201 SOT301
      # SOT104(warning): `Relay` may be
      Relay = Hub if fast else None

  What follows a colon is a part of the message; it ends at the next `#`. Without a severity a finding is an
  error. Settings take marks in the same way: SOT901 and others are reported there.
- **Chains.** `# via`, after a mark, has the chain of its finding: every hop in order, the last one is the definition of
  the canonical symbol. A hop is `path:line`, or `line` alone where it is in the same file; lines count in the
  file, from 1. It is about the codes of the mark before it; alone on the line above, about those of the whole line:

      hub = H()  # SOT201: as `H` # via 1, app/hub.py:1 # SOT301 # via 1, app/hub.py:1
      # via app/facade.py:1, app/hub.py:1
      from app.facade import Hub  # SOT102

  The chain must be equal, hop by hop. Without a `# via` it is not compared.
- **Known faults** are asserted, never skipped: `# known-miss SOT101` is a finding that should be there and is
  not, `# known-false SOT101` one that is there and should not be.
- **Exactness.** The whole multiset of (path, line, code) must be equal: a file without marks is clean. A case
  below `## Bad` must mark something in its own files; one below `## Good` may mark nothing but `known-false`.
- **Python.** `requires: 3.12`, alone on a line below a case's heading: on an older Python those files that do
  not parse there must be SOT900, and nothing else is compared.

Failures name `document.md:line`. What is derived from each bad case stands in `test_rules.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

SETTINGS = "ssot-lint.toml"
_SHARED = ("Project", "Contract")
_HEADING = re.compile(r"(#{1,6}) +(.+?)\s*")
_FENCE = re.compile(r"(`{3,}|~{3,})([\w-]*)\s*")
_PATH = re.compile(r"`([^`\s]+)`:\s*")
_REQUIRES = re.compile(r"requires: (\d+)\.(\d+)\s*")
_CODE = r"SOT\d{3}(?:\(\w+\))?"
_MARK = rf"#\s*(?:known-(miss|false)\s+)?({_CODE}(?:[ ,]+{_CODE})*)(?::\s*([^#\n]*))?\s*(?=#|$)"
_COMMENT = re.compile(rf"{_MARK}|#\s*via\b\s*([^#\n]*)")
_HOP = re.compile(r"(?:([^\s:]+):)?(\d+)")

Hop = tuple[str, int]
"""A path and a line."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An expected finding. An empty `text` or `via` matches any, and any `severity` one that is unknown. `known`:
    `miss`, `false` or empty."""

    path: str
    line: int
    code: str
    severity: str = ""
    text: str = ""
    known: str = ""
    via: tuple[Hop, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A file of a case. `line` is the line of the document on which its first line stands."""

    path: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Case:
    """A small project. `section`: the heading of level two around it. `own`: the paths that it has itself."""

    document: Path
    title: str
    line: int
    section: str
    requires: tuple[int, int]
    files: tuple[File, ...]
    own: frozenset[str]

    @property
    def marks(self) -> list[Mark]:
        return [mark for file in self.files for mark in marks(self.document, file)]

    @property
    def sources(self) -> list[File]:
        return [file for file in self.files if file.path.endswith((".py", ".pyi"))]

    def place(self, path: str, line: int) -> str:
        """Where in the document a line of a file stands, as `document.md:line`."""
        start = next((file.line for file in self.files if file.path == path), self.line)
        return f"{self.document}:{start + line - 1}"

    def write(self, folder: Path, texts: dict[str, bytes] | None = None) -> None:
        """Write the files, in the order of the case; `texts` has the bytes of those that shall differ."""
        for file in self.files:
            target = folder / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((texts or {}).get(file.path, file.text.encode()))


def marks(document: Path, file: File) -> Iterator[Mark]:
    """The marks in a file. What stands alone on its line is about the next line that does not.

    Raises ValueError, with `document:line`, for a chain that cannot be read, or that belongs to no mark.
    """
    waiting: list[re.Match[str]] = []
    for number, line in enumerate(file.text.split("\n"), 1):
        found = list(_COMMENT.finditer(line))
        if found and line.lstrip().startswith("#"):
            waiting += found
            continue
        try:
            yield from _of_line(file.path, number, [*waiting, *found])
        except ValueError as error:
            raise ValueError(f"{document}:{file.line + number - 1}: {error}") from None
        waiting = []


def _of_line(path: str, number: int, comments: Iterable[re.Match[str]]) -> Iterator[Mark]:
    """The marks that are about one line. A chain before all marks is that of each."""
    found: list[list[Mark]] = []
    common: tuple[Hop, ...] = ()
    for known, codes, message, hops in (comment.groups() for comment in comments):
        if codes:
            each = [(code[:6], code[7:-1]) for code in re.findall(_CODE, codes)]
            text = (message or "").strip()
            found.append([Mark(path, number, code, severity, text, known or "") for code, severity in each])
            continue
        via = _chain(hops, path)
        before = found[-1][0].via if found else common
        if not via or before:
            problem = "a second chain for one mark" if before else "a chain is `path:line, path:line`"
            raise ValueError(problem)
        if found:
            found[-1] = [replace(mark, via=via) for mark in found[-1]]
        else:
            common = via
    if common and not found:
        raise ValueError("a chain without a mark")
    yield from (replace(mark, via=mark.via or common) for group in found for mark in group)


def _chain(hops: str, path: str) -> tuple[Hop, ...]:
    """The hops after ``via``; none where one of them cannot be read."""
    found = [_HOP.fullmatch(hop.strip()) for hop in hops.split(",")]
    return tuple((one[1] or path, int(one[2])) for one in found if one) if all(found) else ()


@dataclass(slots=True)
class _Section:
    title: str
    level: int
    line: int
    parents: tuple[str, ...]
    requires: tuple[int, int] = (3, 10)
    files: dict[str, File] = field(default_factory=dict)

    @property
    def shared(self) -> bool:
        return any(title in _SHARED for title in (self.title, *self.parents))


def read(document: Path) -> list[Case]:
    """The cases of a document, in its order. ValueError, with `document:line`, when it is not well formed."""
    sections = _sections(document)
    common: dict[str, File] = {}
    for section in sections:
        if section.shared:
            common.update(section.files)
    return [
        _case(document, section, {**common, **section.files})
        for section in sections
        if not section.shared and _is_case(document, section)
    ]


def _is_case(document: Path, section: _Section) -> bool:
    """Settings alone are a case only when something is expected there; else they are shown to the reader."""
    settings = section.files.get(SETTINGS)
    return bool(section.files.keys() - {SETTINGS} or (settings and list(marks(document, settings))))


def _case(document: Path, section: _Section, files: dict[str, File]) -> Case:
    kind = section.parents[2] if len(section.parents) > 2 else section.title
    own = frozenset(section.files)
    case = Case(document, section.title, section.line, kind, section.requires, tuple(files.values()), own)
    marked = [mark for mark in case.marks if mark.path in own and mark.known != "false"]
    where = f"{document}:{section.line}"
    if SETTINGS not in files:
        raise ValueError(f"{where}: neither the document nor the case has settings")
    lines = {file.path: file.text.count("\n") for file in case.files}
    for mark in case.marks:
        for path, line in mark.via:
            if not 1 <= line <= lines.get(path, 0):
                place = case.place(mark.path, mark.line)
                raise ValueError(f"{place}: the case has no line {path}:{line}")
    if kind == "Bad" and not marked:
        raise ValueError(f"{where}: a bad case without a mark")
    if kind == "Good" and marked:
        raise ValueError(f"{case.place(marked[0].path, marked[0].line)}: a mark in a good case")
    return case


def _sections(document: Path) -> list[_Section]:
    sections = [_Section("", 0, 1, ())]
    path, fence, start = "", "", 0
    body: list[str] = []
    for number, line in enumerate(document.read_text(encoding="utf-8").split("\n"), 1):
        if fence:
            if line.strip() == fence:
                _add(sections[-1], path, "\n".join([*body, ""]), start, document)
                path, fence, body = "", "", []
            else:
                body.append(line)
        elif match := _FENCE.fullmatch(line):
            fence, start = match[1], number + 1
            path = path or {"python": "*.py", "toml": SETTINGS}.get(match[2], "")
        elif match := _HEADING.fullmatch(line):
            level = len(match[1])
            above = sections[-1]
            parents = [*above.parents, above.title][:level]
            sections.append(_Section(match[2], level, number, tuple(parents)))
        elif match := _REQUIRES.fullmatch(line):
            sections[-1].requires = (int(match[1]), int(match[2]))
        elif match := _PATH.fullmatch(line):
            path = match[1]
        elif line.strip():
            path = ""
    if fence:
        raise ValueError(f"{document}:{start - 1}: a fence that is not closed")
    return sections


def _add(section: _Section, path: str, text: str, line: int, document: Path) -> None:
    if path == "*.py":
        count = sum(name.startswith("example") for name in section.files)
        path = f"example_{count + 1}.py" if count else "example.py"
    if path in section.files:
        raise ValueError(f"{document}:{line}: a second file `{path}` in one case")
    if path:
        section.files[path] = File(path, text, line)
