from unittest import mock

from chat.events import Event
from chat.health import healthy
from chat.server import announce, open_session

EVENTS = ["agent_started", "agent_thinking", "tool_executing", "tool_completed", "agent_completed"]


def test_all_five_events_in_order() -> None:
    session = open_session("ann", device="laptop")

    assert session.ask("what is 2 + 3?") == "the sum is 5"

    assert [event.type for event in session.user_context.channel.inbox] == EVENTS


def test_what_was_missed_comes_after_a_lost_connection() -> None:
    session = open_session("ann", device="laptop")
    session.lose_connection()
    late = Event("agent_completed", "ann", "the sum is 5")
    session.manager.send(late)
    assert session.user_context.channel.inbox == []

    session.resume()

    assert session.user_context.channel.inbox == [late]


def test_announcement() -> None:
    session = open_session("ann", device="laptop")
    announce("restart at noon")
    assert [event.text for event in session.user_context.channel.inbox] == ["restart at noon"]


def test_answer_without_a_manager() -> None:
    with mock.patch("chat.sockets.SocketManager"):
        assert open_session("ann", device="laptop").ask("1 + 1") == "the sum is 2"


def test_healthy() -> None:
    assert healthy()
