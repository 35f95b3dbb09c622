"""Settings of the improvement of an arm policy by corrections."""

from __future__ import annotations

import dataclasses

from drive2walk.envs.tasks.registry import TASKS
from drive2walk.experiment.config import check_seed
from drive2walk.experiment.errors import ConfigError, unknown_name


@dataclasses.dataclass(frozen=True)
class ImprovementConfig:
    """Rounds of DAgger: the policy acts, a script corrects it, the policy learns.

    Ross et al., "A Reduction of Imitation Learning and Structured Prediction to No-Regret Online
    Learning" (2011); the expert acts after it took over, as in Kelly et al., "HG-DAgger" (2019).

    Attributes:
        task: Name of the task.
        rounds: Number of rounds.
        episodes: Number of episodes in which the policy is corrected, in each round.
        first_seed: Seed of the first of their worlds; every round takes new ones.
        judged: Number of fixed development starts on which every round is judged.
        judged_first_seed: Seed of the first development start.
        uncertainty_m: Disagreement of the policy's heads, as a mean over 2 s, from which the
            script takes over, in metres.
        patience_s: Time without a further stage after which the script takes over, in seconds.
        budget_min: Time of training in each round, in minutes.
        workers: Number of processes.
    """

    task: str = "tote"
    rounds: int = 3
    episodes: int = 20
    first_seed: int = 2000
    judged: int = 20
    judged_first_seed: int = 5000
    uncertainty_m: float = 0.03
    patience_s: float = 15.0
    budget_min: float = 10.0
    workers: int = 1

    def __post_init__(self) -> None:
        """Check the names and numbers.

        Raises:
            ConfigError: There is no such task, a number is out of range, or the policy would be
                judged on worlds that it was corrected in.
        """
        if self.task not in TASKS:
            raise ConfigError(unknown_name("task", self.task, TASKS))
        check_seed(self.first_seed, "first-seed")
        check_seed(self.judged_first_seed, "judged-first-seed")
        if min(self.rounds, self.episodes, self.judged, self.workers) < 1:
            raise ConfigError("rounds, episodes, judged and workers must be at least 1.")
        if min(self.uncertainty_m, self.patience_s, self.budget_min) <= 0:
            raise ConfigError("uncertainty_m, patience_s and budget_min must be above 0.")
        corrected = range(self.first_seed, self.first_seed + self.rounds * self.episodes)
        judged = range(self.judged_first_seed, self.judged_first_seed + self.judged)
        if max(corrected.start, judged.start) < min(corrected.stop, judged.stop):
            raise ConfigError(
                f"seeds {corrected.start} to {corrected.stop - 1} are corrected and "
                f"{judged.start} to {judged.stop - 1} are judged; give ranges without overlap."
            )
