"""What the page shows beside the video."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class EpisodeRow:
    """One line of the list of episodes; ``success`` is None where it isn't known."""

    index: int
    length_s: float
    success: bool | None = None


@dataclasses.dataclass(frozen=True)
class ConsoleStatus:
    """What the control loop tells the operator.

    Attributes:
        task: what is to be done, in words.
        recording: whether an episode is in progress.
        hold: why the robot holds still, None where it doesn't.
        clutches, grasps: of the left and the right hand, as they are in force.
        episodes: those in the dataset, oldest first.
        message: the last thing that happened, such as "saved episode 3".
        loop_hz: measured rate of the control loop.
        height_m, speed_m_s: of the pelvis.
        recorded_s: length of the episode in progress.
    """

    task: str = ""
    recording: bool = False
    hold: str | None = None
    clutches: tuple[bool, bool] = (False, False)
    grasps: tuple[float, float] = (0.0, 0.0)
    episodes: tuple[EpisodeRow, ...] = ()
    message: str = ""
    loop_hz: float = 0.0
    height_m: float = 0.0
    speed_m_s: float = 0.0
    recorded_s: float = 0.0
