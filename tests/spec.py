"""Pages of rules and specs, in Markdown → cases: small projects with the findings they must yield. Runs none.

A document is a page (`rules/*.md`, for people) or a spec (`tests/specs/**/*.md`, the awkward cases).

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

  What follows a colon is a part of the message; it ends at the next `#`. A severity is compared where it is
  given. Settings take marks in the same way: SOT901 and others are reported there.
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
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SETTINGS = "ssot-lint.toml"
_SHARED = ("Project", "Contract")
_HEADING = re.compile(r"(#{1,6}) +(.+?)\s*")
_FENCE = re.compile(r"(`{3,}|~{3,})([\w-]*)\s*")
_PATH = re.compile(r"`([^`\s]+)`:\s*")
_REQUIRES = re.compile(r"requires: (\d+)\.(\d+)\s*")
_CODE = r"SOT\d{3}(?:\(\w+\))?"
_MARK = re.compile(rf"#\s*(?:known-(miss|false)\s+)?({_CODE}(?:[ ,]+{_CODE})*)(?::\s*([^#\n]*))?\s*(?=#|$)")


@dataclass(frozen=True, slots=True)
class Mark:
    """An expected finding. An empty `severity` or `text` matches any. `known`: `miss`, `false` or empty."""

    path: str
    line: int
    code: str
    severity: str = ""
    text: str = ""
    known: str = ""


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
        return [mark for file in self.files for mark in marks(file.path, file.text)]

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


def marks(path: str, text: str) -> Iterator[Mark]:
    """The marks in a file's text. One that stands alone on its line is about the next line that is not."""
    waiting: list[tuple[str, str, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        found = [(match[2], match[3] or "", match[1] or "") for match in _MARK.finditer(line)]
        if found and line.lstrip().startswith("#"):
            waiting += found
            continue
        for codes, message, known in [*waiting, *found]:
            for code in re.findall(_CODE, codes):
                yield Mark(path, number, code[:6], code[7:-1], message.strip(), known)
        waiting = []


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
        if not section.shared and _is_case(section)
    ]


def _is_case(section: _Section) -> bool:
    """Settings alone are a case only when something is expected there; else they are shown to the reader."""
    settings = section.files.get(SETTINGS)
    return bool(section.files.keys() - {SETTINGS} or (settings and list(marks(SETTINGS, settings.text))))


def _case(document: Path, section: _Section, files: dict[str, File]) -> Case:
    kind = section.parents[2] if len(section.parents) > 2 else section.title
    own = frozenset(section.files)
    case = Case(document, section.title, section.line, kind, section.requires, tuple(files.values()), own)
    marked = [mark for mark in case.marks if mark.path in own and mark.known != "false"]
    where = f"{document}:{section.line}"
    if SETTINGS not in files:
        raise ValueError(f"{where}: neither the document nor the case has settings")
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
