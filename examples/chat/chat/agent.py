"""Answers a question, and tells the user at each step."""

from functools import lru_cache

from chat import notifier, tools
from chat.channels import ChannelManager, get_channel_manager
from chat.context import UserContext, asking
from chat.events import AGENT_STARTED, AGENT_THINKING, Event


# Models think a lot, so this is called often.
@lru_cache(maxsize=None)
def thinking_manager(model: str) -> ChannelManager:
    return get_channel_manager(user_context=asking.get())


def run(user_context: UserContext, manager: ChannelManager, question: str, model: str = "small") -> str:
    asking.set(user_context)
    manager.send(Event(AGENT_STARTED, user_context.user_id, question))
    thinking_manager(model).send(Event(AGENT_THINKING, user_context.user_id, "this needs a sum"))
    answer = f"the sum is {tools.add(user_context, question)}"
    notifier.completed(user_context, answer)
    return answer
