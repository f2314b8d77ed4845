"""Findings go in; one text for standard output comes out. A pure function for each format.

A new format is a module of ``formats`` and a row in ``FORMATS``. A format knows its ``View`` and nothing else: it
reads no file, no settings and no environment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    from ssot_lint.report.view import View

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "text": "for people: the line, the chain, what to do instead",
        "concise": "one line for each finding",
        "json": "for programs",
        "jsonl": "the same, one object a line",
        "github": "annotations of GitHub Actions",
        "azure": "issues of Azure Pipelines",
        "gitlab": "GitLab's Code Quality",
        "sarif": "SARIF 2.1.0, with what is excused",
        "code-scanning": "SARIF for GitHub, without",
        "rdjson": "reviewdog's",
        "rdjsonl": "the same, one object a line",
        "junit": "test reports",
        "checkstyle": "Checkstyle's XML",
        "pylint": "lines like pylint's",
        "flake8": "lines like flake8's",
        "markdown": "a comment of a pull request",
    }
)
"""The name of each format, and what it is for."""

_FUNCTIONS = MappingProxyType(
    {
        "concise": ("one_line", "concise"),
        "flake8": ("one_line", "flake8"),
        "pylint": ("one_line", "pylint"),
        "jsonl": ("json", "lines"),
        "rdjsonl": ("rdjson", "lines"),
        "code-scanning": ("sarif", "code_scanning"),
    }
)
"""Module and function of the formats that share a module. Each other format is ``render`` in the module of its name."""

COLOURED = frozenset({"text", "concise"})
"""The formats for people. No other format is ever coloured."""

OF_PROJECTS = frozenset({"json", "jsonl"})
"""The formats with paths relative to the root of the projects. Formats for reviewers' tools have paths relative to the
repository."""

WITH_FIXES = frozenset({"json", "jsonl", "sarif", "code-scanning", "rdjson", "rdjsonl", "markdown"})
"""The formats that say how findings go away."""

Grouping = Literal["", "owner", "contract", "code", "directory", "file"]
"""What findings are grouped by: the owners of their file by CODEOWNERS, their contract, their code, the folder of
their file, their file; empty: they are not grouped. ``groups`` does it."""

GROUPINGS: tuple[Grouping, ...] = ("owner", "contract", "code", "directory", "file")


def renderer(name: str) -> Callable[[View], str]:
    """The function of a format of ``FORMATS``. Its module is imported only now."""
    if name not in FORMATS:
        raise ValueError(f"{name} is no format")
    module, function = _FUNCTIONS.get(name, (name, "render"))
    return cast(
        "Callable[[View], str]", getattr(import_module(f"ssot_lint.report.formats.{module}"), function)
    )
