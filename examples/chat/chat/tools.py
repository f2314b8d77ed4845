"""What the agent can do besides talking: sums."""

import re

from chat.channels import ChannelManager, get_channel_manager
from chat.context import UserContext
from chat.events import TOOL_COMPLETED, TOOL_EXECUTING, Event

_manager: ChannelManager | None = None


def _tool_manager(user_context: UserContext) -> ChannelManager:
    global _manager
    if _manager is None:
        _manager = get_channel_manager(user_context=user_context)
    return _manager


def add(user_context: UserContext, question: str) -> int:
    numbers = [int(number) for number in re.findall(r"\d+", question)]
    manager = _tool_manager(user_context)
    manager.send(Event(TOOL_EXECUTING, user_context.user_id, f"add {numbers}"))
    total = sum(numbers)
    manager.send(Event(TOOL_COMPLETED, user_context.user_id, str(total)))
    return total
