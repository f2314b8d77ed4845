"""What a run leaves for the questions of the next one, besides facts: plain records."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from ssot_lint.model.errors import Damaged
from ssot_lint.model.facts import FileOutline


class Outlines(NamedTuple):
    """Outlines of facts, with the keys of these. To read each from its facts takes longer."""

    rows: tuple[tuple[str, FileOutline], ...]


class Mentions(NamedTuple):
    """Of which modules files speak: each file with the digest of its bytes, and with places in ``parts``, the last
    parts of the names of all modules (see ``prefilter.mentioned``). What other bytes speak of is not known."""

    parts: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[int, ...]], ...]

    def of(self, contents: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
        """By path the parts in each file that has these contents still. Raises Damaged."""
        size = len(self.parts)
        for path, content, places in self.rows:
            if content and contents.get(path) == content:
                if not all(0 <= place < size for place in places):
                    raise Damaged("places of other parts")
                yield path, [self.parts[place] for place in places]


def mentions(
    parts: Collection[str], by_part: Mapping[str, Collection[str]], contents: Mapping[str, str]
) -> Mentions:
    """The same from the files by each part that they speak of. ``contents`` has all files of which that is known."""
    table = sorted(parts)
    rows: dict[str, list[int]] = {path: [] for path in sorted(contents)}
    for place, part in enumerate(table):
        for path in by_part.get(part, ()):
            if path in rows:
                rows[path].append(place)
    return Mentions(tuple(table), tuple((path, contents[path], tuple(own)) for path, own in rows.items()))
