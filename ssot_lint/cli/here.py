"""The rules that hold where the command runs: with those of plugins that the settings name, if there are settings."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ssot_lint.model.errors import ConfigError
from ssot_lint.model.rules import ALL, CODES, Rule
from ssot_lint.settings import loading, workspace
from ssot_lint.settings.documents import Documents


def rules() -> Sequence[Rule]:
    """In the order of their codes. What is wrong with the settings is told by commands that judge by them."""
    with suppress(ConfigError):
        documents = Documents()
        file = workspace.find(Path.cwd(), documents)
        if file is not None:
            loading.load(file, codes=CODES, documents=documents)
    return ALL
