"""Answers a question, and tells the user at each step."""

from chat import tools
from chat.channels import ChannelManager
from chat.context import UserContext
from chat.events import AGENT_COMPLETED, AGENT_STARTED, AGENT_THINKING, Event


def run(user_context: UserContext, manager: ChannelManager, question: str) -> str:
    user_id = user_context.user_id
    manager.send(Event(AGENT_STARTED, user_id, question))
    manager.send(Event(AGENT_THINKING, user_id, "this needs a sum"))
    answer = f"the sum is {tools.add(user_context, manager, question)}"
    manager.send(Event(AGENT_COMPLETED, user_id, answer))
    return answer
