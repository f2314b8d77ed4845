"""SOT504: a string that Python will use as an import names a primitive."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.rules.evidence import Evidence, Match, primitives, texts, touches


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.judged or touches.is_narrow(evidence):
        return
    for text in evidence.facts.texts:
        if (
            text.subject is not None
            or touches.imported(evidence, text)
            or touches.excused(evidence, text.where)
        ):
            # What is said of an attribute is a read, or a write; and what is imported, an import.
            continue
        path = texts.path(evidence, text)
        link = evidence.links.path(path) if path else None
        if path and link is not None and link.kind == "symbol":
            link = primitives.handed_on(evidence, link, acts=False)
            if link is not None:
                touch = touches.by_text(evidence, text, link)
                behind = f", which is `{touch.whole}`" if touch.whole != path else ""
                yield touches.match(evidence, touch, f"the string names `{path}`{behind}, outside its home")
