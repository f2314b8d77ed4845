"""SOT606: canonical lacks a value that the contract names, or holds one that the contract does not name."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.rules.evidence import Evidence, Match, values


def check(evidence: Evidence) -> Iterator[Match]:
    links = evidence.links
    agreed, own = values.vocabulary(links).values, links.roles.listed
    if not agreed or own is None or own.module.file != evidence.module.file:
        return
    held = values.listed_values(links)
    # What is made when the program runs may be any of those that are missing.
    lacking = [one for one in agreed if one not in held] if own.words.is_whole else []
    extra = [one for one in held if one not in agreed]
    said = [f"lacks {_listed(lacking)}"] if lacking else []
    said += [f"holds {_listed(extra)}, which the contract does not name"] if extra else []
    if said:
        name = own.words.name or own.module.name
        advice = "add what is missing, or correct `values`" if lacking else "correct `values`, or remove it"
        yield values.match(
            evidence, values.at(own.words.span, name), f"`{name}` {' and '.join(said)}", advice
        )


def _listed(found: list[str]) -> str:
    return ", ".join(f'"{one}"' for one in found)
