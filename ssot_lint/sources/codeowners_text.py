r"""The text of a CODEOWNERS file → the owners of each path, as GitHub or GitLab tell them. Pure; looks at no disk.

The two read the same file differently. Both: a ``#`` begins a comment line, ``*`` and ``?`` stay inside one name,
``**`` is any number of folders, a folder with a ``/`` behind it is all below it, and the last pattern that fits
decides.

- GitHub: the dialect of ``.gitignore`` without its ``!``, ``[…]`` and ``\#``. A ``/`` at the beginning or within
  anchors at the top; a pattern without covers files and folders anywhere. A ``#`` behind a space begins a comment.
  A line that breaks these rules counts for nothing. No owner behind a pattern: nobody owns what it fits.
- GitLab: only a ``/`` at the beginning anchors; a pattern without a ``/`` at its end fits files, not folders.
  ``[Section] @owner`` begins a section, whose patterns without owners have those of its heading. Each section names
  its owners on its own, and all count. What ``!pattern`` fits has no owner in that section.

GitHub: docs.github.com, "About code owners". GitLab: docs.gitlab.com, "CODEOWNERS syntax", and what its source
(``ee/lib/gitlab/code_owners/file.rb``) does where that page is silent. The libraries that were tried know neither
that sections add up nor their default owners, and take the ``@name`` of a comment for an owner.
"""

from __future__ import annotations

import fnmatch
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ssot_lint.settings.globs import Name, fits

NOBODY = "none"
"""Stands for what has no owner. No owner is called so: each of them has an ``@``."""


@dataclass(frozen=True, slots=True)
class Owners:
    """What a CODEOWNERS file says. ``every`` has each owner that it names, in their order; ``skipped`` the lines
    that do not count, each with the reason, as the end of the sentence "line N …"."""

    every: tuple[str, ...]
    skipped: tuple[tuple[int, str], ...]
    sections: tuple[Section, ...] = field(repr=False)

    def of(self, path: str) -> tuple[str, ...]:
        """The owners of a file, by its path from the repository's top with forward slashes; empty: nobody."""
        names = path.split("/")
        return tuple(dict.fromkeys(owner for section in self.sections for owner in section.of(names)))


def parse(text: str, *, gitlab: bool) -> Owners:
    """Reads the text of a file. It is never wrong as a whole: lines that the host would not heed are skipped."""
    lines = [(number, line.strip()) for number, line in enumerate(_lines(text), 1)]
    used = [(number, line) for number, line in lines if line and not line.startswith("#")]
    return _for_gitlab(used) if gitlab else _for_github(used)


def has_sections(text: str) -> bool:
    """Whether a line is the heading of a section, as GitLab alone knows them."""
    return any(_HEADING.match(line.strip()) for line in _lines(text))


def _lines(text: str) -> list[str]:
    return text.removeprefix("\ufeff").split("\n")


# Rules, and how the one that decides is found.


