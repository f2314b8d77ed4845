"""Settings → the files that can matter, with their facts, in as many rounds as linking learns new names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from ssot_lint import comments, files
from ssot_lint.config import Settings
from ssot_lint.facts import extract
from ssot_lint.links import Links, Module, Project, absolute, patterns_of, words_of
from ssot_lint.model import Binding, Comment, Facts, File, Import

ROUNDS = 12
"""Chains of renamings longer than this many files are cut off; each round follows at least one more."""

_OURS = re.compile(rb"(?i)ssot")
_NOQA = re.compile(rb"(?i)noqa")
_COOKIE = re.compile(rb"^(?:[^\n]*\n)?[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_PLAIN = frozenset(
    "utf-8 utf8 ascii us-ascii latin-1 latin1 iso-8859-1 iso-8859-15 cp1252 windows-1252".split()
)
_STAR = re.compile(rb"\bimport[\s\\]*\*")
_RELATIVE = re.compile(rb"\bfrom[ \t\\]*\.")
_WORD = re.compile(r"[^\W\d]\w*")

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Index:
    """What is known of a project: all files, the facts of those that matter, comments, unreadable files."""

    listing: files.Listing
    project: Project
    links: list[Links]
    asked: dict[str, frozenset[str]]
    comments: dict[str, tuple[Comment, ...]] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)


def build(
    settings: Settings, buffers: Mapping[str, bytes], progress: Progress | None, read: Callable[[str], bytes]
) -> Index:
    listing = files.listing(settings, buffers)
    everything = settings.singletons == "all"
    base = frozenset(word for contract in settings.contracts for word in words_of(contract))
    patterns = [pattern for contract in settings.contracts for pattern in patterns_of(contract)]
    index = Index(listing, Project(listing.files, ()), [], {})
    modules: dict[str, Module] = {}
    special: set[str] = set()
    total = len(listing.files)
    for number, file in enumerate(listing.files):
        if progress is not None and number % 100 == 0:
            progress("index", number, total)
        try:
            data = read(file.path)
        except files.Unreadable as problem:
            index.unreadable[file.path] = str(problem)
            continue
        asked = present(data, base, patterns)
        star = bool(_STAR.search(data)) or b"__getattr__" in data
        if star:
            special.add(file.path)
        if asked or everything or (star and base):
            modules[file.path] = Module(file, extract(data, asked, everything=everything))
            index.asked[file.path] = asked
            spoken = modules[file.path].facts.comments
        else:
            spoken = comments.read(data) if _OURS.search(data) else ()
        if spoken:
            index.comments[file.path] = spoken
    names: set[str] = set(base)
    for _ in range(ROUNDS):
        index.project = Project(listing.files, modules.values())
        index.links = [Links(contract, index.project) for contract in settings.contracts]
        learned = _learned(index.links, names)
        wanted = _wanted(index, modules)
        if not learned and not wanted:
            break
        names |= learned.keys()
        todo = listing.files if learned else [file for file in listing.files if file.path in wanted]
        for file in todo:
            if file.path in index.unreadable:
                continue
            try:
                data = read(file.path)
            except files.Unreadable as problem:
                index.unreadable[file.path] = str(problem)
                continue
            more = wanted.get(file.path, frozenset()) | _reachable(data, learned)
            old = index.asked.get(file.path, frozenset())
            if not more <= old:
                index.asked[file.path] = old | more
                modules[file.path] = Module(file, extract(data, old | more, everything=everything))
                if modules[file.path].facts.comments:
                    index.comments[file.path] = modules[file.path].facts.comments
    return index


def present(data: bytes, words: Iterable[str], patterns: Iterable[re.Pattern[str]] = ()) -> frozenset[str]:
    """The words that a file's bytes hold, exactly as Python would read them."""
    text = _searchable(data)
    if text is None:
        found = {word for word in words if word.encode() in data}
    else:
        found = {word for word in words if word in text}
    for pattern in patterns:
        text = text if text is not None else data.decode("latin-1")
        found.update(match[0] for match in _WORD.finditer(text) if pattern.fullmatch(match[0]))
    return frozenset(found)


def _searchable(data: bytes) -> str | None:
    """The text to search where bytes do not say it plainly: names are NFKC-normalised, and cookies can hide letters."""
    cookie = _COOKIE.match(data)
    encoding = cookie[1].decode("ascii", "replace").lower().replace("_", "-") if cookie else "utf-8"
    if encoding in _PLAIN and data.isascii():
        return None
    try:
        return unicodedata.normalize("NFKC", data.decode(encoding))
    except (LookupError, ValueError):
        return data.decode("latin-1")


def _reachable(data: bytes, learned: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The learned names that a file can reach: it holds the name, and the last part of a module that has it."""
    found = set()
    for name in present(data, learned):
        modules = learned[name]
        if _RELATIVE.search(data) or _STAR.search(data) or present(data, modules):
            found.add(name)
    return frozenset(found)


def _learned(links: Iterable[Links], names: set[str]) -> dict[str, frozenset[str]]:
    """New names of the symbols, each with the last parts of the modules that bind it."""
    found: dict[str, set[str]] = {}
    for one in links:
        for module in one.project.by_path.values():
            facts = module.facts
            bound = {(item.bound if isinstance(item, Import) else item.name) for item in _at_module(facts)}
            bound |= {served for served, _, _ in facts.forwards if served != "*"}
            for name in bound - names:
                link = one.path(f"{module.name}.{name}")
                if (
                    link is not None
                    and not link.rest
                    and link.kind in ("symbol", "subclass", "maker", "factory")
                ):
                    parts = [
                        part.rpartition(".")[2] for part in (module.file.module, *module.file.also) if part
                    ]
                    found.setdefault(name, set()).update(parts)
    return {name: frozenset(parts) for name, parts in found.items()}


def _at_module(facts: Facts) -> list[Import | Binding]:
    found: list[Import | Binding] = [one for one in facts.imports if not one.where.scope and one.name != "*"]
    found += [
        one
        for one in facts.bindings
        if not one.where.scope and one.how in ("assign", "alias", "class", "def", "key")
    ]
    return found


def _wanted(index: Index, modules: Mapping[str, Module]) -> dict[str, frozenset[str]]:
    """Names that some path needs from a file whose facts do not tell of them yet."""
    found: dict[str, set[str]] = {}

    def want(path: str, least: int) -> None:
        file, _, rest = index.project.split(path)
        if file is None or len(rest) < least or file.path in index.unreadable:
            return
        if rest[0] not in index.asked.get(file.path, frozenset()) and rest[0].isidentifier():
            found.setdefault(file.path, set()).add(rest[0])

    for module in modules.values():
        for use in module.facts.uses:
            for target in use.ref.targets:
                if target[:1] not in ":?":
                    want(absolute(target, module), 2)
        for text in module.facts.texts:
            for target in text.subject.targets if text.subject is not None else ():
                if target[:1] not in ":?":
                    want(absolute(target, module), 1)
    for links in index.links:
        for path in (links.contract.canonical, *links.contract.factories):
            want(path, 1)
        for module, klass in links.managed():
            refs = [*klass.decorators, *([klass.metaclass] if klass.metaclass else [])]
            refs += [base.ref for base in klass.bases if base.ref is not None]
            for ref in refs:
                for target in ref.targets:
                    if target[:1] != "?":
                        want(absolute(target, module), 1)
    return {path: frozenset(names) for path, names in found.items()}


def file_of(index: Index, path: str) -> File | None:
    return next((file for file in index.listing.files if file.path == path), None)
