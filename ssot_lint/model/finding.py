"""What goes in and comes out: files, comments, findings. Frozen values only; ``facts`` has what lies between."""

from __future__ import annotations

from dataclasses import dataclass
from keyword import iskeyword
from typing import Literal, NamedTuple

SEVERITIES = ("error", "warning", "info")
"""The severities of findings, the gravest first."""


class Span(NamedTuple):
    """A piece of a file. Lines count from 1, columns from 0, in code points; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Hop(NamedTuple):
    """One step of a chain: the binding at ``path:line`` and what it says, in a few words."""

    path: str
    line: int
    text: str


class Edit(NamedTuple):
    """A piece of a file that gets another text. Lines in the text end with ``\\n``: they get the ends that lines have
    in that place of the file."""

    path: str
    span: Span
    text: str


Tier = Literal["safe", "unsafe", "display"]
"""What a fix promises:

- ``safe``: what every name stands for at run time stays as it is, but a name that got there by a detour gets there
  directly.
- ``unsafe``: a person has to look; the program may behave otherwise.
- ``display``: it is shown and never applied, as somebody has to decide; it has no edits.
"""


class Fix(NamedTuple):
    """How a finding goes away: all edits, or none. ``message`` says what is done, or for ``display`` why nothing is.
    ``removes`` are the files that are deleted, ``retires`` the dotted names that stop to exist. ``claims``: what it
    alone may do in its file, as another fix would do it once more. ``awaited``: it is ``display``, and can be done when
    other files take no more from this one."""

    tier: Tier
    message: str
    edits: tuple[Edit, ...] = ()
    removes: tuple[str, ...] = ()
    retires: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    awaited: bool = False


class Finding(NamedTuple):
    """A departure from a contract, with its evidence.

    ``path`` is relative to the project's root, with forward slashes. ``spelled`` is the name as the code
    writes it, ``resolved`` the canonical path it stands for. ``chain`` leads from the flagged place back to
    the canonical symbol. ``severity`` is ``error``, ``warning`` or ``info``. ``advice`` says what to do
    instead, ``reason`` is the contract's own. ``may``: only a run can tell whether it is the symbol. ``likeness``:
    of a copy, and of who takes one, in percent how much it resembles the other. ``fix`` is there where somebody has
    asked for it.
    """

    code: str
    name: str
    message: str
    path: str
    span: Span
    severity: str = "error"
    contract: str = ""
    symbol: str = ""
    spelled: str = ""
    resolved: str = ""
    module: str = ""
    scope: str = ""
    chain: tuple[Hop, ...] = ()
    advice: str = ""
    reason: str = ""
    fingerprint: str = ""
    suppressible: bool = True
    fix: Fix | None = None
    may: bool = False
    likeness: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """How many findings two states have. ``before`` and ``after`` count all findings of the older and of the newer
    state; ``added`` and ``removed`` those that only the newer or only the older state has:
    ``after - before == added - removed``."""

    before: int
    after: int
    added: int
    removed: int


CommentKind = Literal["allow", "noqa", "noqa-file", "malformed"]
"""What a comment is:

- ``allow``: ours, ``# ssot: allow[SOT201] reason``.
- ``noqa``: flake8's, for its lines.
- ``noqa-file``: flake8's, for the whole file.
- ``malformed``: meant as ours, and excuses nothing; ``reason`` is what is wrong with it.
"""


class Comment(NamedTuple):
    """An inline comment that excuses something. ``span`` is the comment from its ``#``. ``codes`` are as written; none
    means all. It covers the lines ``first`` to ``last``, both included."""

    kind: CommentKind
    span: Span
    codes: tuple[str, ...]
    reason: str
    first: int
    last: int


class File(NamedTuple):
    """A Python file of the project. ``path`` is relative to the root, with forward slashes; bytes that are no
    UTF-8 are surrogates, as ``os.fsdecode`` makes them. ``module`` is its dotted path from the nearest root
    of imports, ``also`` are those from other roots; empty where a part is no identifier, but for the last: a migration
    ``0001_first.py`` is loaded by its name, and has relative imports. ``package``: an ``__init__``. ``tests``: it has
    the role of tests. ``above`` are those from roots outside of the member that the file belongs to."""

    path: str
    module: str
    package: bool
    tests: bool
    also: tuple[str, ...] = ()
    above: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All dotted paths by which the file can be imported."""
        return tuple(name for name in (self.module, *self.also) if name)

    @property
    def has_name(self) -> bool:
        """Whether an import statement can name the file."""
        last = self.module.rpartition(".")[2]
        return last.isidentifier() and not iskeyword(last)
