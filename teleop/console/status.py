"""The status that the page shows beside the video."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class EpisodeRow:
    """One row in the list of episodes.

    Attributes:
        index: Index of the episode.
        length_s: Length, in seconds.
        success: Whether the task was done; None if that isn't known.
    """

    index: int
    length_s: float
    success: bool | None = None


@dataclasses.dataclass(frozen=True)
class ConsoleStatus:
    """The state of the robot and the recording, for the operator.

    Attributes:
        task: Task in words.
        recording: Whether an episode is in progress.
        hold: Reason why the robot holds still; None outside a hold.
        clutches: Whether the left and the right hand follow the operator.
        grasps: Closing of the left and the right hand, from 0 to 1.
        episodes: Episodes in the dataset, oldest first.
        message: Last event, such as "saved episode 3".
        loop_hz: Measured rate of the control loop, in Hz.
        height_m: Height of the pelvis, in metres.
        speed_m_s: Forward speed of the pelvis, in m/s.
        recorded_s: Length of the episode in progress, in seconds.
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
