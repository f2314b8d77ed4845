"""Primitives that mean the same everywhere, by the name of their pack: ``primitives = ["pack:environment"]``. Data."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

PREFIX = "pack:"


class Pack(NamedTuple):
    """``about`` is a sentence without its capital and full stop."""

    about: str
    primitives: tuple[str, ...]


PACKS: Mapping[str, Pack] = MappingProxyType(
    {
        "environment": Pack(
            "what reads or writes the environment of the process",
            (
                *("os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv", "os.unsetenv"),
                *("dotenv.load_dotenv", "dotenv.dotenv_values", "dotenv.get_key", "dotenv.set_key"),
                *("decouple.config", "decouple.AutoConfig", "environs.Env", "environ.Env"),
            ),
        ),
        "clock": Pack(
            "what asks what time it is",
            (
                *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today"),
                *("datetime.date.today", "time.time", "time.time_ns", "time.localtime", "time.gmtime"),
            ),
        ),
        "random": Pack(
            "what gives chance",
            ("random", "secrets", "numpy.random", "uuid.uuid1", "uuid.uuid4", "os.urandom"),
        ),
        "network": Pack(
            "what speaks to other machines",
            ("requests", "httpx", "aiohttp", "urllib.request", "urllib3", "http.client", "socket"),
        ),
        "subprocess": Pack(
            "what starts other programs",
            (
                *("subprocess", "os.system", "os.popen", "os.posix_spawn", "pty.spawn"),
                *("asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell"),
            ),
        ),
    }
)
