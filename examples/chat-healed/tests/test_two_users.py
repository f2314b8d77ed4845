from chat.events import AGENT_COMPLETED, AGENT_STARTED, AGENT_THINKING, TOOL_COMPLETED, TOOL_EXECUTING, Event
from chat.server import Session, open_session

EVENTS = [AGENT_STARTED, AGENT_THINKING, TOOL_EXECUTING, TOOL_COMPLETED, AGENT_COMPLETED]


def seen(session: Session) -> list[tuple[str, str]]:
    return [(event.user_id, event.type) for event in session.user_context.channel.inbox]


def test_each_user_sees_their_own_five_events_in_order() -> None:
    ann = open_session("ann", device="laptop")
    bob = open_session("bob", device="phone")

    ann.ask("what is 2 + 3?")
    bob.ask("what is 40 + 2?")

    assert seen(ann) == [("ann", event) for event in EVENTS]
    assert seen(bob) == [("bob", event) for event in EVENTS]


def test_questions_in_turns() -> None:
    ann = open_session("ann", device="laptop")
    bob = open_session("bob", device="phone")

    for session in (ann, bob, ann, bob):
        session.ask("1 + 1")

    assert seen(ann) == [("ann", event) for event in EVENTS * 2]
    assert seen(bob) == [("bob", event) for event in EVENTS * 2]


def test_only_ann_is_shown_what_ann_missed() -> None:
    ann = open_session("ann", device="laptop")
    ann.lose_connection()
    ann.manager.send(Event(AGENT_COMPLETED, "ann", "the sum is 5"))

    bob = open_session("bob", device="phone")
    assert seen(bob) == []

    ann.resume()
    assert seen(ann) == [("ann", AGENT_COMPLETED)]


def test_who_shares_a_device_resumes_their_own_session() -> None:
    ann = open_session("ann", device="family tablet")
    bob = open_session("bob", device="family tablet")
    ann.lose_connection()
    bob.lose_connection()

    ann.resume()
    bob.resume()
    bob.ask("what is 40 + 2?")

    assert seen(ann) == []
    assert seen(bob) == [("bob", event) for event in EVENTS]


def test_each_user_has_an_own_manager() -> None:
    ann = open_session("ann", device="laptop")
    bob = open_session("bob", device="phone")
    assert ann.manager is not bob.manager
    assert ann.manager.channels == [ann.user_context.channel]
    assert bob.manager.channels == [bob.user_context.channel]
