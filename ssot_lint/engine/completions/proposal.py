"""A word that may stand at a place in a text."""

from __future__ import annotations

from dataclasses import dataclass

from ssot_lint.model.finding import Edit


@dataclass(frozen=True, slots=True)
class Proposal:
    """``text`` is to be written in the place of the last ``typed`` letters. ``is_retired``: the ``label`` is a
    retired name, or one from another path, and ``text`` is the canonical name. ``edits``: what else has to change, such
    as an import that is added."""

    label: str
    text: str
    typed: int
    about: str
    kind: str
    is_retired: bool = False
    edits: tuple[Edit, ...] = ()


__all__ = ["Proposal"]
