"""What was seen of a class → the text of a contract in TOML, with a comment on each line that says where. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import count

from ssot_lint.discovery.candidates import Candidate, Location, Seen
from ssot_lint.model.wording import printable
from ssot_lint.settings.forms import FORMS

MOST = 8
"""At most so many places of a kind are written, and then the number of the others."""

INTRO = """\
# Written by `ssot-lint init` from what it saw in the code. Comments say where: judge it, and change what is
# wrong. `ssot-lint check` holds the code to what stands here.
"""

EXAMPLE = """\
# `ssot-lint init` saw no class with several names, import paths or builders that would speak for a contract.
# A contract looks like this: remove the signs in front, and name a class of yours.
#
# [{table}contracts.hub]
# canonical   = "app.hub.Hub"           # the one name, the one import path
# retired     = ["OldHub"]              # names that code must no longer use
# factories   = ["app.hub.get_hub"]     # alone may construct
# isolated-by = ["user"]                # the factory's parameter that keeps users apart
# reason      = "an event of one user must never reach another"
"""


UNNAMED = """\
[[{table}exemptions]]
contract = "{name}"
code = "SOT903"
reason = "its own module alone names the class: others import the instance that is kept there"
"""
"""An exemption for classes of settings where only the instance is used elsewhere."""


def contracts(candidates: Sequence[Candidate], *, table: str, baseline: str = "") -> str:
    """The text for a settings file. ``table`` is what stands before ``contracts`` in the name of a table:
    ``tool.ssot-lint.`` or nothing. Without candidates it is an example in comments, below an empty table.
    ``baseline``: the file of what is found now, if there is one."""
    if not candidates:
        head = f"[{table.rstrip('.')}]\n" if table else ""
        return head + EXAMPLE.format(table=table)
    taken: set[str] = set()
    parts = []
    excused = []
    for one in candidates:
        name = contract_name(one.name, taken)
        taken.add(name)
        lines = [f"[{table}contracts.{name}]", *body(one)]
        parts.append("".join(f"{line}\n" for line in lines))
        if one.is_settings and not (one.canonical.note or one.factories or one.builds):
            excused.append(UNNAMED.format(table=table, name=name))
    parts += excused
    if baseline:
        head = f"[{table.rstrip('.')}]\n" if table else ""
        note = "# What is found now is recorded there, and only what is new is reported.\n"
        parts.insert(0, f"{head}{note}baseline = {_string(baseline)}\n")
    return INTRO + "\n".join(parts)


def contract_name(name: str, taken: Collection[str] = ()) -> str:
    """The name of a contract for a class: ``http-pool`` for ``HTTPPool``."""
    words = re.findall(r"[A-Z]+[0-9]*(?![a-z])|[A-Z]?[a-z0-9]+|[0-9]+", name)
    text = "-".join(words).lower()
    if FORMS["contract"].problem(text):
        text = "contract"
    numbered = (f"{text}-{number}" for number in count(2))
    return text if text not in taken else next(one for one in numbered if one not in taken)


def body(one: Candidate) -> Iterator[str]:
    """The lines of a contract below its header."""
    yield _seen(one.canonical.at, one.canonical.note or "bound here, and imported by nobody")
    yield _line("canonical", one.canonical.what)
    if one.implementation is not None:
        yield _seen(one.implementation.at, "the class statement")
        yield _line("implementation", one.implementation.what)
        if _is_package_above(one.canonical.what, one.implementation.what):
            yield "# The package takes its class from there, and so do its own modules."
            yield _line("also-at", [one.implementation.what])
    if one.retired:
        yield from _list("retired", one.retired, "")
    yield from _builders(one)
    if one.factories and one.isolated_by is not None:
        yield _seen(one.isolated_by.at, one.isolated_by.note)
        yield _line("isolated-by", [one.isolated_by.what])
    elif one.is_settings:
        yield "# Settings are those of the whole process: without this line, shared instances are SOT3xx."
        yield _line("instances", "shared")
    else:
        yield "# No parameter was seen that keeps users apart. Without this line, shared instances are SOT3xx."
        yield _line("instances", "shared")
    if one.doubles:
        yield from _list("doubles", one.doubles, "")
    yield '# reason = "…"  # why it matters: shown with each finding'
    yield from _remarks(one)


def _is_package_above(path: str, statement: str) -> bool:
    """Whether a path has the name of a class statement, in a package above its module."""
    package, _, name = path.rpartition(".")
    module, _, own = statement.rpartition(".")
    return name == own and module.startswith(f"{package}.")


def _builders(one: Candidate) -> Iterator[str]:
    """Who may build it."""
    if one.factories:
        yield from _list("factories", one.factories, "returns a new one")
    elif one.is_settings:
        yield "# No function was seen that alone could build it: so its own module does."
        yield _line("build-in", [one.canonical.what.rpartition(".")[0]])
    else:
        yield "# No function was seen that alone could build it: without `factories`, SOT201 to SOT206 are off."


def _remarks(one: Candidate) -> Iterator[str]:
    """Comments on what else was seen, for a person to decide."""
    if one.factories:
        yield from _remark(
            "Built elsewhere, in what may be meant for that; if so, add to `build-in`:", one.build_in
        )
    yield from _remark("Imported from elsewhere, too; what is meant belongs in `also-at`:", one.paths)
    yield from _remark(
        "Goes by other names, too; what nobody shall use any more belongs in `retired`:", one.names
    )
    if one.factories or one.is_settings:
        yield from _remark("Handed out elsewhere, too:", one.rivals)
        yield from _remark("Built elsewhere, too:", one.builds)
    yield from _remark("Kept by modules:", one.shared)


def _remark(title: str, seen: Sequence[Seen]) -> Iterator[str]:
    if seen:
        yield "#"
        yield f"# {title}"
        for one in seen[:MOST]:
            yield f"#   {printable(one.what)}  {_place(one.at)}{f': {printable(one.note)}' if one.note else ''}"
        if len(seen) > MOST:
            yield f"#   and {len(seen) - MOST} more"


def _list(key: str, seen: Iterable[Seen], otherwise: str) -> Iterator[str]:
    yield f"{key} = ["
    for one in seen:
        note = one.note or otherwise
        yield f"    {_string(one.what)},  # {_place(one.at)}{f': {printable(note)}' if note else ''}"
    yield "]"


def _line(key: str, value: str | list[str]) -> str:
    written = _string(value) if isinstance(value, str) else f"[{', '.join(map(_string, value))}]"
    return f"{key} = {written}"


def _seen(at: Location, note: str) -> str:
    return f"# {_place(at)}: {printable(note)}"


def _place(at: Location) -> str:
    return f"{printable(at.path)}:{at.line}"


def _string(text: str) -> str:
    """Names and paths of names: there is nothing in them that would have to be escaped."""
    return f'"{text}"'
