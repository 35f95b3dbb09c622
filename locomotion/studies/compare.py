"""The prior, reinforcement learning, and both: trained for the same minutes, judged the same way.

A finished stretch of training is a row of runs.csv; what a kill cut off goes on from its
checkpoint.
"""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path
from typing import Any

from drive2walk.experiment.config import save_config
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
# Around the home pose a policy needs larger joint offsets than around a gait.
RL_ALONE_JOINTS = 2.0


@dataclasses.dataclass(frozen=True)
class Comparison:
    """What is compared.

    Attributes:
        config: of the training, alike for both learners.
        minutes: of training after which they are judged, in rising order.
        seeds: how many.
        repeats: episodes for each command of the grid in a judgement.
        push_m_s: size of the velocity kicks in it.
    """

    config: WalkingTraining
    minutes: tuple[float, ...]
    seeds: int
    repeats: int = 2
    push_m_s: float = 0.5

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            ConfigError: the minutes don't rise from above 0, there are no seeds, or nothing could
                be judged like this.
        """
        rising = all(a < b for a, b in itertools.pairwise((0.0, *self.minutes)))
        if not self.minutes or not rising:
            raise ConfigError("minutes must rise from above 0, for example --minutes 2 4 8.")
        if self.seeds < 1:
            raise ConfigError("seeds must be at least 1.")
        self._trial(0)

    def run(self, out: Path) -> RunTable:
        """Do what is not done yet and return all rows.

        Args:
            out: folder for runs.csv, comparison.yaml and a folder of each training run.

        Raises:
            ConfigError: ``out`` holds another comparison.
        """
        self._claim(out / "comparison.yaml")
        table = RunTable(out / "runs.csv", ("method", "seed", "minutes"), SCORES)
        for seed in range(self.seeds):
            self._judge_prior(table, seed)
            for method, minutes in itertools.product((BOTH, RL), self.minutes):
                if table.find(method=method, seed=seed, minutes=minutes) is None:
                    self._learn(table, out, method, seed, minutes)
        return table

    def _claim(self, path: Path) -> None:
        """Write what is compared, or check that it is what the folder was begun with."""
        mine = path.with_suffix(".new")
        save_config(self, mine)
        if path.is_file() and path.read_bytes() != mine.read_bytes():
            mine.unlink()
            raise ConfigError(
                f"'{path.parent}' holds another comparison. Give its options, or another --out."
            )
        mine.replace(path)

    def _judge_prior(self, table: RunTable, seed: int) -> None:
        if table.find(method=PRIOR, seed=seed, minutes=0.0) is None:
            config = self.config
            alone = WalkingController(load_robot(config.robot), config.gait, config.residual)
            table.add(method=PRIOR, seed=seed, minutes=0.0, samples=0, **self._judge(alone, seed))

    def _learn(self, table: RunTable, out: Path, method: str, seed: int, minutes: float) -> None:
        folder = out / f"{method.replace(' ', '_').replace('+', 'and')}_{seed}"
        config = dataclasses.replace(self._config(method), budget_min=minutes)
        summary = train(config, seed, folder, resume=(folder / CHECKPOINT_FILE).is_file())
        scores = self._judge(controller_from_policy(Policy.load(folder / POLICY_FILE)), seed)
        table.add(method=method, seed=seed, minutes=minutes, samples=summary["samples"], **scores)

    def _config(self, method: str) -> WalkingTraining:
        config = self.config
        if method == BOTH:
            return config
        joints = tuple(RL_ALONE_JOINTS * value for value in config.residual.joints_rad)
        residual = dataclasses.replace(config.residual, joints_rad=joints)
        return dataclasses.replace(config, prior=False, residual=residual)

    def _trial(self, seed: int) -> Trial:
        return Trial(push_m_s=self.push_m_s, repeats=self.repeats, seed=1000 + seed)

    def _judge(self, controller: WalkingController, seed: int) -> dict[str, Any]:
        trial = self._trial(seed)
        found = evaluate(controller, trial, num_threads=self.config.num_threads)
        return {name: found[name] for name in SCORES if name in found}
