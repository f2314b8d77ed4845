"""A small project for the tests of front ends: a class, its factory, and two files that use them."""

from __future__ import annotations

CONTRACT = """\
[tool.ssot-lint.contracts.hub]
canonical = "chat.hub.Hub"
factories = ["chat.hub.get_hub"]
instances = "shared"
"""

HUB = """\
class Hub:
    def join(self):
        pass


def get_hub():
    return Hub()
"""

BAD = """\
from chat.hub import Hub


def enter():
    Hub().join()
"""
"""A file with SOT201 in line 5, column 5."""

GOOD = """\
from chat.hub import get_hub


def enter():
    get_hub().join()
"""
