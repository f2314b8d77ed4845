"""What is known of one editor: its folders, texts and wishes, what it was sent, and the judging for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lsprotocol import types as lsp

from ssot_lint.report.terminal.excerpt import lines_of as lines_of_bytes
from ssot_lint.server.diagnostics import diagnostics, identity
from ssot_lint.server.documents import OpenText, path_of, uri_of
from ssot_lint.server.judging import Judging
from ssot_lint.server.positions import Unit
from ssot_lint.server.projects import Desk, Page, Pages
from ssot_lint.settings.settings import Settings
from ssot_lint.sources.tree import is_source

Publish = Callable[[lsp.PublishDiagnosticsParams], None]


@dataclass(slots=True)
class Editor:
    """``publish`` sends diagnostics, ``refresh`` tells a client that pulls them that others have changed."""

    publish: Publish
    refresh: Callable[[], None]
    judging: Judging = field(init=False)
    unit: Unit = "utf-16"
    pulls: bool = False
    watches: bool = False
    """The client tells of changes on the disk; if not, the disk is looked at with each key."""
    folders: dict[str, str] = field(default_factory=dict)
    """The real paths of the folders, and the paths that the client knows them by."""
    documents: dict[str, OpenText] = field(default_factory=dict)
    """The open texts by path: of a file that is open by several names, the text that was changed last."""
    spelled: dict[str, OpenText] = field(default_factory=dict)
    """All open texts, by the paths that the client knows them by."""
    touched: set[str] = field(default_factory=set)
    """The open files that were opened or changed since they were last sent."""
    sent: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By path, the URI under which the client has diagnostics, and what tells these from others."""

    pulled: Pages = field(default_factory=dict)
    """What a client that pulls was last told to ask for."""
    _marks: dict[str, tuple[object, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.judging = Judging(self.desk, self.shown)

    def desk(self) -> Desk:
        return Desk(tuple(self.folders), dict(self.documents), frozenset(self.touched))

    def path(self, uri: str) -> str | None:
        """The path of a URI, with the links in its folder resolved."""
        path = path_of(uri)
        if path is None:
            return None
        return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))

    def text(self, uri: str) -> OpenText | None:
        """The open text of a URI."""
        return self.spelled.get(path_of(uri) or "")

    def hold(self, document: OpenText) -> None:
        """A text was opened or changed."""
        name = path_of(document.uri) or ""
        self.spelled.pop(name, None)
        self.spelled[name] = self.documents[document.path] = document
        self.touched.add(document.path)

    def drop(self, document: OpenText) -> None:
        """A text was closed. The file may be open by another name."""
        del self.spelled[path_of(document.uri) or ""]
        del self.documents[document.path]
        self.touched.discard(document.path)
        others = [one for one in self.spelled.values() if one.path == document.path]
        if others:
            self.hold(others[-1])

    def uri(self, path: str) -> str:
        """The URI of a file as the client spells it."""
        if path in self.documents:
            return self.documents[path].uri
        for real, given in self.folders.items():
            if real != given and path.startswith(f"{real}{os.sep}"):
                return uri_of(given + path[len(real) :])
        return uri_of(path)

    def lines(self, path: str) -> Sequence[str]:
        """The lines of a file: of the open text, or else those on the disk."""
        if path in self.documents:
            return self.documents[path].lines
        found = self.judging.projects.session_of(path)
        data = found[0].text(found[1]) if found is not None else None
        return lines_of_bytes(data) if data is not None else ()

    def diagnostics(
        self, path: str, pages: Pages, desk: Desk | None = None, known: dict[str, Sequence[str]] | None = None
    ) -> list[lsp.Diagnostic]:
        """What is shown of a file. ``desk``: the texts as they were judged. ``known``: lines that were read already."""
        lines_by_path = known if known is not None else {}
        texts = desk.documents if desk is not None else self.documents

        def lines(file: str) -> Sequence[str]:
            if file not in lines_by_path:
                lines_by_path[file] = texts[file].lines if file in texts else self.lines(file)
            return lines_by_path[file]

        page = pages.get(path)
        return diagnostics(path, page, self._settings(path), lines, self.uri, self.unit)

    def _settings(self, path: str) -> Settings | None:
        session = self.judging.projects.session_of(path)
        return session[0].state.settings if session is not None else None

    def mark(self, path: str, pages: Pages, desk: Desk, known: dict[str, Sequence[str]]) -> str:
        """What tells the diagnostics of a file from others; it is made anew only where they may be others."""
        page = pages.get(path)
        involved = sorted(_files(path, page) & desk.documents.keys())
        versions = tuple((one, desk.documents[one].version) for one in involved)
        session = self.judging.projects.session_of(path)
        # What is closed may be another text with findings at the same places.
        looks = session[0].looks if session is not None else 0
        of = page, versions, looks, self._settings(path)
        if path not in self._marks or self._marks[path][0] != of:
            self._marks[path] = of, identity(self.diagnostics(path, pages, desk, known))
        return self._marks[path][1]

    def shown(self, desk: Desk, pages: Pages) -> None:
        """Sends what has changed, but for the files that are still to be judged."""
        if self.pulls:
            self._tell(self._taken(desk), pages)
            return
        touched = self._taken(desk)
        held = [path for path in desk.documents if desk.holds(path)]
        # Nobody opens the settings to see that they are wrong.
        apart = [path for path in pages if not is_source(path)]
        left = self.judging.projects.open
        for path in dict.fromkeys((*held, *apart, *self.sent)):
            if path in left and path in held:
                continue
            is_shown = path in held or path in apart
            found = self.diagnostics(path, pages, desk) if is_shown else []
            self._send(path, found, desk, always=path in touched and path in held)

    def _send(self, path: str, found: list[lsp.Diagnostic], desk: Desk, *, always: bool) -> None:
        mark = identity(found) if found else ""
        document, uri = desk.documents.get(path), self.uri(path)
        before, known = self.sent.get(path, (uri, ""))
        if before != uri:
            # By the other name the file is not open any more.
            self.publish(lsp.PublishDiagnosticsParams(before, []))
            known = ""
        if always or known != mark:
            version = document.version if document is not None else None
            self.publish(lsp.PublishDiagnosticsParams(uri, found, version=version))
        if mark or document is not None:
            self.sent[path] = uri, mark
        else:
            self.sent.pop(path, None)

    def _taken(self, desk: Desk) -> set[str]:
        """The touched files whose texts have been judged; what was opened or changed since is for next time."""
        left = self.judging.projects.open
        texts = desk.documents, self.documents
        taken = {one for one in self.touched - left if texts[0].get(one) is texts[1].get(one)}
        self.touched -= taken
        return taken

    def _tell(self, touched: set[str], pages: Pages) -> None:
        """Asks a client that pulls to do so, where files have changed that it has not touched itself."""
        before, self.pulled = self.pulled, pages
        changed = {path for path in pages.keys() | before.keys() if pages.get(path) != before.get(path)}
        if changed - touched:
            self.refresh()


def _files(path: str, page: Page | None) -> set[str]:
    """A file, and those in which the evidence of its findings is."""
    if page is None:
        return {path}
    return {path, *(os.path.normpath(page.root / hop.path) for one in page.findings for hop in one.chain)}
