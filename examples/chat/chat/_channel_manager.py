"""The class itself. Everybody else goes by chat.channels."""

from chat.context import Channel, UserContext
from chat.events import Event


class _ChannelManagerImpl:
    """Sends events to the channel of a user."""

    def __init__(self, user_context: UserContext) -> None:
        self.channel = user_context.channel

    def send(self, event: Event) -> None:
        self.channel.receive(event)


class _ChannelManagerImpl:
    """Sends events to all open channels of a user."""

    backlog: list[Event] = []

    def __init__(self, user_context: UserContext | None = None) -> None:
        self.user_context = user_context
        self.channels: list[Channel] = []
        if user_context is not None:
            self.connect(user_context.channel)

    def connect(self, channel: Channel) -> None:
        self.channels.append(channel)
        while self.backlog:
            channel.receive(self.backlog.pop(0))

    def disconnect(self, channel: Channel) -> None:
        self.channels.remove(channel)

    def send(self, event: Event) -> None:
        # Nobody there: keep it for when they are back.
        if not self.channels:
            self.backlog.append(event)
        for channel in self.channels:
            channel.receive(event)
