import dataclasses
from pathlib import Path

import numpy as np
import pytest

from drive2walk.experiment.config import load_config
from drive2walk.locomotion.evaluation.episodes import Episodes
from drive2walk.locomotion.gait.parameters import GaitParameters
from drive2walk.locomotion.studies import tune_gait as tune_gait_module
from drive2walk.locomotion.studies.tune_gait import (
    fit_next_generation,
    parameters_from_vector,
    score_episodes,
    tune_gait,
    vector_from_parameters,
)
from drive2walk.locomotion.training.config import CONFIGS, WalkingTraining


def test_parameters_survive_the_way_to_a_vector_and_back() -> None:
    gait = GaitParameters(capture_gain=(0.7, 0.8), step_s=0.31)
    assert parameters_from_vector(vector_from_parameters(gait), GaitParameters()) == gait


def test_generations_approach_the_best(rng: np.random.Generator) -> None:
    best = np.array([1.0, -2.0])
    mean, spread = np.zeros(2), np.ones(2)
    for _ in range(25):
        candidates = mean + spread * rng.normal(size=(40, 2))
        scores = -np.square(candidates - best).sum(axis=1)
        mean, spread = fit_next_generation(candidates, scores, mean, spread)
    assert mean == pytest.approx(best, abs=0.05)
    assert spread.max() < 0.1


def test_walking_longer_and_closer_to_the_command_scores_higher() -> None:
    command = np.array([[0.5, 0.0, 0.0]])

    def score(fraction: float, vx: float) -> float:
        velocity = np.full((1, 4, 3), np.nan)
        velocity[0, : round(4 * fraction)] = [vx, 0, 0]
        return score_episodes(
            Episodes(command, np.array([fraction == 1]), np.array([fraction]), velocity)
        )

    assert score(1.0, 0.5) == pytest.approx(1.0)
    assert score(1.0, 0.4) == pytest.approx(1.0 - 0.07)
    assert score(0.5, 0.5) == pytest.approx(0.5)
    assert score(0.0, 0.5) == pytest.approx(-0.9)


def test_the_search_starts_from_a_configs_gait_on_any_robot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tune_gait_module, "EPISODE_S", 3.0)
    config = load_config(WalkingTraining, "h1_flat", CONFIGS)
    config = dataclasses.replace(config, num_threads=1)
    found = tune_gait(config, tmp_path, generations=1, population=4)
    # The robot starts on its feet at its own height, and both gaits are scored alike.
    assert found["before"] > 0
    assert found["after"] != found["before"]
    tuned = load_config(GaitParameters, tmp_path / "gait.yaml", tmp_path)
    assert tuned != config.gait
    assert tuned.height_m == pytest.approx(config.gait.height_m, abs=0.05)
