"""All that the environment decides."""

import os


def get(name: str, default: str) -> str:
    return os.environ.get(f"CHAT_{name}", default)
