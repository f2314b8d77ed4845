"""Messages to everybody who is online."""

from chat.channels import ChannelManager as Manager
from chat.events import ANNOUNCEMENT, Event


class AnnouncementManager(Manager):
    _instance = None

    def __new__(cls) -> "AnnouncementManager":
        if cls._instance is None:
            cls._instance = super().__new__(cls)
            cls._instance.channels = []
        return cls._instance

    def __init__(self) -> None:
        pass

    def announce(self, text: str) -> None:
        self.send(Event(ANNOUNCEMENT, "*", text))
