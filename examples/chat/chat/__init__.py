"""A small chat back end: users ask, an agent answers, events tell how far it is."""

from chat.channels import ChannelManager, get_channel_manager

__all__ = ["ChannelManager", "get_channel_manager"]
