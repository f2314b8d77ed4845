"""Who is asking, and the channel to their screen."""

from dataclasses import dataclass, field

from chat.events import Event


class Channel:
    """Stands for an open web socket: what it receives is on the user's screen."""

    def __init__(self) -> None:
        self.inbox: list[Event] = []

    def receive(self, event: Event) -> None:
        self.inbox.append(event)


@dataclass(frozen=True)
class UserContext:
    user_id: str
    channel: Channel = field(default_factory=Channel)
