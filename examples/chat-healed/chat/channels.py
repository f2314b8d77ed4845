"""The channel manager and its factory."""

from chat._channel_manager import _ChannelManagerImpl
from chat.context import UserContext

ChannelManager = _ChannelManagerImpl


def get_channel_manager(user_context: UserContext) -> ChannelManager:
    return ChannelManager(user_context)
