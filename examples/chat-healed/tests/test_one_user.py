from chat.announce import announce
from chat.events import AGENT_COMPLETED, AGENT_STARTED, AGENT_THINKING, TOOL_COMPLETED, TOOL_EXECUTING, Event
from chat.health import healthy
from chat.server import open_session

EVENTS = [AGENT_STARTED, AGENT_THINKING, TOOL_EXECUTING, TOOL_COMPLETED, AGENT_COMPLETED]


def test_all_five_events_in_order() -> None:
    session = open_session("ann", device="laptop")

    assert session.ask("what is 2 + 3?") == "the sum is 5"

    assert [event.type for event in session.user_context.channel.inbox] == EVENTS


def test_what_was_missed_comes_after_a_lost_connection() -> None:
    session = open_session("ann", device="laptop")
    session.lose_connection()
    late = Event(AGENT_COMPLETED, "ann", "the sum is 5")
    session.manager.send(late)
    assert session.user_context.channel.inbox == []

    session.resume()

    assert session.user_context.channel.inbox == [late]


def test_announcement() -> None:
    session = open_session("ann", device="laptop")
    announce("restart at noon", [session.manager])
    assert [event.text for event in session.user_context.channel.inbox] == ["restart at noon"]


def test_healthy() -> None:
    assert healthy()
