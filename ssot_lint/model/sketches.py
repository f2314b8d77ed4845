"""The nouns of sketches: how the definitions of one file look, without what they call their own. Frozen values only."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ssot_lint.model.finding import Comment, Span

Defines = Literal["class", "function"]


class DefinitionSketch(NamedTuple):
    """A class or function of module level. ``bases`` are targets, as in ``facts``.

    ``statements`` counts them without those of nested definitions, docstrings and ``pass``. ``parts`` are the methods
    of a class; before them, under an empty name, its own statements; of a function the whole is one part without a
    name. ``lengths`` has the number of marks of each part. ``marks`` are those of all parts, of eight bytes each in
    base64, and ``weights`` are theirs, of one byte each. There are none where a definition is too small to be compared.
    ``fields`` are the names of what a class holds in its body besides methods. ``asynchronous``: it awaits something.
    ``content`` is the same for all definitions of a kind that have the same parts, whatever these are called."""

    span: Span
    name: str
    kind: Defines
    statements: int
    bases: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    lengths: tuple[int, ...] = ()
    marks: str = ""
    weights: str = ""
    fields: tuple[str, ...] = ()
    asynchronous: bool = False
    content: str = ""


class FileSketch(NamedTuple):
    """The definitions of one file, and the comments that excuse something in it. ``generated``: it says of itself that
    a program has written it."""

    definitions: tuple[DefinitionSketch, ...] = ()
    comments: tuple[Comment, ...] = ()
    generated: bool = False
