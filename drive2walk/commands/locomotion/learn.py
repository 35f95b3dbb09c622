"""``drive2walk locomotion train`` and ``tune-gait``."""

from __future__ import annotations

from pathlib import Path

from drive2walk.commands.locomotion.judge import one_line
from drive2walk.released import policy_path


def train(
    *,
    out: Path,
    config: str = "g1_flat",
    budget_min: float | None = None,
    seed: int = 0,
    resume: bool = False,
    start: str | None = None,
    film_every_min: float = 0.0,
) -> None:
    """Train a walking policy on the pendulum gait by PPO.

    Args:
        out: folder for the policy, its card, checkpoints and the resolved config.
        config: name of a config in locomotion/configs, or a YAML file.
        budget_min: wall-clock minutes, instead of the config's.
        seed: of everything random.
        resume: go on from the checkpoint in ``out``.
        start: what to begin with instead of nothing: a released policy or a run's folder.
        film_every_min: minutes between films of the policy, in ``out``/films; 0 films nothing.
    """
    import contextlib
    import dataclasses

    from drive2walk.experiment.config import load_config
    from drive2walk.experiment.provenance import current_commit
    from drive2walk.films.training_films import TrainingFilms
    from drive2walk.locomotion.policy.policy import Policy
    from drive2walk.locomotion.training.card import write_card
    from drive2walk.locomotion.training.config import CONFIGS, WalkingTraining
    from drive2walk.locomotion.training.distributed.join import is_main_process
    from drive2walk.locomotion.training.train import train

    chosen = load_config(WalkingTraining, config, CONFIGS)
    if budget_min is not None:
        chosen = dataclasses.replace(chosen, budget_min=budget_min)
    commit = current_commit()
    first = Policy.load(policy_path(start)) if start is not None else None
    with contextlib.closing(TrainingFilms(out, film_every_min)) as films:
        run = {**train(chosen, seed, out, resume, first, films.saved), "commit": commit}
    if not is_main_process():
        return  # under torchrun the main process alone evaluates the policy
    command = f"drive2walk locomotion train --config {config} --seed {seed}"
    if budget_min is not None:
        command += f" --budget-min {budget_min:g}"
    if start is not None:
        command += f" --start {start}"
    scores = write_card(out, run, command, chosen.card_repeats)
    print(f"{one_line(scores)}\npolicy and card: {out}")


def tune_gait(
    *,
    out: Path,
    config: str = "g1_flat",
    generations: int = 12,
    population: int = 20,
    seed: int = 0,
) -> None:
    """Search the gait's numbers for the gait without a policy and write gait.yaml.

    Args:
        out: folder for gait.yaml, to be pasted into a config.
        config: where to start: a config in locomotion/configs, or a YAML file.
        generations: of the cross-entropy search.
        population: candidates in each.
        seed: of everything random.
    """
    from drive2walk.experiment.config import load_config
    from drive2walk.experiment.errors import ConfigError
    from drive2walk.locomotion.studies.tune_gait import tune_gait
    from drive2walk.locomotion.training.config import CONFIGS, WalkingTraining

    if generations < 1 or population < 4:
        raise ConfigError("generations must be at least 1 and population at least 4.")
    chosen = load_config(WalkingTraining, config, CONFIGS)
    found = tune_gait(chosen, out, generations=generations, population=population, seed=seed)
    print(f"score {found['before']:.3f} -> {found['after']:.3f}\n{out / 'gait.yaml'}")
