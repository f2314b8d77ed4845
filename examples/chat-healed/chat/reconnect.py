"""Lost connections, until the user is back on the same device."""

from chat.channels import ChannelManager
from chat.context import UserContext

_parked: dict[tuple[str, str], ChannelManager] = {}


def park(user_context: UserContext, device: str, manager: ChannelManager) -> None:
    _parked[user_context.user_id, device] = manager


def resume(user_context: UserContext, device: str) -> ChannelManager:
    manager = _parked.pop((user_context.user_id, device))
    manager.connect(user_context.channel)
    return manager
