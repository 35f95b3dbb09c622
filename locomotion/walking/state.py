"""What a walking controller remembers between two ticks."""

from __future__ import annotations

import dataclasses

from drive2walk.locomotion.estimation.com_observer import Load
from drive2walk.locomotion.estimation.odometry import Odometry
from drive2walk.locomotion.gait.stepping import GaitState
from drive2walk.robot.geometry.arrays import Array


@dataclasses.dataclass(frozen=True)
class ControllerState:
    """All that a controller remembers of N robots between two ticks.

    Attributes:
        gait: where in the step they are.
        odometry: their motion and planar pose since the start.
        action: the last action, in the robot's own left and right, (N, action_dim).
        reference: the gait's joint angles at this tick, (N, num_leg_joints) rad.
        trim: added to the command against steady errors, (N, 3) m/s, m/s, rad/s.
        command: what the gait follows, on its way to what it was told, (N, 4).
        load: what the robots carry, as far as they notice.
        relief: how high the steps were that they met lately, (N,) m.
    """

    gait: GaitState
    odometry: Odometry
    action: Array
    reference: Array
    trim: Array
    command: Array
    load: Load
    relief: Array
