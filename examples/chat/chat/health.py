"""For the load balancer."""

from os import getenv

from chat.channels import get_channel_manager

try:
    from chat.channels import ChannelManager
except ImportError:  # servers that still run 1.x
    from chat.sockets import SocketManager as ChannelManager

REGION = getenv("CHAT_REGION", "here")


def healthy() -> bool:
    return isinstance(get_channel_manager(), ChannelManager)
