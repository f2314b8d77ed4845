"""What is sent to users."""

from dataclasses import dataclass

AGENT_STARTED = "agent_started"
AGENT_THINKING = "agent_thinking"
TOOL_EXECUTING = "tool_executing"
TOOL_COMPLETED = "tool_completed"
AGENT_COMPLETED = "agent_completed"
ANNOUNCEMENT = "announcement"


@dataclass(frozen=True)
class Event:
    """``user_id`` is the user for whom the event is meant; "*" means everybody."""

    type: str
    user_id: str
    text: str
