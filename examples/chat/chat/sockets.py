"""Moved to chat.channels. Keep the old names until all clients have moved."""

from chat.channels import ChannelManager
from chat.context import UserContext

SocketManager = ChannelManager


def create_socket_manager(user_context: UserContext) -> SocketManager:
    return SocketManager(user_context)
