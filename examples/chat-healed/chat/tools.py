"""What the agent can do besides talking: sums."""

import re

from chat.channels import ChannelManager
from chat.context import UserContext
from chat.events import TOOL_COMPLETED, TOOL_EXECUTING, Event


def add(user_context: UserContext, manager: ChannelManager, question: str) -> int:
    numbers = [int(number) for number in re.findall(r"\d+", question)]
    manager.send(Event(TOOL_EXECUTING, user_context.user_id, f"add {numbers}"))
    total = sum(numbers)
    manager.send(Event(TOOL_COMPLETED, user_context.user_id, str(total)))
    return total
