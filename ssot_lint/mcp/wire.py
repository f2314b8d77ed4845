"""The protocol as the official SDK speaks it → calls of our functions; the only module that knows the SDK.

One thing is done after the other, in threads that hold up no end of the process.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar

from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError

from ssot_lint import __version__
from ssot_lint.facts.parse import deep
from ssot_lint.mcp import pages
from ssot_lint.mcp.declared import INSTRUCTIONS, TOOLS, arguments
from ssot_lint.mcp.resident import AgentProject
from ssot_lint.model.errors import ConfigError, Unusable, WrongInput
from ssot_lint.model.wording import bug, printable, shown, suggestion
from ssot_lint.report.json_text import dumps

T = TypeVar("T")

PATIENCE = 2.0
"""Seconds that the process may take to end when its input has ended: a client that is gone reads no more output."""

_ANTICIPATED = (WrongInput, ConfigError, Unusable)
_MARKDOWN = "text/markdown"


def serve(project: AgentProject) -> int:
    """Speaks with one agent over standard input and output, until its input ends. The exit code."""
    for name in ("mcp", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    asyncio.run(_serve(built(project)))
    return 0


async def _serve(server: Any) -> None:
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())
        end = threading.Timer(PATIENCE, os._exit, [0])
        end.daemon = True
        end.start()


def built(project: AgentProject) -> Any:
    """A server that waits for a client."""
    known = {one.name: one for one in TOOLS}
    busy = threading.Lock()

    async def list_tools(*_: object) -> Any:
        return types.ListToolsResult(tools=[_tool(one) for one in TOOLS])

    async def call_tool(_: object, params: Any) -> Any:
        tool = known.get(params.name)
        if tool is None:
            raise MCPError(-32602, f"there is no tool {shown(params.name)}{suggestion(params.name, known)}")
        given: Mapping[str, object] = params.arguments or {}
        try:
            found = await _beside(busy, lambda: tool.answer(project, arguments(tool, given)))
        except _ANTICIPATED as error:
            return _refusal(_said(error))
        except Exception as error:
            return _refusal(_bug(error))
        # In ASCII, and without the halves of characters: file names have such, and no JSON has.
        text = dumps(found)
        content = [types.TextContent(type="text", text=text)]
        return types.CallToolResult(content=content, structured_content=json.loads(text))

    async def list_resources(*_: object) -> Any:
        found = await _beside(busy, partial(pages.listed, project))
        resources = [
            types.Resource(uri=one.uri, name=one.name, description=printable(one.about), mime_type=_MARKDOWN)
            for one in found
        ]
        return types.ListResourcesResult(resources=resources)

    async def list_templates(*_: object) -> Any:
        templates = [
            types.ResourceTemplate(uri_template=uri, name=name, description=about, mime_type=_MARKDOWN)
            for uri, name, about in pages.TEMPLATES
        ]
        return types.ListResourceTemplatesResult(resource_templates=templates)

    async def read_resource(_: object, params: Any) -> Any:
        try:
            text = await _beside(busy, partial(pages.read, project, str(params.uri)))
        except _ANTICIPATED as error:
            raise MCPError(-32602, _said(error), {"uri": str(params.uri)}) from None
        except Exception as error:
            raise MCPError(-32603, _bug(error), {"uri": str(params.uri)}) from None
        contents = types.TextResourceContents(uri=params.uri, mime_type=_MARKDOWN, text=text)
        return types.ReadResourceResult(contents=[contents])

    return Server(
        "ssot-lint",
        version=__version__,
        title="ssot-lint",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
    )


def _tool(one: Any) -> Any:
    hints = types.ToolAnnotations(
        title=one.title,
        read_only_hint=True,
        destructive_hint=False,
        idempotent_hint=True,
        open_world_hint=False,
    )
    return types.Tool(
        name=one.name,
        title=one.title,
        description=one.about,
        input_schema=one.input_schema,
        output_schema=one.output_schema,
        annotations=hints,
    )


async def _beside(busy: threading.Lock, work: Callable[[], T]) -> T:
    """The result of some work, which a thread does when no other is at work. A client that is gone ends the waiting,
    and the process does not wait for the thread."""
    future: Future[T] = Future()

    def run() -> None:
        with busy:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(deep(work))
            except BaseException as error:
                future.set_exception(error)

    threading.Thread(target=run, name="ssot-lint-agent", daemon=True).start()
    return await asyncio.wrap_future(future)


def _refusal(text: str) -> Any:
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], is_error=True)


def _said(error: Exception) -> str:
    lines = [printable(line) for line in str(error).split("\n")]
    if isinstance(error, ConfigError):
        return "\n".join(["the settings are wrong; mend them, and ask again:", *lines])
    return "\n".join(lines)


def _bug(error: Exception) -> str:
    logging.getLogger("ssot_lint").error("a bug of ssot-lint, not of your code", exc_info=error)
    return bug(error)


__all__ = ["built", "serve"]
