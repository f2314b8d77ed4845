"""A scripted session: two users ask, and each screen is printed."""

from chat.server import announce, open_session


def main() -> None:
    ann = open_session("ann", device="laptop")
    bob = open_session("bob", device="phone")
    ann.ask("what is 2 + 3?")
    bob.ask("what is 40 + 2?")
    announce("restart at noon")
    for session in (ann, bob):
        user_id = session.user_context.user_id
        print(f"{user_id} sees")
        for event in session.user_context.channel.inbox:
            print(f"  {event.type:16} {event.text:20}{_remark(event.user_id, user_id)}".rstrip())


def _remark(meant_for: str, seen_by: str) -> str:
    return "" if meant_for in (seen_by, "*") else f"(meant for {meant_for})"


if __name__ == "__main__":
    main()
