"""The resources that agents can read: a page of each rule, and one of each contract of the project as it is now."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple
from urllib.parse import quote, unquote

from ssot_lint.mcp.resident import AgentProject
from ssot_lint.model.contracts import Contract
from ssot_lint.model.errors import ConfigError, WrongInput
from ssot_lint.model.rules import ALL
from ssot_lint.model.wording import shown, suggestion
from ssot_lint.report.pages import guide
from ssot_lint.rules import pages
from ssot_lint.settings import members
from ssot_lint.settings.settings import Settings

RULES, CONTRACTS = "ssot-lint://rules/", "ssot-lint://contracts/"

TEMPLATES = (
    (f"{RULES}{{code}}", "rule", "The page of a rule: what it finds, why, and how it is mended."),
    (
        f"{CONTRACTS}{{name}}",
        "contract",
        "What there is to know of a contract by whoever writes code under it.",
    ),
)
"""URI, name and description of each kind."""


class AgentPage(NamedTuple):
    """``about``: what it holds, in a sentence."""

    uri: str
    name: str
    about: str


def listed(project: AgentProject) -> list[AgentPage]:
    """All pages; those of contracts only while the settings are good."""
    found: list[AgentPage] = []
    with suppress(ConfigError, WrongInput):
        for name, contract in _contracts(project.settings()).items():
            about = contract.reason or f"what holds for {contract.symbol or name}"
            found.append(AgentPage(f"{CONTRACTS}{quote(name)}", name, about))
    rules = (
        AgentPage(
            f"{RULES}{rule.code}", f"{rule.code} {rule.name}", pages.summary(pages.text(rule.name) or "")
        )
        for rule in ALL
    )
    return [*rules, *found]


def read(project: AgentProject, uri: str) -> str:
    """The page at a URI, in Markdown. WrongInput where there is none; ConfigError where settings are wrong."""
    if uri.startswith(RULES):
        word = unquote(uri.removeprefix(RULES))
        with suppress(ConfigError, WrongInput):
            # Plugins have rules, too.
            project.settings()
        rule = next((one for one in ALL if word.upper() == one.code or word.lower() == one.name), None)
        text = pages.text(rule.name) if rule is not None else None
        if text is None:
            raise WrongInput(
                f"{shown(word)} is no code of a rule{suggestion(word, [one.code for one in ALL])}"
            )
        return text
    if uri.startswith(CONTRACTS):
        name = unquote(uri.removeprefix(CONTRACTS))
        known = _contracts(project.settings())
        if name not in known:
            raise WrongInput(f"{shown(name)} is no name of a contract{suggestion(name, known)}")
        return guide.page(name, known[name])
    raise WrongInput(f"there is no resource {shown(uri)}: their URIs begin with {RULES} or {CONTRACTS}")


def _contracts(settings: Settings) -> dict[str, Contract]:
    """All contracts, by the names that the root knows them by."""
    return {one.contract.name: one.contract for one in members.contracts(settings)[members.ROOT]}


__all__ = ["TEMPLATES", "AgentPage", "listed", "read"]
