"""Sessions of users: opened, lost, resumed."""

from dataclasses import dataclass, field

from chat import agent, notifier, reconnect
from chat.announce import AnnouncementManager
from chat.context import UserContext
from chat.sockets import SocketManager


@dataclass
class Session:
    user_context: UserContext
    device: str
    manager: SocketManager = field(default_factory=SocketManager)

    def ask(self, question: str) -> str:
        return agent.run(self.user_context, self.manager, question)

    def lose_connection(self) -> None:
        for manager in (self.manager, notifier.manager, AnnouncementManager()):
            manager.disconnect(self.user_context.channel)
        reconnect.park(self.device, self.manager)

    def resume(self) -> None:
        self.manager = reconnect.resume(self.device, self.user_context)
        for manager in (notifier.manager, AnnouncementManager()):
            manager.connect(self.user_context.channel)


def open_session(user_id: str, device: str) -> Session:
    session = Session(UserContext(user_id), device)
    for manager in (session.manager, notifier.manager, AnnouncementManager()):
        manager.connect(session.user_context.channel)
    return session


def announce(text: str) -> None:
    AnnouncementManager().announce(text)