@dataclass(frozen=True, slots=True)
class OwnerRule:
    """A pattern by its parts, and who owns what it fits. ``exclusion``: nobody does, in this section.

    Each path that fits begins with the plain names ``beginning``, joined by slashes, or else has the name ``name``
    somewhere. Where both are empty anything may fit.
    """

    parts: tuple[Name | None, ...]
    owners: tuple[str, ...]
    beginning: str
    name: str
    exclusion: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Rules that are judged together. Most are found by how a path begins or by one of its names: their numbers are
    in ``by_beginning`` and ``by_name``, those of the few others in ``others``."""

    rules: tuple[OwnerRule, ...]
    by_beginning: Mapping[str, Sequence[int]]
    by_name: Mapping[str, Sequence[int]]
    others: Sequence[int]
    excludes: bool

    def of(self, names: Sequence[str]) -> tuple[str, ...]:
        """The owners of the path with these names, in this section."""
        fitting = self._fitting(names)
        last = next(fitting, None)
        if last is None or (self.excludes and (last.exclusion or any(rule.exclusion for rule in fitting))):
            return ()
        return last.owners

    def _fitting(self, names: Sequence[str]) -> Iterator[OwnerRule]:
        """The rules that fit, the last first."""
        numbers = set(self.others)
        for at, name in enumerate(names, 1):
            numbers.update(self.by_name.get(name, ()))
            numbers.update(self.by_beginning.get("/".join(names[:at]), ()))
        for number in sorted(numbers, reverse=True):
            if fits(self.rules[number].parts, names):
                yield self.rules[number]


def _section(rules: Iterable[OwnerRule]) -> Section:
    rules = tuple(rules)
    by_beginning: dict[str, list[int]] = {}
    by_name: dict[str, list[int]] = {}
    others: list[int] = []
    for number, rule in enumerate(rules):
        if rule.beginning:
            by_beginning.setdefault(rule.beginning, []).append(number)
        elif rule.name:
            by_name.setdefault(rule.name, []).append(number)
        else:
            others.append(number)
    return Section(rules, by_beginning, by_name, others, any(rule.exclusion for rule in rules))


# GitHub.

_PATTERN = re.compile(r"(?:\\.|[^\s\\]|\\$)+")
"""The pattern at the beginning of a line: up to the first space that no backslash stands before."""

_GITHUB_OWNER = re.compile(r"@[^\s@/]+(/[^\s@/]+)?|[^\s@]+@[^\s@]+")


def _for_github(lines: Iterable[tuple[int, str]]) -> Owners:
    rules: list[OwnerRule] = []
    skipped: list[tuple[int, str]] = []
    for number, line in lines:
        pattern, owners = _split(line)
        comment = next((at for at, word in enumerate(owners) if word.startswith("#")), len(owners))
        owners = owners[:comment]
        wrong = _wrong_for_github(pattern, owners)
        if wrong:
            skipped.append((number, wrong))
        else:
            rules.append(_github_rule(pattern, tuple(owners)))
    every = dict.fromkeys(owner for rule in rules for owner in rule.owners)
    return Owners(tuple(every), tuple(skipped), (_section(rules),))


def _split(line: str) -> tuple[str, list[str]]:
    found = _PATTERN.match(line)
    pattern = found[0] if found else ""
    return pattern, line[len(pattern) :].split()


def _wrong_for_github(pattern: str, owners: Iterable[str]) -> str:
    if pattern.startswith("!"):
        return "begins with `!`, which GitHub does not know here"
    if "[" in pattern:
        return "has a `[`, which GitHub does not know here"
    if pattern.startswith("\\#"):
        return "begins with `\\#`, which GitHub does not know here"
    if "***" in pattern or not pattern.strip("/"):
        return "is no pattern of a path"
    if not all(map(_GITHUB_OWNER.fullmatch, owners)):
        return "names an owner that is neither @user, @organization/team nor an e-mail address"
    return ""


def _github_rule(pattern: str, owners: tuple[str, ...]) -> OwnerRule:
    words = [word for word in pattern.split("/") if word]
    anchored = "/" in pattern[:-1]
    if pattern.endswith("/"):
        # Two stars stand for no folder as well, and here one is meant.
        words += ["*", "*", "**"] if words[-1] == "**" else ["*", "**"]
    elif words[-1] == "**":
        # All that is below a folder is not the folder itself.
        words[-1:] = ["*", "**"]
    elif not (anchored and words[-1] == "*"):
        # A name is that of a file or of a folder with all below it. Only `folder/*` goes no deeper, by the manual.
        words.append("**")
    return _rule(words, owners, anchored=anchored, ranges=False)


# GitLab.

_HEADING = re.compile(r"\^?\[(?P<name>.*?)\](?:\[\d*\])?(?P<owners>\s+[@\w.\-/\s+]*)?")
_ROLE = re.compile(r"@@(developer|maintainer|owner)s?", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]{1,100}@[^@\s]{1,255}(?<!\W)")
_NAME = re.compile(r"(?<![\w@])@\w[\w.\-]*(?:/\w[\w.\-]*)*")

_UNNAMED = "codeowners"
"""What GitLab calls the section of the lines before the first heading."""


def _for_gitlab(lines: Iterable[tuple[int, str]]) -> Owners:
    # A pattern that is repeated in a section keeps its place and gets the owners of the last line.
    sections: dict[str, dict[str, OwnerRule]] = {_UNNAMED: {}}
    names = {_UNNAMED: _UNNAMED}
    current = _UNNAMED
    inherited: tuple[str, ...] = ()
    every: dict[str, None] = {}
    for _, line in lines:
        heading = _HEADING.match(line)
        if heading:
            name = heading["name"]
            current = names.setdefault(name.casefold(), name)
            sections.setdefault(current, {})
            inherited = _references((heading["owners"] or "").split())
            every.update(dict.fromkeys(inherited))
            continue
        pattern, words = _split(line)
        exclusion = pattern.startswith("!")
        pattern = pattern.removeprefix("!")
        owners = () if exclusion else (_references(words) if words else inherited)
        every.update(dict.fromkeys(owners))
        sections[current][pattern] = _gitlab_rule(pattern, owners, exclusion)
    return Owners(tuple(every), (), tuple(_section(rules.values()) for rules in sections.values()))


def _references(words: Iterable[str]) -> tuple[str, ...]:
    """The roles, addresses, users and groups among the words. All others mean nothing to GitLab."""
    found: dict[str, None] = {}
    for word in words:
        reference = _ROLE.fullmatch(word) or _EMAIL.match(word) or _NAME.search(word)
        if reference:
            found[reference[0].rstrip(".")] = None
    return tuple(found)


def _gitlab_rule(pattern: str, owners: tuple[str, ...], exclusion: bool) -> OwnerRule:
    words = [word for word in pattern.split("/") if word]
    if pattern.endswith("/"):
        words += ["**", "*"]
    elif words and words[-1] == "**":
        # To Ruby two stars are folders only before a slash.
        words[-1] = "*"
    return _rule(words, owners, anchored=pattern.startswith("/"), ranges=True, exclusion=exclusion)


# Patterns → parts.


def _rule(
    words: Sequence[str], owners: tuple[str, ...], *, anchored: bool, ranges: bool, exclusion: bool = False
) -> OwnerRule:
    parts: list[Name | None] = [] if anchored else [None]
    plain = [_plain(word, ranges) for word in words]
    for word, name in zip(words, plain, strict=True):
        if word == "**":
            parts.append(None)
        else:
            parts.append(_wild(word, ranges) if name is None else name.__eq__)
    beginning = "/".join(itertools.takewhile(bool, (name or "" for name in plain))) if anchored else ""
    return OwnerRule(tuple(parts), owners, beginning, next(filter(None, plain), ""), exclusion)


_UNPLAIN = frozenset("*?[\\")


def _plain(word: str, ranges: bool) -> str | None:
    """The one name that a word of a pattern fits; None where it has wildcards."""
    if _UNPLAIN.isdisjoint(word):
        return word
    letters = list(_letters(word))
    if any(not escaped and letter in ("*?[" if ranges else "*?") for letter, escaped in letters):
        return None
    return "".join(letter for letter, _ in letters)


def _wild(word: str, ranges: bool) -> Name:
    # `fnmatch` makes a regular expression that does not try the same again and again, however many stars.
    text = "".join(
        f"[{letter}]" if letter in "*?[" and (escaped or (letter == "[" and not ranges)) else letter
        for letter, escaped in _letters(word)
    )
    return re.compile(fnmatch.translate(text.replace("[^", "[!") if ranges else text)).match


def _letters(word: str) -> Iterator[tuple[str, bool]]:
    """Each letter that is meant, and whether a backslash stands before it."""
    escaped = False
    for letter in word:
        if letter == "\\" and not escaped:
            escaped = True
        else:
            yield letter, escaped
            escaped = False
