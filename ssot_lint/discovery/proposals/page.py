"""Proposals → one page of HTML that needs nothing else: no script, no network. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from html import escape

from ssot_lint.discovery.proposals.proposal import ContractProposal
from ssot_lint.model.rules import CODES
from ssot_lint.model.wording import printable

_STYLE = """\
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid #8888; border-radius: .25rem; font-size: .875rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: .2rem .75rem .2rem 0; vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
code { overflow-wrap: anywhere; }
"""


def page(proposals: Iterable[tuple[ContractProposal, str]], title: str) -> str:
    """The page; ``title`` says of what. Each proposal comes with what stands before ``contracts`` in its table."""
    rows = list(proposals)
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{_text(title)}</title>",
            f"<style>{_STYLE}</style>",
            "</head>",
            "<body>",
            "<main>",
            f"<h1>{_text(title)}</h1>",
            *_table(one for one, _ in rows),
            *(line for one, table in rows for line in _section(one, table)),
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _table(proposals: Iterable[ContractProposal]) -> list[str]:
    rows = [
        f'<tr><td><a href="#{_text(one.name)}">{_text(one.name)}</a></td><td>{_text(one.kind)}</td>'
        f"<td><code>{_text(one.symbol)}</code></td>"
        f'<td class="number">{one.harm.whole:g}</td><td class="number">{len(one.findings)}</td></tr>'
        for one in proposals
    ]
    if not rows:
        return ["<p>No contract is proposed.</p>"]
    head = (
        '<tr><th scope="col">contract</th><th scope="col">kind</th><th scope="col">symbol</th>'
        '<th scope="col" class="number">harm</th><th scope="col" class="number">findings</th></tr>'
    )
    return [
        '<div class="scroll" tabindex="0">',
        "<table>",
        f"<thead>{head}</thead>",
        "<tbody>",
        *rows,
        "</tbody>",
        "</table>",
        "</div>",
    ]


def _section(one: ContractProposal, table: str) -> list[str]:
    codes = Counter(finding.code for finding in one.findings)
    told = ", ".join(f"{number} {code} {CODES[code]}" for code, number in sorted(codes.items()))
    return [
        f'<section id="{_text(one.name)}">',
        f"<h2>{_text(one.name)}</h2>",
        f"<p>{_text(one.kind)} <code>{_text(one.symbol)}</code>: harm {one.harm.whole:g} = "
        f"spread {one.harm.spread:g} x sharing {one.harm.sharing:g} x divergence {one.harm.divergence:g}. "
        f"Findings now: {_text(told)}.</p>",
        f'<pre tabindex="0">{_text(one.contract(table))}</pre>',
        "<details><summary>Places</summary><ul>",
        *(
            f"<li><code>{_text(finding.path)}:{finding.span.line}</code> {_text(finding.code)} "
            f"{_text(finding.message)}</li>"
            for finding in one.findings
        ),
        "</ul></details>",
        "</section>",
    ]


def _text(text: str) -> str:
    return escape("\n".join(printable(line) for line in text.split("\n")))
