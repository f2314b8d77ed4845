from chat.channels import ChannelManager
from chat.context import UserContext
from chat.events import Event

HELLO = Event("announcement", "ann", "hello")


def test_sends_to_all_channels_of_a_user() -> None:
    phone, laptop = UserContext("ann"), UserContext("ann")
    manager = ChannelManager(phone)
    manager.connect(laptop.channel)

    manager.send(HELLO)

    assert phone.channel.inbox == laptop.channel.inbox == [HELLO]


def test_without_channels_events_wait() -> None:
    manager = ChannelManager.__new__(ChannelManager)
    manager.channels = []
    manager.send(HELLO)

    context = UserContext("ann")
    manager.connect(context.channel)

    assert context.channel.inbox == [HELLO]
