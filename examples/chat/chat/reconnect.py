"""Lost connections, until the device is back."""

from chat import ChannelManager
from chat.context import UserContext

_parked: dict[str, ChannelManager] = {}


def park(device: str, manager: ChannelManager) -> None:
    _parked[device] = manager


def resume(device: str, user_context: UserContext) -> ChannelManager:
    manager = _parked.pop(device)
    manager.connect(user_context.channel)
    return manager
