import pytest

from chat import agent, notifier, reconnect, tools
from chat._channel_manager import _ChannelManagerImpl
from chat.announce import AnnouncementManager


@pytest.fixture(autouse=True)
def fresh_state() -> None:
    """Without this the tests depend on their order."""
    notifier.manager.channels.clear()
    tools._manager = None
    agent.thinking_manager.cache_clear()
    reconnect._parked.clear()
    AnnouncementManager._instance = None
    _ChannelManagerImpl.backlog.clear()
