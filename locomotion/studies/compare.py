"""Compares the gait alone, reinforcement learning alone, and both, trained for the same time.

The gait is called the prior. Each training that has ended is a row of runs.csv; one that was
killed goes on from its checkpoint.
"""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path
from typing import Any

from drive2walk.experiment.config import load_config, save_config
from drive2walk.experiment.errors import ConfigError
from drive2walk.experiment.tables import RunTable
from drive2walk.locomotion.evaluation.evaluate import evaluate
from drive2walk.locomotion.evaluation.trial import Trial
from drive2walk.locomotion.policy.policy import Policy
from drive2walk.locomotion.training.callbacks.policy_file import POLICY_FILE
from drive2walk.locomotion.training.checkpoint_file import CHECKPOINT_FILE
from drive2walk.locomotion.training.config import WalkingTraining
from drive2walk.locomotion.training.train import train
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.locomotion.walking.from_policy import controller_from_policy
from drive2walk.robot.spec import load_robot

PRIOR, RL, BOTH = "prior alone", "RL alone", "prior + RL"
SCORES = ("survival", "rms_vx", "rms_vy", "rms_wz", "samples")
# Factor of the joints' range without the gait: from the home pose, walking takes larger offsets.
RL_ALONE_JOINT_SCALE = 2.0


@dataclasses.dataclass(frozen=True)
class Comparison:
    """A comparison of the three methods.

    Attributes:
        config: Training run, the same for both learners.
        minutes: Minutes of training after which they are evaluated, in rising order.
        seeds: Number of seeds.
        repeats: Episodes of each command of the grid in an evaluation.
        push_m_s: Size of the pushes in it.

    Raises:
        ConfigError: The minutes don't rise from above 0, there are no seeds, or a number of the
            evaluation is out of its range.
    """

    config: WalkingTraining
    minutes: tuple[float, ...]
    seeds: int
    repeats: int = 2
    push_m_s: float = 0.5

    def __post_init__(self) -> None:
        """Check the numbers."""
        rising = all(a < b for a, b in itertools.pairwise((0.0, *self.minutes)))
        if not self.minutes or not rising:
            raise ConfigError(
                f"minutes are {self.minutes}; they must rise from above 0, for example "
                "--minutes 2 4 8."
            )
        if self.seeds < 1:
            raise ConfigError(f"seeds is {self.seeds}; it must be at least 1.")
        self._trial(0)

    def run(self, out: Path) -> RunTable:
        """Do all trainings and evaluations that have not been done yet, and return all rows.

        Args:
            out: Folder for runs.csv, comparison.yaml and a folder for each training run.

        Raises:
            ConfigError: ``out`` holds another comparison.
        """
        self._claim_folder(out / "comparison.yaml")
        table = RunTable(out / "runs.csv", ("method", "seed", "minutes"), SCORES)
        for seed in range(self.seeds):
            self._evaluate_prior(table, seed)
            for method, minutes in itertools.product((BOTH, RL), self.minutes):
                if table.find(method=method, seed=seed, minutes=minutes) is None:
                    self._train(table, out, method, seed, minutes)
        return table

    def _claim_folder(self, path: Path) -> None:
        """Write the comparison, or check that the folder holds the same one."""
        if path.is_file() and load_config(Comparison, path, path.parent) != self:
            raise ConfigError(
                f"'{path.parent}' holds another comparison. Give its options, or another --out."
            )
        save_config(self, path)

    def _evaluate_prior(self, table: RunTable, seed: int) -> None:
        if table.find(method=PRIOR, seed=seed, minutes=0.0) is None:
            config = self.config
            alone = WalkingController(load_robot(config.robot), config.gait, config.residual)
            table.add(
                method=PRIOR, seed=seed, minutes=0.0, samples=0, **self._evaluate(alone, seed)
            )

    def _train(self, table: RunTable, out: Path, method: str, seed: int, minutes: float) -> None:
        folder = out / f"{method.replace(' ', '_').replace('+', 'and')}_{seed}"
        config = dataclasses.replace(self._config_of_method(method), budget_min=minutes)
        summary = train(config, seed, folder, resume=(folder / CHECKPOINT_FILE).is_file())
        scores = self._evaluate(controller_from_policy(Policy.load(folder / POLICY_FILE)), seed)
        table.add(method=method, seed=seed, minutes=minutes, samples=summary["samples"], **scores)

    def _config_of_method(self, method: str) -> WalkingTraining:
        config = self.config
        if method == BOTH:
            return config
        joints = tuple(RL_ALONE_JOINT_SCALE * value for value in config.residual.joints_rad)
        residual = dataclasses.replace(config.residual, joints_rad=joints)
        return dataclasses.replace(config, follows_gait=False, residual=residual)

    def _trial(self, seed: int) -> Trial:
        return Trial(push_m_s=self.push_m_s, repeats=self.repeats, seed=1000 + seed)

    def _evaluate(self, controller: WalkingController, seed: int) -> dict[str, Any]:
        trial = self._trial(seed)
        found = evaluate(controller, trial, num_threads=self.config.num_threads)
        return {name: found[name] for name in SCORES if name in found}
