"""The channel manager and its factory."""

from chat._channel_manager import _ChannelManagerImpl
from chat.context import UserContext

ChannelManager = _ChannelManagerImpl

# Name used up to 1.x.
ConnectionHub = ChannelManager


def get_channel_manager(user_context: UserContext | None = None) -> ChannelManager:
    return ChannelManager(user_context)
