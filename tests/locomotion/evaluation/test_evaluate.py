from typing import Any

import numpy as np
import pytest

from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.experiment.errors import ConfigError
from drive2walk.locomotion.evaluation import evaluate as evaluate_module
from drive2walk.locomotion.evaluation.episodes import Episodes
from drive2walk.locomotion.evaluation.evaluate import (
    build_command_grid,
    build_squat_commands,
    evaluate,
    walk_commands,
)
from drive2walk.locomotion.evaluation.trial import Trial
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.policy.residual import ResidualParameters
from drive2walk.locomotion.walking.controller import TrainedPolicy, WalkingController
from drive2walk.robot.spec import RobotSpec


def test_the_grid_is_fixed() -> None:
    grid = build_command_grid()
    assert grid.shape == (36, 3)
    assert grid.min(axis=0).tolist() == [-0.5, -0.3, -0.7]
    assert grid.max(axis=0).tolist() == [1.0, 0.3, 0.7]


def test_a_controller_that_was_trained_to_squat_is_evaluated_in_squats(spec: RobotSpec) -> None:
    bounds = np.array([[-1.0, 1.0]] * 3 + [[0.6, 0.739]])
    controller = WalkingController(
        spec, GaitParameters(), ResidualParameters(), TrainedPolicy(command_range=bounds)
    )
    assert build_squat_commands(controller)[:, 3] == pytest.approx([0.639, 0.639])
    scores = evaluate(controller, Trial(push_m_s=0.0, repeats=1), episode_s=4.0, num_threads=1)
    low = scores["heights"]
    assert low["episodes"] == 2
    assert low["rms_height"] < 0.05
    assert scores["episodes"] == 36


def test_all_conditions_together_with_two_seeds(gait_alone: WalkingController) -> None:
    trial = Trial(
        "full",
        "rough",
        sighted=True,
        arms="moving",
        payload_kg=2.0,
        push_m_s=0.3,
        repeats=1,
        seeds=2,
    )
    scores = evaluate(gait_alone, trial, episode_s=2.0, num_threads=1)
    assert scores["episodes"] == 72
    assert "heights" not in scores  # this controller doesn't say how low it may go
    assert len(scores["commands"]) == 36
    assert {row["episodes"] for row in scores["commands"]} == {2}
    by_seed = scores["survival_by_seed"]
    assert np.mean(list(by_seed.values())) == pytest.approx(scores["survival"])
    conditions = {
        name: scores[name] for name in ("physics", "terrain", "arms", "payload_kg", "push_m_s")
    }
    assert list(conditions.values()) == ["full", "rough", "moving", 2.0, 0.3]
    assert scores["unevenness_m"] > 0.005


def test_walking_costs_more_with_arms_that_move_a_load(gait_alone: WalkingController) -> None:
    conditions = {"physics": "full", "payload_kg": 2.0, "push_m_s": 0.0, "repeats": 1}
    still, moving = (
        evaluate(gait_alone, Trial(arms=arms, **conditions), episode_s=2.0)
        for arms in ("still", "moving")
    )
    assert moving["cost_of_transport"] > 1.1 * still["cost_of_transport"]


def test_impossible_conditions_are_refused() -> None:
    with pytest.raises(ConfigError, match="has no arms"):
        Trial(arms="moving")
    with pytest.raises(ConfigError, match="at least 1"):
        Trial(seeds=0)
    with pytest.raises(ConfigError, match="payload-kg"):
        Trial(payload_kg=-1.0)
    with pytest.raises(ConfigError, match="training"):
        Trial(physics="trainig")  # type: ignore[arg-type]


def test_the_second_physics_walks_other_robots_and_lists_what_differs(
    gait_alone: WalkingController, monkeypatch: pytest.MonkeyPatch
) -> None:
    walked = []
    run = evaluate_module.run_episodes

    def keep(controller: WalkingController, env: WalkingEnv, *others: Any) -> Episodes:
        walked.append(env)
        return run(controller, env, *others)

    monkeypatch.setattr(evaluate_module, "run_episodes", keep)
    command = np.array([[0.0, 0.0, 0.0, np.nan]])
    for seed in (0, 0, 1):
        walk_commands(gait_alone, command, Trial(physics="second", repeats=8), seed, 1.0, 1)
    masses = [env.simulation.batch.expand("body_mass").sum(axis=1) for env in walked]
    nominal = walked[0].physics.model.body_mass.sum()
    assert np.ptp(masses[0]) > 0.5
    assert np.abs(masses[0] / nominal - 1).max() < 0.2
    np.testing.assert_array_equal(masses[0], masses[1])
    assert (masses[0] != masses[2]).all()
    for field in ("geom_friction", "actuator_gainprm", "actuator_forcerange"):
        assert walked[0].simulation.batch.expanded(field) is not None
    scores = evaluate(gait_alone, Trial(physics="second", repeats=1), episode_s=2.0)
    assert scores["changes"]["torso_mass_kg"] == [-2.0, 2.0]
    assert scores["changes"]["motor_delay_s"] == [0.0, 0.01]
    walk_commands(gait_alone, command, Trial(physics="full", repeats=1), 0, 1.0, 1)
    assert walked[-1].simulation.batch.expanded("body_mass") is None


def test_speed_limits_can_be_switched_off(gait_alone: WalkingController) -> None:
    # Without sensors' errors the robots differ in their motors alone.
    common = {"push_m_s": 3.0, "repeats": 1, "sensors": "ideal"}
    trials = [Trial(**common, speed_limits=limits) for limits in (True, False)]
    limited, free = (evaluate(gait_alone, trial, episode_s=8.0) for trial in trials)
    assert limited["speed_limits"]
    assert not free["speed_limits"]
    assert 0 < limited["largest_joint_speed_rad_s"] < free["largest_joint_speed_rad_s"]
    assert limited["changes"] == {}
