"""SOT504: a string that Python will use as an import names a primitive."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.rules.evidence import Evidence, Match, texts, touches


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
        if link is not None and link.kind == "symbol":
            touch = touches.by_text(evidence, text, link)
            yield touches.match(evidence, touch, f"the string names `{link.path}`, outside its home")
