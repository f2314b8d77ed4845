"""Tells users that their answer is ready."""

from chat.channels import ConnectionHub
from chat.context import UserContext
from chat.events import AGENT_COMPLETED, Event

Notifier = ConnectionHub

# One for the whole process, for now.
manager = Notifier()


def completed(user_context: UserContext, answer: str) -> None:
    manager.send(Event(AGENT_COMPLETED, user_context.user_id, answer))
