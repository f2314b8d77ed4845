"""Sketches and bytes → drafts of vocabularies: strings that one class lists, and that others spell out or list again.

Which strings stand where is guessed by regular expressions, to find the fields and the callables that take them. Pure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple

from ssot_lint.discovery.kinds.drafts import Draft, assigned, listed
from ssot_lint.discovery.project import LookedFile, SketchedProject, importers_of
from ssot_lint.model.finding import File
from ssot_lint.model.name_words import name_words

SEEDS: Final = 60
"""So many vocabularies are looked at closely."""
FEWEST_FILES: Final = 2
"""A vocabulary whose values fewer other files spell out is in order."""
FEWEST_VALUES: Final = 2
"""A field or a callable belongs to a vocabulary when it has taken so many of its values."""
_MOST: Final = 6
FEWEST_TELLING: Final = 3
_LISTED_AGAIN: Final = 3 / 4
"""So much of the shorter one of two lists is in the other where one of them repeats the other."""
_EQUAL: Final = 9 / 10
"""So much of two lists is in both where lists of a kind, each for a subject of its own, are one after all."""
_OF_MANY_FIELDS: Final = frozenset(
    ("field", "value", "name", "key", "content", "data", "item", "constant", "const")
)
"""Words that say nothing of what a field is about."""
_OF_MANY_LISTS: Final = frozenset(("state", "status", "type", "kind", "mode", "level", "code"))
"""Words that say nothing of what a vocabulary is about."""
MOST_OWNERS: Final = 4
"""What things of more names list is a word that everybody needs."""
MOST_RIVALS: Final = 12
"""What more others list are words that everybody needs."""

_VALUE = re.compile(r"[A-Za-z][\w.:/-]{2,59}")
_PLAIN = re.compile(
    r"(true|false|none|null|yes|no|on|off|auto|name|type|value|values|key|id|data|text|json|html|utf-8|get|post|put|delete|patch"
    r"|info|debug|warning|error|critical|read|write|left|right|top|bottom|default|test|main|str|int|float|bool|all"
    r"|any|first|last|user|admin|status|message|low|medium|high|urgent|minimal|in_progress|not_[a-z]+|timed_out"
    r"|partial_success|[A-Z][A-Z0-9]*(_[A-Z0-9]+)+"
    r"|GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|INFO|DEBUG|WARNING|ERROR|CRITICAL|\w*content-type|Content-Type)"
)
"""Words that are spelled everywhere, by whoever means something else."""

_LITERAL = re.compile(rb"[\"']([A-Za-z][\w.:/-]{2,59})[\"'](?=(\s*:)?)")
_BEFORE = re.compile(rb"(?:(\w+)[\"']?[\])]{0,2}\s*(?::|==|!=|=)|(\w+)\((?:[^()\"'\n]{0,60},)?)\s*\Z")
_GIVEN = re.compile(
    rb"\b(\w+)(?:[\"']?[\])]{0,2}\s*(?::|==|!=|=)|\((?:[^()\"'\n]{0,60},)?)\s*[\"']([^\"'\n]{1,60})[\"']"
)
_MEMBER = re.compile(
    rb"\b(\w+)(?:[\"']?[\])]{0,2}\s*(?::|==|!=|=)|\((?:[^()\"'\n]{0,60},)?)\s*(?:\w+\.)*([A-Z]\w*)\.[A-Za-z]\w*\b(?!\()"
)
_COMPOUND = re.compile(r"[\w][_.:/-][\w]")
"""A value of several words is a term of the project: prose does not use it by chance."""
_UNMISTAKABLE = re.compile(r"\w[.:/-]\w")
"""Columns and keys of dicts have names with underscores, too, and none with these."""
_REACH = 120
"""So many bytes before a literal are looked at."""
_NO_FIELDS = re.compile(
    r"(reason|help|description|title|label|text|msg|message|default|name|names|key|id|path|url|return|else|lambda|and|or|in|is"
    r"|not|if|__\w+__|[A-Z][A-Z0-9_]*|value|values|item|result|expected|actual|data|var|x|v|k|a|b|c|s|arg|default_value|str|int|bool|float|bytes|object|Any|Optional|Union)"
)
_NO_EMITTERS = re.compile(
    r"(get|pop|setdefault|append|add|remove|print|isinstance|getattr|setattr|hasattr|join|split|startswith|endswith|replace|str"
    r"|format|len|set|list|dict|tuple|frozenset|sorted|any|all|if|elif|in|and|or|not|return|while|for|assert\w*|debug|info"
    r"|warning|warn|error|exception|critical|log|patch|field|Field|Literal|Enum|StrEnum|compile|match|search|sub|open|encode"
    r"|decode|Path|super|type|int|float|bool|raises|skip|mark|fixture|parametrize|Mock|MagicMock|AsyncMock|keys|values|items"
    r"|update|insert|extend|index|count|find|\w*_?validator|\w*_serializer|strip|lower|upper|title|Column|String|Index|route|[A-Z]\w*|_|gettext|_\w{0,2})"
)


class ValueSpelling(NamedTuple):
    """A value that a file spells out, with the field that holds it or the callable that takes it, if there is one."""

    value: str
    field: str
    emitter: str

    @property
    def takers(self) -> frozenset[str]:
        return frozenset((self.field, self.emitter)) - {""}


class Vocabulary(NamedTuple):
    """What lists strings: its file, its dotted path, and the strings. ``telling`` are the strings that mean nothing
    else in other places."""

    at: LookedFile
    path: str
    values: tuple[str, ...]
    telling: frozenset[str]

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]


def listed_in(looked: Iterable[LookedFile]) -> list[Vocabulary]:
    """What production lists. A word that things of many names list, as the states that a thing may be in, tells nothing
    of any of them; one that is put together does all the same."""
    known = [(one, owner, values) for one in looked if one.is_ours for owner, values in one.sketch.listed]
    owners: dict[str, set[str]] = defaultdict(set)
    for _, owner, values in known:
        for value in values:
            owners[value].add(owner)
    return [
        Vocabulary(
            one,
            f"{one.file.module}.{owner}",
            values,
            frozenset(
                value
                for value in values
                if _VALUE.fullmatch(value)
                and not _PLAIN.fullmatch(value)
                and (len(owners[value]) <= MOST_OWNERS or _COMPOUND.search(value))
            ),
        )
        for one, owner, values in known
    ]


def drafts(project: SketchedProject) -> Iterator[Draft]:
    known = listed_in(project.looked)
    seeds = _seeds(known, project.looked)
    if not seeds:
        return
    wanted = frozenset(value.encode() for one in seeds for value in one.telling)
    files = [one.file for one in project.looked if not one.set_aside and not one.file.tests]
    spelled = project.each(partial(spellings, wanted), files, "read")
    by_value: dict[str, set[str]] = defaultdict(set)
    for file, found in spelled:
        for spelling in found:
            by_value[spelling.value].add(file.path)
    takers = {name for _, found in spelled for one in found for name in one.takers}
    held = _by_taker(project, files, strings_of, takers)
    given = _by_taker(project, files, members_of, takers)
    claimed: set[str] = set()
    for one in seeds:
        own = [found for file, found in spelled if file.path != one.at.file.path]
        rivals = _rivals(one, known)
        fields, emitters = _takers(one, own, held, given)
        # Who annotates with a ``Literal`` spells the values out on purpose: there is no member to write.
        if not rivals and one.path.rpartition(".")[2] not in one.at.sketch.classes:
            continue
        files_apart = {path for value in one.telling for path in by_value[value]} - {one.at.file.path}
        if one.path in claimed or not (rivals or ((fields or emitters) and len(files_apart) >= FEWEST_FILES)):
            continue
        claimed |= {one.path, *(rival.path for rival in rivals)}
        yield replace(_draft(one, rivals, fields, emitters), apart=len(files_apart))


def spellings(wanted: frozenset[bytes], data: bytes) -> tuple[ValueSpelling, ...]:
    """The values among some that bytes seem to spell out, each way once."""
    found: set[ValueSpelling] = set()
    for match in _LITERAL.finditer(data):
        if match[1] in wanted:
            before = _BEFORE.search(data[max(match.start() - _REACH, 0) : match.start()])
            if before is None and match[2] is not None:
                # The key of a dict.
                continue
            field, emitter = (before[1] or b"", before[2] or b"") if before is not None else (b"", b"")
            found.add(
                ValueSpelling(
                    match[1].decode(), field.decode("utf-8", "replace"), emitter.decode("utf-8", "replace")
                )
            )
    return tuple(sorted(found))


def _seeds(known: Sequence[Vocabulary], looked: Sequence[LookedFile]) -> list[Vocabulary]:
    """Those that most import, and those that are listed more than once."""
    importers = importers_of(looked)
    rivals = {one.path: len(_rivals(one, known)) for one in known}
    few = [
        one
        for one in known
        if rivals[one.path] <= MOST_RIVALS and (len(one.telling) >= FEWEST_TELLING or rivals[one.path])
    ]
    return sorted(few, key=lambda one: (-importers[one.path] - 4 * rivals[one.path], one.path))[:SEEDS]


def _rivals(one: Vocabulary, known: Iterable[Vocabulary]) -> list[Vocabulary]:
    """What lists at least three of the values that tell something, or of any if it has the same name, and hardly
    anything else. Where most of one list is not in the other, they are two lists for two things."""
    own = {*one.values}
    return [
        other
        for other in known
        if other.path != one.path
        and len(own & {*other.values} if other.name == one.name else one.telling & other.telling)
        >= FEWEST_TELLING
        and 2 * len(own & {*other.values}) >= len(other.values)
        and _is_listed_again(one, other)
    ]


def _is_listed_again(one: Vocabulary, other: Vocabulary) -> bool:
    ours, theirs = {*one.values}, {*other.values}
    if _are_siblings(one.name, other.name):
        return len(ours & theirs) >= _EQUAL * len(ours | theirs)
    return len(ours & theirs) >= _LISTED_AGAIN * min(len(ours), len(theirs))


def _are_siblings(name: str, other: str) -> bool:
    """Whether two names say the same of two subjects, as ``OrderErrorCode`` and ``MailErrorCode`` do."""
    ours, theirs = name_words(name), name_words(other)
    return ours[-2:] == theirs[-2:] and ours != theirs and len(ours) > 2 < len(theirs)


def _by_taker(
    project: SketchedProject,
    files: Sequence[File],
    read: Callable[[frozenset[bytes], bytes], tuple[tuple[str, str], ...]],
    takers: Collection[str],
) -> dict[str, set[str]]:
    """All that some fields hold and some callables take, in files, as far as it is what is ``read``."""
    found: dict[str, set[str]] = defaultdict(set)
    words = frozenset(name.encode() for name in takers)
    for _, pairs in project.each(partial(read, words), files, "read") if words else ():
        for name, value in pairs:
            found[name].add(value)
    return found


def strings_of(takers: frozenset[bytes], data: bytes) -> tuple[tuple[str, str], ...]:
    """The strings that bytes seem to give to fields and callables of some names, each once."""
    return _pairs(_GIVEN, takers, data)


def members_of(takers: frozenset[bytes], data: bytes) -> tuple[tuple[str, str], ...]:
    """The classes of whose members bytes seem to give one to fields and callables of some names, each once."""
    return _pairs(_MEMBER, takers, data)


def _pairs(pattern: re.Pattern[bytes], takers: frozenset[bytes], data: bytes) -> tuple[tuple[str, str], ...]:
    found = {(match[1], match[2]) for match in pattern.finditer(data) if match[1] in takers}
    return tuple(
        sorted((name.decode("utf-8", "replace"), value.decode("utf-8", "replace")) for name, value in found)
    )


def _takers(
    one: Vocabulary,
    spelled: Iterable[Sequence[ValueSpelling]],
    held: Mapping[str, Collection[str]],
    given: Mapping[str, Collection[str]],
) -> tuple[list[str], list[str]]:
    """The fields that hold the values elsewhere, and the callables that take them, as far as these are those of the
    vocabulary. ``held``: all strings that they hold; ``given``: the classes of the members that they are given."""
    fields: dict[str, set[str]] = defaultdict(set)
    emitters: dict[str, set[str]] = defaultdict(set)
    for found in spelled:
        for spelling in found:
            if spelling.value in one.telling:
                if spelling.field and not _NO_FIELDS.fullmatch(spelling.field):
                    fields[spelling.field].add(spelling.value)
                if spelling.emitter and not _NO_EMITTERS.fullmatch(spelling.emitter):
                    emitters[spelling.emitter].add(spelling.value)
    fitting = (
        sorted(
            (-len(values), name)
            for name, values in takers.items()
            if len(values) >= FEWEST_VALUES
            and _is_own(one, name, values, {*held.get(name, ())} | values, given.get(name, ()))
        )
        for takers in (fields, emitters)
    )
    most_fields, most_emitters = (sorted(name for _, name in ranked[:_MOST]) for ranked in fitting)
    return most_fields, most_emitters


def _is_own(
    one: Vocabulary, taker: str, values: Collection[str], held: Collection[str], given: Collection[str]
) -> bool:
    """Whether what takes some telling values of a vocabulary, and ``held`` in all, belongs to it: it is given members,
    too, and those of no other, or values that mean nothing else; or it is called like it, or takes several, and hardly
    anything else."""
    if {*given} == {one.name} or _number(_UNMISTAKABLE, values) >= FEWEST_VALUES:
        return True
    share = len({*held} & {*one.values}) / len(held)
    shared = {*name_words(taker)} & {*name_words(one.name)} - _OF_MANY_FIELDS
    if shared and _number(_COMPOUND, values) >= FEWEST_VALUES:
        return True
    # All sorts of things have a state.
    enough = 1 / 2 if shared - _OF_MANY_LISTS else 2 / 3
    return share >= enough and (bool(shared - _OF_MANY_LISTS) or len(values) >= FEWEST_TELLING)


def _number(pattern: re.Pattern[str], values: Iterable[str]) -> int:
    return sum(bool(pattern.search(value)) for value in values)


def _draft(
    one: Vocabulary, rivals: Sequence[Vocabulary], fields: Sequence[str], emitters: Sequence[str]
) -> Draft:
    lines = [assigned("kind", "vocabulary"), assigned("canonical", one.path)]
    lines[1:1] = [f"# {one.at.file.path}: lists {len(one.values)} values"]
    if fields:
        lines += ["# what holds the values where they are spelled out", assigned("fields", fields)]
    if emitters:
        lines += listed("emitters", [(name, "is given them by hand") for name in emitters])
        lines += [
            "# Without this line, each value has to be given to an emitter somewhere.",
            "complete = false",
        ]
    lines += [f"# listed again in {rival.at.file.path}: {rival.path}" for rival in rivals[:_MOST]]
    lines += [f"# and in {len(rivals) - _MOST} more"] if len(rivals) > _MOST else []
    lines.append('# reason = "…"  # why it matters: shown with each finding')
    return Draft(
        "vocabulary",
        one.path,
        one.path.rpartition(".")[2],
        tuple(lines),
        ways=1 + len(rivals),
        evidence={
            "values": list(one.values),
            "rivals": sorted(rival.path for rival in rivals),
            "fields": list(fields),
            "emitters": list(emitters),
        },
        claims=(one.path,),
        at=one.at.file.path,
        least=FEWEST_FILES if not rivals else 1,
    )
