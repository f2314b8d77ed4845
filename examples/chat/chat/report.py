"""Questions that come by mail, answered once a night."""

import os

from chat import tools
from chat.context import UserContext
from chat.events import Event
from chat.offline import ChannelManager


def report(user_context: UserContext, questions: list[str]) -> list[str]:
    manager = ChannelManager()
    for question in questions[: int(os.environ.get("CHAT_MOST_QUESTIONS", "10"))]:
        answer = f"the sum is {tools.add(user_context, question)}"
        manager.send(Event("agent_complete", user_context.user_id, answer))
    return [event.text for event in manager.sent]
