"""The findings of two states of a project → those that were added, were removed, or are there in both. Pure.

The law: each new finding is kept or added, each old one kept or removed, and what is kept is a pair. So the number
added less the number removed is the difference of the counts. Equal states add nothing, nor does code that moves.

What is kept is decided in rounds, each among the findings that those before it left over:

1. **The same place.** Contract, code and spelled name are equal, and file and qualified scope; a file that git says
   was renamed counts as the same, and so do names that lead through it. Of n old and m new equals in a scope
   the lesser number is kept: those whose statements are equal first.
2. **A file that moved, without git.** It is gone, and exactly one new file agrees with it best: the same module
   under another root of imports, or the same findings in the same scopes of which at least one has the same
   surroundings. Then its findings are compared as in the first round.
3. **A definition that moved.** The innermost function or class around the finding has the same content, whatever its
   name, file or class; the old one is gone from its place, and nothing with that name and content was at the
   new place before. Or it was edited on the way, and keeps its qualified name in another file: then the statement
   at fault must be the same or, where the old state is known, the definition be new in that file.
4. **What stands in no definition** goes with definitions that moved between the same two files, if its statement is
   the same and gone from the old file.

What cannot be told is reported as removed and added: a part of a function that moves to another; a function that is
moved or renamed and leaves one of its name behind, as a forwarder does; one that is edited and renamed at once; two
that swap their names; an attribute of a class that moves to another class alone. For what is fixed here and written
there looks the same, and nothing new may hide behind that. Within one scope, an offence that another of
the same code and spelling replaces is the old one, edited.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple

from ssot_lint.findings.comparison.moved_code import moved_definitions, moved_statements
from ssot_lint.findings.comparison.moved_files import found_renames
from ssot_lint.findings.comparison.pairs import New, Old, Pairs, Side
from ssot_lint.findings.comparison.same_place import exactly, same_but_renamed, same_place


@dataclass(frozen=True, slots=True)
class Difference(Generic[Old, New]):
    """The findings in the order in which they were given; ``kept`` has that of the new findings. ``renamed`` has the
    files that were renamed, old paths to new: those that were handed in and those that were found."""

    added: tuple[New, ...]
    removed: tuple[Old, ...]
    kept: tuple[tuple[Old, New], ...]
    renamed: Mapping[str, str]


class Hints(NamedTuple):
    """What else is known of a change. ``names`` has, by contract, what its symbols were called and are called now:
    whole paths, and last parts where these are others. ``files`` are likely to be renamed files, old paths to new;
    others are looked for all the same."""

    names: Mapping[str, Mapping[str, str]]
    files: Mapping[str, str]


NOTHING = Hints({}, {})


def difference(
    old: Sequence[Old],
    new: Sequence[New],
    before: Side[Old],
    after: Side[New],
    renamed: Mapping[str, str] | None = None,
    hints: Hints = NOTHING,
) -> Difference[Old, New]:
    """``renamed`` has the files that git says were renamed, old paths to new; None where git was not asked, and
    renamed files are told by their content. The states are asked only about findings that are left over."""
    pairs = Pairs(old, new, before, after, {**hints.files, **(renamed or {})}, hints.names)
    same_place(pairs, exactly, exactly)
    if not pairs.is_done():
        same_but_renamed(pairs)
    if not pairs.is_done() and renamed is None:
        found = found_renames(pairs)
        if found:
            pairs.renamed.update(found)
            same_but_renamed(pairs)
    if not pairs.is_done():
        moved_definitions(pairs)
        moved_statements(pairs)
    return Difference(
        added=tuple(one for number, one in enumerate(new) if number in pairs.right),
        removed=tuple(one for number, one in enumerate(old) if number in pairs.left),
        kept=tuple((old[one], new[other]) for other, one in sorted(pairs.partners.items())),
        renamed=pairs.renamed,
    )
