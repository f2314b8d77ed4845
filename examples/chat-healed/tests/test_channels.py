from chat.channels import get_channel_manager
from chat.context import UserContext
from chat.events import ANNOUNCEMENT, Event

HELLO = Event(ANNOUNCEMENT, "ann", "hello")


def test_sends_to_all_channels_of_a_user() -> None:
    phone, laptop = UserContext("ann"), UserContext("ann")
    manager = get_channel_manager(phone)
    manager.connect(laptop.channel)

    manager.send(HELLO)

    assert phone.channel.inbox == laptop.channel.inbox == [HELLO]


def test_without_channels_events_wait() -> None:
    context = UserContext("ann")
    manager = get_channel_manager(context)
    manager.disconnect(context.channel)
    manager.send(HELLO)
    assert context.channel.inbox == []

    manager.connect(context.channel)

    assert context.channel.inbox == [HELLO]
