"""The commands: what each is for, examples of it, and what adds its options. Imports no command."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Literal, NamedTuple

from ssot_lint.cli import options

Name = Literal[
    "init",
    "discover",
    "check",
    "fix",
    "track",
    "report",
    "explain",
    "why",
    "rules",
    "packs",
    "baseline",
    "guard",
    "config",
    "schema",
    "server",
    "mcp",
    "guide",
    "completion",
    "facts",
]
"""The commands; ``COMMANDS`` says what each is for."""

ALIASES = {"rule": "explain"}
"""Commands that ruff's users know by another name."""


class Command(NamedTuple):
    """``help`` is a sentence without its capital and full stop. Each of ``examples`` follows the program's name.
    ``hidden``: the list of commands leaves it out."""

    name: Name
    help: str
    examples: tuple[str, ...]
    add_options: Callable[[ArgumentParser], None]
    hidden: bool = False


COMMANDS: tuple[Command, ...] = (
    Command(
        "init",
        "write a first contract from what is seen in the code, and what runs it at commit and in CI",
        ("init --dry-run", "init --pre-commit --ci github", "init --contracts 3 --file ssot-lint.toml"),
        options.init,
    ),
    Command(
        "discover",
        "propose contracts for what is fragmented in the code; no settings are needed",
        (
            "discover",
            "discover src --kind class,duplicates --top 5",
            "discover --explain chat-hub",
            "discover --write chat-hub",
            "discover --format html > proposals.html",
        ),
        options.discover,
    ),
    Command(
        "check",
        "report where the code departs from its contracts",
        (
            "check",
            "check src tests/test_chat.py",
            "check --select SOT2,alias-import --statistics",
            "check --owner @org/backend --group-by contract",
            "check --since origin/main",
            "check --staged --since HEAD",
            "check --format json > findings.json",
            "check --output sarif:ssot-lint.sarif --output junit:ssot-lint.xml",
            "check - --stdin-filename src/chat.py < buffer",
        ),
        options.check,
    ),
    Command(
        "fix",
        "repair what departs from the contracts, as far as that is safe",
        (
            "fix --diff",
            "fix",
            "fix src --contract chat-hub --interactive",
            "fix --since origin/main",
            "fix --unsafe-fixes --remove-shims",
        ),
        options.fix,
    ),
    Command(
        "track",
        "show where the migration to a contract stands, and the steps that are left",
        (
            "track",
            "track chat-hub --update docs/tracker.md",
            "track chat-hub --history v1.0..HEAD --samples 12",
            "track --since origin/main --format json",
        ),
        options.track,
    ),
    Command(
        "report",
        "write one page for a browser: contracts, findings with their chains, names and shims, plan and trend",
        ("report --html ssot.html", "report --html ssot.html --history v1.0..HEAD --title Chat"),
        options.report,
    ),
    Command(
        "explain",
        "show the page of a rule",
        ("explain SOT201", "explain direct-construction"),
        options.explain,
    ),
    Command(
        "why",
        "show each step of the reasoning about one line, also why nothing is reported",
        ("why src/chat.py:12",),
        options.why,
    ),
    Command("rules", "list all rules", ("rules", "rules --format json"), options.rules),
    Command(
        "packs",
        "list the packs: primitives that a contract of kind gateway can name together",
        ("packs", "packs --format json"),
        options.rules,
    ),
    Command(
        "baseline",
        "record what is there now, so that only new findings are reported",
        (
            "baseline create",
            "baseline prune    # drops what is fixed, and adds nothing",
            "baseline update   # also takes new findings in, follows moves, resolves a merge",
            "baseline status --format json",
        ),
        options.baseline,
    ),
    Command(
        "guard",
        "end a migration: a contract without findings leaves the baseline, and its former names are retired",
        ("guard chat-hub", 'guard chat-hub --reason "one hub for each user" --dry-run'),
        options.guard,
    ),
    Command(
        "config",
        "show the settings in force, and where each comes from",
        ("config", "config --check", "config --config shared/ssot-lint.toml --format json"),
        options.settings,
    ),
    Command(
        "schema", "print the JSON Schema of the settings", ("schema > ssot-lint.schema.json",), options.schema
    ),
    Command(
        "server",
        "serve an editor while one types, by the Language Server Protocol",
        ("server", "server --tcp 127.0.0.1:8765"),
        options.server,
    ),
    Command(
        "mcp",
        "serve a coding agent, by the Model Context Protocol over standard input and output (needs mcp)",
        ("mcp", "mcp --config services/chat/pyproject.toml"),
        options.mcp,
    ),
    Command(
        "guide",
        "print a summary of each contract for people and agents who write code, or keep it in a file",
        ("guide", "guide channel-manager", "guide --update AGENTS.md"),
        options.guide,
    ),
    Command(
        "completion",
        "print a script that completes commands, options and their words in a shell (needs shtab)",
        (
            "completion bash > ~/.local/share/bash-completion/completions/ssot-lint",
            "completion fish > ~/.config/fish/completions/ssot-lint.fish",
        ),
        options.completion,
    ),
    Command(
        "facts",
        "show what a file says about some names, for people who work on ssot-lint",
        ("facts src/chat.py", "facts src/chat.py --names ChatHub"),
        options.facts,
        hidden=True,
    ),
)
