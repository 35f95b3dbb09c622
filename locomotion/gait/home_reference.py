"""Walking without the pendulum's prior: what the comparison leaves to reinforcement learning."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from drive2walk.locomotion.gait.footholds import Foothold
from drive2walk.locomotion.gait.gait import GaitPlan


def without_prior(plan: GaitPlan, home: NDArray[np.float64]) -> GaitPlan:
    """Return a plan that knows no gait: home is the reference, and no footprint is proposed.

    The clock of the steps stays, as policies without a prior are usually given one.

    Args:
        plan: of N robots.
        home: leg joint angles of the home pose, (num_leg_joints,) rad.
    """
    reference = np.tile(home, (len(plan.reference), 1))
    nowhere = Foothold.level(np.zeros_like(plan.foothold.place))
    return dataclasses.replace(plan, reference=reference, foothold=nowhere)
