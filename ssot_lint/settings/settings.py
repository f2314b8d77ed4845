"""All that a project can set, as frozen values.

The keys, their types and their help are the fields of ``Settings``, ``Exemption`` and the contracts: what is accepted,
what the errors say and what the JSON Schema holds are all read off these.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ssot_lint.model.contracts.contract import Contract, key
from ssot_lint.model.finding import SEVERITIES
from ssot_lint.model.wording import relative

FILE = "ssot-lint.toml"
PYPROJECT = "pyproject.toml"
COMMAND_LINE = "command line"
"""Stands for the file of what was given there."""

_LEVELS = " ".join(SEVERITIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """A place that the configuration excuses. An empty string stands for "any"; what is given must all hold.

    ``code`` is a code or a prefix of codes. ``line`` is that of the table's header, in the file that
    ``Settings.sources["exemptions"]`` names. ``until`` is the last day on which the exemption holds.
    """

    path: str = field(
        default="",
        metadata=key("The files: a glob relative to the root.", form="glob", example='"legacy/**"'),
    )
    code: str = field(
        default="",
        metadata=key("A code, a prefix of codes, or the name of a rule.", form="code", example='"SOT201"'),
    )
    contract: str = field(
        default="",
        metadata=key(
            "The name of a contract; `NAME@FOLDER` where members have several of one name.",
            form="any-contract",
            example='"websocket-manager"',
        ),
    )
    symbol: str = field(
        default="",
        metadata=key(
            "The symbol: a name, a dotted path, or a pattern of either.", form="pattern", example='"*Manager"'
        ),
    )
    reason: str = field(
        metadata=key("Why; an exemption without a reason is an error.", example='"moves in spring"')
    )
    until: datetime.date | None = field(
        default=None,
        metadata=key(
            "The last day on which the exemption holds: a date without quotes.", example="2027-03-01"
        ),
    )
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that a project can set. Codes are resolved: each is a code or a prefix of codes, never a name.

    ``root`` is the folder of ``file``, or the one that the user judges from; paths and globs are relative to it.
    ``contract_lines`` has the line of each contract's table, in the file that ``sources["contracts.NAME"]`` names.
    ``sources`` tells for each key that was set (``fail-on``, ``severity.SOT205``, ``contracts.NAME.canonical``) the
    file that set it, relative to the root, or ``command line``.
    """

    root: Path
    file: Path
    extends: str | None = field(
        default=None,
        metadata=key(
            "Another settings file, relative to this one; what is said here wins.",
            form="file",
            example='"../shared/ssot.toml"',
        ),
    )
    src: tuple[str, ...] | None = field(
        default=None,
        metadata=key(
            "The roots of import paths; found from the layout when absent.",
            form="folder",
            example='[".", "src"]',
        ),
    )
    members: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Folders that are judged each as a project of its own, in one run with this one.",
            form="member",
            example='["services/*"]',
        ),
    )
    exclude: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Files to leave out, besides those that git ignores.", form="glob", example='["vendor/**"]'
        ),
    )
    tests: tuple[str, ...] = field(
        default=("tests/**", "**/test_*.py", "**/conftest.py"),
        metadata=key(
            "The files that have the role of tests.", form="glob", example='["tests/**", "**/test_*.py"]'
        ),
    )
    select: tuple[str, ...] = field(
        default=("SOT",),
        metadata=key(
            "What to report: codes, prefixes of codes, names of rules.",
            form="code",
            example='["SOT1", "direct-construction"]',
        ),
    )
    ignore: tuple[str, ...] = field(
        default=(),
        metadata=key("What not to report, though it is selected.", form="code", example='["SOT903"]'),
    )
    per_path_ignores: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict,
        metadata=key(
            "What to ignore in some files, by glob.",
            form="code",
            names="glob",
            example='{"legacy/**" = ["SOT201"]}',
        ),
    )
    severity: Mapping[str, str] = field(
        default_factory=dict,
        metadata=key(
            "The severity of codes, where it shall not be the rule's own.",
            names="code",
            choices=_LEVELS,
            example='{SOT205 = "error", SOT3 = "warning"}',
        ),
    )
    tests_ignore: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "What not to report in files that have the role of tests.", form="code", example='["SOT201"]'
        ),
    )
    tests_severity: Mapping[str, str] = field(
        default_factory=dict,
        metadata=key(
            "The severity of codes in files that have the role of tests; it goes before `severity`.",
            names="code",
            choices=_LEVELS,
            example='{SOT = "warning"}',
        ),
    )
    fail_on: str = field(
        default="error",
        metadata=key("The least severity at which a run fails.", choices=_LEVELS, example='"warning"'),
    )
    baseline: str | None = field(
        default=None,
        metadata=key(
            "The file of findings that were there before, relative to the root: only others are reported.",
            form="file",
            example='"ssot-baseline.txt"',
        ),
    )
    plugins: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Installed packages that add rules and kinds of contract, by the names of their entry points.",
            example='["acme-rules"]',
        ),
    )
    singletons: str = field(
        default="contracts",
        metadata=key(
            "`all`: SOT3xx on every class of the project.", choices="contracts all", example='"all"'
        ),
    )
    duplicates: str = field(
        default="contracts",
        metadata=key(
            "`all`: SOT402 among all classes and functions of the project.",
            choices="contracts all",
            example='"all"',
        ),
    )
    similarity: float = field(
        default=0.65,
        metadata=key(
            "How much of two definitions is alike where `duplicates` takes one for a near copy of the other.",
            choices="0.5 1",
            example="0.75",
        ),
    )
    max_file_size: int = field(
        default=10 * 1024 * 1024,
        metadata=key("Larger files, in bytes, are not read but reported as SOT900.", example="1_000_000"),
    )
    contracts: tuple[Contract, ...] = field(
        default=(), metadata=key("What is canonical: one table for each contract.", names="contract")
    )
    exemptions: tuple[Exemption, ...] = field(
        default=(), metadata=key("Places that are excused, each with a reason.")
    )
    contract_lines: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    workspace: tuple[Member, ...] = ()
    """What the globs of ``members`` name, by folder; filled in by ``workspaces``, which alone looks for them."""

    @property
    def label(self) -> str:
        """The settings file relative to the root: what ``sources`` calls it."""
        return relative(self.file, self.root)


class Member(NamedTuple):
    """A folder, relative to the root, that is judged as a project of its own. ``settings`` are those that stand in it,
    with a root of their own; None where there are none, and those of the root hold."""

    folder: str
    settings: Settings | None
