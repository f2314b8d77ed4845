"""A channel manager for answers that are read later."""

from chat.events import Event


class ChannelManager:
    """Keeps what it is given to send."""

    def __init__(self) -> None:
        self.sent: list[Event] = []

    def send(self, event: Event) -> None:
        self.sent.append(event)
