"""The text of a ``.pre-commit-config.yaml`` → the same text with our hooks at the end of its list ``repos``. Pure.

YAML is edited as text, with lines that are indented as those around them: libraries that read and write YAML lose
comments or style. A text of a doubtful shape is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from ssot_lint import __version__
from ssot_lint.discovery.origin import Origin
from ssot_lint.model.errors import Unusable
from ssot_lint.sources.writing import newline_of

FILE = ".pre-commit-config.yaml"
REPOSITORY = "https://example.org/OWNER/ssot-lint"
"""The address that the project's metadata gives. It is written where it is not known where the hooks come from."""
HOOKS = {
    "ssot-lint": {"entry": "ssot-lint check", "files": r"\.pyi?$|(^|/)(pyproject|ssot-lint)\.toml$"},
    "ssot-lint-contracts": {
        "entry": "ssot-lint config --check",
        "files": r"(^|/)(pyproject|ssot-lint)\.toml$",
    },
}
"""The hooks, as ``.pre-commit-hooks.yaml`` has them: for installations that came from no repository."""

_REMARK = "Put here what all who commit can get: a version from an index, or a repository of ssot-lint and a commit."

_OURS = re.compile(r"""\bid["']?\s*:\s*["']?ssot-lint(?:-contracts)?["']?\s*(?:[,}\#\r\n]|$)""")
_REPOS = re.compile(r"""(?:repos|"repos"|'repos')[ ]*:(?P<rest>.*)""")
_ITEM = re.compile(r"(?P<indent> *)-(?P<gap> +)\S")


def with_hooks(data: bytes | None, origin: Origin | None = None) -> bytes:
    """The bytes with our hooks; the same bytes where the hooks are in already. None: there is no file. Raises Unusable
    where the shape is doubtful."""
    if data is None or not data.strip(b"\xef\xbb\xbf \t\r\n"):
        return (data or b"") + f"repos:\n{_entry('  ', ' ', '      ', origin)}".encode()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise _refused("it is not UTF-8") from None
    lines = text.lstrip("\ufeff").split("\n")
    if any(_OURS.search(line.split(" #")[0]) for line in lines if not line.lstrip().startswith("#")):
        return data
    return _added(data, text, lines, origin)


class _Items(NamedTuple):
    """The items of the list ``repos``. ``last`` is the index of their last line, ``indent`` the blanks before each dash
    (None: there is no item), ``gap`` the blanks after it."""

    last: int
    indent: str | None
    gap: str


def _added(data: bytes, text: str, lines: list[str], origin: Origin | None) -> bytes:
    start = _start(lines)
    last, indent, gap = _items(lines, start)
    own = indent if indent is not None else "  "
    keys = own + " " * (1 + len(gap))
    nested = len(gap) + 1 if indent is not None else 2
    hooks = keys + " " * _nested(lines[start : last + 1], nested)
    end = newline_of(data)
    entry = _entry(own, gap, hooks, origin).replace("\n", end).encode()
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    head = (mark + "\n".join(lines[: last + 1])).encode()
    tail = "\n".join(lines[last + 1 :]).encode()
    if len(lines) == last + 1:
        # The file ends without a newline, and goes on doing so.
        return head + end.encode() + entry.removesuffix(end.encode())
    return head + b"\n" + entry + tail


def _start(lines: list[str]) -> int:
    """The index of the line ``repos:``."""
    tops = [number for number, line in enumerate(lines) if _REPOS.fullmatch(line.rstrip("\r"))]
    if not tops:
        raise _refused("no line `repos:` begins a list of repositories")
    if len(tops) > 1 or any(re.match(r"(---|\.\.\.)(\s|$)", line) for line in lines[tops[0] :]):
        raise _refused("it holds more than one document, or `repos` twice")
    match = _REPOS.fullmatch(lines[tops[0]].rstrip("\r"))
    rest = match["rest"].strip() if match is not None else ""
    if rest and not rest.startswith("#"):
        raise _refused(f"`repos` is not a list with a line for each item, but `{rest[:20]}`")
    return tops[0]


def _items(lines: list[str], start: int) -> _Items:
    items = _Items(start, None, " ")
    for number in range(start + 1, len(lines)):
        line = lines[number].rstrip("\r")
        if not line.strip():
            continue
        if "\t" in line[: len(line) - len(line.lstrip())]:
            raise _refused(f"line {number + 1} is indented by a tab")
        depth = len(line) - len(line.lstrip(" "))
        item = _ITEM.match(line)
        if items.indent is not None and (depth > len(items.indent) or (item and depth == len(items.indent))):
            items = items._replace(last=number)
        elif line.lstrip().startswith("#"):
            # A comment belongs to what follows it, unless it is deeper than the items are.
            continue
        elif items.indent is None and item is not None:
            items = _Items(number, item["indent"], item["gap"])
        elif depth == 0:
            break
        elif items.indent is None:
            raise _refused(f"line {number + 1} does not begin an item of `repos`")
        else:
            raise _refused(f"line {number + 1} is indented like nothing around it")
    return items


def _nested(lines: list[str], otherwise: int) -> int:
    """How many blanks further in than ``hooks:`` the items of that list are; ``otherwise`` where there is none."""
    for above, line in pairwise(lines):
        before = re.match(r"(?P<indent> +)hooks:\s*(#.*)?$", above.rstrip("\r"))
        inner = _ITEM.match(line)
        if before is not None and inner is not None:
            return max(len(inner["indent"]) - len(before["indent"]), 0)
    return otherwise


def _entry(indent: str, gap: str, hooks: str, origin: Origin | None) -> str:
    """One item of ``repos``: from the repository at the commit that is installed, or with the package that is."""
    keys = indent + " " * (1 + len(gap))
    known = origin or Origin()
    lines = []
    if origin is not None and (origin.here or not origin.requirement):
        lines.append(f"{indent}# {_REMARK}")
    if known.requirement and not known.repository:
        lines += [f"{indent}-{gap}repo: local", f"{keys}hooks:"]
        for name in HOOKS:
            lines += [f"{hooks}-{gap}id: {name}"]
            lines += [f"{hooks} {' ' * len(gap)}{line}" for line in _local(name, known)]
        return "".join(f"{line}\n" for line in lines)
    revision = f'"{known.commit}"' if known.repository else f"v{__version__}"
    lines += [f"{indent}-{gap}repo: {known.repository or REPOSITORY}", f"{keys}rev: {revision}"]
    lines += [f"{keys}hooks:", *(f"{hooks}-{gap}id: {hook}" for hook in HOOKS)]
    return "".join(f"{line}\n" for line in lines)


def _local(name: str, origin: Origin) -> Iterator[str]:
    """The keys of a hook of a `repo: local`."""
    yield f"name: {name}"
    yield f"entry: {HOOKS[name]['entry']}"
    yield "args: [--]"
    yield "language: python"
    yield f'additional_dependencies: ["{origin.requirement}"]'
    yield f"files: {HOOKS[name]['files']}"
    yield "require_serial: true"


def _refused(why: str) -> Unusable:
    return Unusable(
        f"{FILE} cannot be edited safely: {why}; add the hook by hand, as the README shows, or leave out --pre-commit"
    )
