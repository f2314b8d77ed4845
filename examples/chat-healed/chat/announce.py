"""Messages to everybody who is online."""

from collections.abc import Iterable

from chat.channels import ChannelManager
from chat.events import ANNOUNCEMENT, Event


def announce(text: str, managers: Iterable[ChannelManager]) -> None:
    for manager in managers:
        manager.send(Event(ANNOUNCEMENT, "*", text))
