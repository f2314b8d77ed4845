"""The fixtures of ssot-lint at work; they come with it, as a plugin of pytest."""

import asyncio

import pytest

from chat.channels import ChannelManager, get_channel_manager
from chat.context import UserContext
from chat.events import AGENT_COMPLETED, AGENT_STARTED, AGENT_THINKING, TOOL_COMPLETED, TOOL_EXECUTING
from chat.server import open_session

pytest.importorskip("ssot_lint.plugins", reason="ssot-lint is not installed")

EVENTS = [AGENT_STARTED, AGENT_THINKING, TOOL_EXECUTING, TOOL_COMPLETED, AGENT_COMPLETED]


def test_managers_of_two_users_share_nothing(ssot_isolation) -> None:
    ssot_isolation(get_channel_manager, (UserContext("ann"), UserContext("bob")))


def test_nor_do_those_that_are_awaited(ssot_isolation) -> None:
    async def connect(user_context: UserContext) -> ChannelManager:
        await asyncio.sleep(0)
        return get_channel_manager(user_context=user_context)

    ssot_isolation(connect, (UserContext("ann"), UserContext("bob")))


def test_each_user_receives_their_own_events(ssot_events, monkeypatch) -> None:
    recorder = ssot_events(EVENTS)
    sessions = [open_session(user, device=user) for user in ("ann", "bob")]
    for session in sessions:
        context = session.user_context
        monkeypatch.setattr(context.channel, "receive", recorder.user(context.user_id))
    for session in sessions:
        session.ask("1 + 1")
    recorder.check()


def test_also_at_the_same_time(ssot_events, monkeypatch) -> None:
    recorder = ssot_events(EVENTS)

    async def ask(user: str) -> None:
        session = open_session(user, device=user)
        monkeypatch.setattr(session.user_context.channel, "receive", recorder.user(user))
        await asyncio.to_thread(session.ask, "1 + 1")

    async def both() -> None:
        await asyncio.gather(ask("ann"), ask("bob"))

    asyncio.run(both())
