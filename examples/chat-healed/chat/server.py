"""Sessions of users: opened, lost, resumed."""

from dataclasses import dataclass

from chat import agent, reconnect
from chat.channels import ChannelManager, get_channel_manager
from chat.context import UserContext


@dataclass
class Session:
    user_context: UserContext
    device: str
    manager: ChannelManager

    def ask(self, question: str) -> str:
        return agent.run(self.user_context, self.manager, question)

    def lose_connection(self) -> None:
        self.manager.disconnect(self.user_context.channel)
        reconnect.park(self.user_context, self.device, self.manager)

    def resume(self) -> None:
        self.manager = reconnect.resume(self.user_context, self.device)


def open_session(user_id: str, device: str) -> Session:
    user_context = UserContext(user_id)
    return Session(user_context, device, get_channel_manager(user_context=user_context))
