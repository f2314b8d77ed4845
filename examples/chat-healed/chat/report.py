"""Questions that come by mail, answered once a night."""

from chat import agent, settings
from chat.channels import get_channel_manager
from chat.context import UserContext
from chat.events import AGENT_COMPLETED


def report(user_context: UserContext, questions: list[str]) -> list[str]:
    manager = get_channel_manager(user_context=user_context)
    for question in questions[: int(settings.get("MOST_QUESTIONS", "10"))]:
        agent.run(user_context, manager, question)
    return [event.text for event in user_context.channel.inbox if event.type == AGENT_COMPLETED]
