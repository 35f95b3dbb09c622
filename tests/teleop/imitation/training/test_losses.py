"""Losses by hand arithmetic."""

import math

import pytest
import torch

from drive2walk.teleop.imitation.actions import ACTION_SIZE, BASE, GRASPS, HANDS
from drive2walk.teleop.imitation.inputs.memory import NUM_STAGES
from drive2walk.teleop.imitation.network import ArmOutput
from drive2walk.teleop.imitation.training.losses import (
    DONE_WEIGHT,
    GROUP_WEIGHTS,
    PARTS,
    POSITIONS,
    PROGRESS_WEIGHT,
    ROTATIONS,
    STAGE_WEIGHT,
    compute_losses,
    measure_errors,
    weigh_errors,
)

CHUNK = 2


def make_output(heads: int, count: int) -> ArmOutput:
    return ArmOutput(
        torch.zeros(heads, count, CHUNK, ACTION_SIZE),
        torch.zeros(count, NUM_STAGES),
        torch.full((count,), 0.5),
        torch.zeros(count),
    )


def labels(count: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    return torch.zeros(count, NUM_STAGES), torch.zeros(count), torch.zeros(count)


def test_later_actions_count_less() -> None:
    output, actions = make_output(1, 1), torch.zeros(1, CHUNK, ACTION_SIZE)
    actions[:, 0, POSITIONS], actions[:, 1, POSITIONS] = 1.0, 4.0
    losses = compute_losses(output, actions, labels(1), torch.tensor([0]), 0.5)
    assert float(losses["action"]) == pytest.approx(GROUP_WEIGHTS[0] * (1.0 + 0.5 * 4.0) / 1.5)


def test_groups_count_by_their_weight_and_not_by_their_size() -> None:
    differences = torch.zeros(1, CHUNK, ACTION_SIZE)
    differences[0, 0, ROTATIONS] = 3.0
    differences[0, 1, BASE.start : BASE.start + 3] = torch.tensor([2.0, 0.4, 0.0])
    turned, moved = weigh_errors(differences)[0].tolist()
    assert turned == pytest.approx(GROUP_WEIGHTS[1] * 3.0)
    # Squared up to one standard deviation, and absolute beyond.
    assert moved == pytest.approx(GROUP_WEIGHTS[2] * (1.5 + 0.08 + 0.0) / 3)
    assert sum(GROUP_WEIGHTS) == pytest.approx(1.0)


def test_a_single_head_learns_from_the_mean_over_all_demonstrations() -> None:
    output, actions = make_output(1, PARTS), torch.zeros(PARTS, CHUNK, ACTION_SIZE)
    actions[0, :, POSITIONS] = 1.0
    losses = compute_losses(output, actions, labels(PARTS), torch.arange(PARTS), 1.0)
    assert float(losses["action"]) == pytest.approx(GROUP_WEIGHTS[0] / PARTS)


def test_grasps_are_logits_and_no_part_of_the_action_error() -> None:
    output, actions = make_output(1, 1), torch.zeros(1, CHUNK, ACTION_SIZE)
    actions[..., GRASPS] = 1.0
    losses = compute_losses(output, actions, labels(1), torch.tensor([0]), 1.0)
    assert float(losses["action"]) == 0.0
    assert float(losses["grasp"]) == pytest.approx(0.2 * 2 * math.log(2))


def test_each_head_leaves_out_its_part_of_the_demonstrations() -> None:
    output, actions = make_output(3, PARTS), torch.zeros(PARTS, CHUNK, ACTION_SIZE)
    actions[1, :, POSITIONS] = 1.0  # only head 1 doesn't learn from demonstration 1
    losses = compute_losses(output, actions, labels(PARTS), torch.arange(PARTS), 1.0)
    assert float(losses["action"]) == pytest.approx(GROUP_WEIGHTS[0] * (2 / 3) / (PARTS - 1))


def test_unknown_stages_teach_nothing() -> None:
    stages = torch.full((2, NUM_STAGES), math.nan)
    stages[0, 0] = 1.0
    losses = compute_losses(
        make_output(1, 2),
        torch.zeros(2, CHUNK, ACTION_SIZE),
        (stages, torch.zeros(2), torch.ones(2)),
        torch.arange(2),
        1.0,
    )
    assert float(losses["stage"]) == pytest.approx(STAGE_WEIGHT * math.log(2))
    assert float(losses["progress"]) == pytest.approx(PROGRESS_WEIGHT * 0.5)
    assert float(losses["done"]) == pytest.approx(DONE_WEIGHT * math.log(2))


def test_errors_in_metres_are_means_over_hands_and_moments() -> None:
    wanted, actions = torch.zeros(1, CHUNK, ACTION_SIZE), torch.zeros(1, CHUNK, ACTION_SIZE)
    actions[0, 0, HANDS[1].start : HANDS[1].start + 3] = torch.tensor([0.03, 0.0, 0.04])
    actions[0, 1, HANDS[1].start + 3] = 9.0  # a rotation
    actions[0, 0, BASE.start : BASE.start + 2] = torch.tensor([0.1, -0.3])
    hands_m, base_m_s = measure_errors(actions, wanted)
    assert hands_m == pytest.approx(0.05 / (2 * CHUNK))
    assert base_m_s == pytest.approx(0.4 / (2 * CHUNK))
