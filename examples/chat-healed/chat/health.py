"""For the load balancer."""

from chat.channels import get_channel_manager
from chat.context import UserContext
from chat.events import ANNOUNCEMENT, Event


def healthy() -> bool:
    probe = UserContext("health")
    event = Event(ANNOUNCEMENT, "health", "ping")
    get_channel_manager(user_context=probe).send(event)
    return probe.channel.inbox == [event]
