"""What users complained about. Each test passes: that is the disease."""

from chat.events import Event
from chat.server import Session, open_session


def types_meant_for(user_id: str, session: Session) -> list[str]:
    return [event.type for event in session.user_context.channel.inbox if event.user_id == user_id]


def test_bob_is_shown_the_answer_to_ann() -> None:
    ann = open_session("ann", device="laptop")
    bob = open_session("bob", device="phone")

    ann.ask("what is 2 + 3?")

    assert types_meant_for("ann", bob) == ["agent_completed"]


def test_ann_is_shown_what_the_agent_does_for_bob() -> None:
    ann = open_session("ann", device="laptop")
    bob = open_session("bob", device="phone")

    ann.ask("what is 2 + 3?")
    bob.ask("what is 40 + 2?")

    assert types_meant_for("bob", ann) == [
        "agent_thinking",
        "tool_executing",
        "tool_completed",
        "agent_completed",
    ]
    assert types_meant_for("bob", bob) == ["agent_started", "agent_completed"]


def test_bob_is_shown_what_ann_missed() -> None:
    ann = open_session("ann", device="laptop")
    ann.lose_connection()
    ann.manager.send(Event("agent_completed", "ann", "the sum is 5"))

    bob = open_session("bob", device="phone")

    assert types_meant_for("ann", bob) == ["agent_completed"]


def test_who_shares_a_device_resumes_the_session_of_the_other() -> None:
    ann = open_session("ann", device="family tablet")
    bob = open_session("bob", device="family tablet")
    ann.lose_connection()
    bob.lose_connection()

    ann.resume()
    bob.ask("what is 40 + 2?")

    assert "agent_started" in types_meant_for("bob", ann)
