"""``drive2walk locomotion train`` and ``tune-gait``."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path
from typing import Annotated

from drive2walk.checkpoints.released import policy_path
from drive2walk.commands.command_line import CommandLine
from drive2walk.commands.locomotion.judge import format_scores
from drive2walk.commands.options.defaults import FLAT, YamlDefaults
from drive2walk.experiment.errors import ConfigError
from drive2walk.experiment.provenance import current_commit
from drive2walk.locomotion.training.config import CONFIGS, WalkingTraining


@dataclasses.dataclass(frozen=True, kw_only=True)
class Train:
    """Train a walking policy on the gait with PPO.

    Attributes:
        settings: Settings of the run.
        out: Folder for the policy, its card, checkpoints and the resolved config.
        config: Name of a config in locomotion/configs, or a YAML file.
        seed: Seed of everything random.
        resume: Continue from the checkpoint in ``out``.
        start: Policy to start from: a released name or the folder of a run.
        film_every_min: Minutes between films of the policy in ``out``/films; 0 makes no films.
    """

    settings: Annotated[WalkingTraining, FLAT, YamlDefaults(CONFIGS)]
    out: Path
    config: str = "g1_flat"
    seed: int = 0
    resume: bool = False
    start: str | None = None
    film_every_min: float = 0.0

    def run(self, line: CommandLine) -> None:
        """Train, evaluate the policy and write its card."""
        from drive2walk.films.training_films import TrainingFilms
        from drive2walk.locomotion.policy.policy import Policy
        from drive2walk.locomotion.training.card import write_card
        from drive2walk.locomotion.training.distributed.join import (
            end_launched_process,
            is_main_process,
        )
        from drive2walk.locomotion.training.train import train

        commit = current_commit()
        first = None if self.start is None else Policy.load(policy_path(self.start))
        with contextlib.closing(TrainingFilms(self.out, self.film_every_min)) as films:
            run = train(self.settings, self.seed, self.out, self.resume, first, films.saved)
        if not is_main_process():
            end_launched_process()  # Under torchrun the main process alone evaluates the policy.
        # The card names config and seed also where they are the defaults.
        chosen = ("--config", self.config, "--seed", str(self.seed))
        others = line.without("--config", "--seed", "--out", "--resume", "--film-every-min").words
        command = CommandLine(line.program, (*chosen, *others)).public({})
        scores = write_card(
            self.out, {**run, "commit": commit}, command, self.settings.card_repeats
        )
        print(f"{format_scores(scores)}\npolicy and card: {self.out}")


@dataclasses.dataclass(frozen=True, kw_only=True)
class TuneGait:
    """Search the parameters of the gait alone.

    Writes gait.yaml, a part of a config, with the parameters that walk best without a policy.

    Attributes:
        settings: Settings to start from.
        out: Folder for gait.yaml.
        config: Name of a config in locomotion/configs, or a YAML file.
        generations: Number of generations of the cross-entropy search.
        population: Number of candidates in each generation, at least 4.
        seed: Seed of everything random.
    """

    settings: Annotated[WalkingTraining, FLAT, YamlDefaults(CONFIGS)]
    out: Path
    config: str = "g1_flat"
    generations: int = 12
    population: int = 20
    seed: int = 0

    def run(self, line: CommandLine) -> None:
        """Search and write gait.yaml."""
        from drive2walk.locomotion.studies.tune_gait import tune_gait

        if self.generations < 1 or self.population < 4:
            raise ConfigError(
                f"got {self.generations} generations and a population of {self.population}; "
                "generations must be at least 1 and population at least 4."
            )
        found = tune_gait(
            self.settings,
            self.out,
            generations=self.generations,
            population=self.population,
            seed=self.seed,
        )
        print(f"score {found['before']:.3f} -> {found['after']:.3f}\n{self.out / 'gait.yaml'}")
