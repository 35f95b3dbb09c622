"""Walking without the gait: the home pose takes the place of the gait's joint angles.

The comparison of prior and reinforcement learning trains such a policy.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from drive2walk.locomotion.gait.footholds import Foothold
from drive2walk.locomotion.gait.gait import GaitPlan
from drive2walk.robot.geometry.arrays import Array


def replace_by_home(plan: GaitPlan, home: Array) -> GaitPlan:
    """Return a plan whose reference is the home pose and which proposes no footprint.

    The step clock stays, as policies without a prior are usually given one.

    Args:
        plan: The gait's plan for N robots.
        home: Leg joint angles of the home pose, (num_leg_joints,) rad.
    """
    reference = np.tile(home, (len(plan.reference), 1))
    nowhere = Foothold.on_level(np.zeros_like(plan.foothold.place))
    return dataclasses.replace(plan, reference=reference, foothold=nowhere)
