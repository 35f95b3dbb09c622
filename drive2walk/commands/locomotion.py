"""``drive2walk locomotion``: train and judge the legs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

CHECKPOINTS = Path(__file__).parent.parent / "checkpoints"


def train(
    *,
    out: Path,
    config: str = "g1_flat",
    budget_min: float | None = None,
    seed: int = 0,
    resume: bool = False,
) -> None:
    """Train a walking policy on the pendulum gait by PPO.

    Args:
        out: folder for the policy, its card, checkpoints and the resolved config.
        config: name of a config in locomotion/configs, or a YAML file.
        budget_min: wall-clock minutes, instead of the config's.
        seed: of everything random.
        resume: go on from the checkpoint in ``out``.
    """
    import dataclasses

    from locomotion.card import current_commit, write_card
    from locomotion.train import train
    from locomotion.train_config import CONFIGS, TrainConfig
    from robot.config import load_config

    chosen = load_config(TrainConfig, config, CONFIGS)
    if budget_min is not None:
        chosen = dataclasses.replace(chosen, budget_min=budget_min)
    commit = current_commit()
    run = {**train(chosen, seed, out, resume), "commit": commit}
    command = f"drive2walk locomotion train --config {config} --seed {seed}"
    if budget_min is not None:
        command += f" --budget-min {budget_min:g}"
    scores = write_card(out, run, command, chosen.card_repeats)
    print(f"{_one_line(scores)}\npolicy and card: {out}")


def evaluate(
    *,
    out: Path,
    policy: str = "unitree_g1",
    push: float = 0.5,
    terrain: str = "flat",
    physics: Literal["training", "full"] = "training",
    repeats: int = 4,
    seed: int = 0,
) -> None:
    """Walk a fixed grid of commands under pushes and write metrics.json.

    Args:
        out: folder for metrics.json.
        policy: name of a released policy, or the folder of a training run.
        push: size of the velocity kicks in m/s, in random directions and at random times.
        terrain: the ground; flat is the only one so far.
        physics: training is 10 ms steps with the upper body welded; full is what scenes run,
            4 ms steps with every joint.
        repeats: 20 s episodes for each of the 36 commands.
        seed: of starts and pushes.
    """
    import json

    from locomotion.controller import controller_of
    from locomotion.evaluate import evaluate
    from locomotion.policy import Policy
    from robot.errors import ConfigError

    if terrain != "flat":
        raise ConfigError(f"unknown terrain '{terrain}'. Allowed: flat.")
    if repeats < 1 or push < 0:
        raise ConfigError("repeats must be at least 1 and push at least 0.")
    controller = controller_of(Policy.load(policy_path(policy)))
    metrics = evaluate(controller, physics=physics, push_m_s=push, repeats=repeats, seed=seed)
    out.mkdir(parents=True, exist_ok=True)
    (out / "metrics.json").write_text(json.dumps(metrics, indent=1))
    print(f"{_one_line(metrics)}\n{out / 'metrics.json'}")


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
    from locomotion.train_config import CONFIGS, TrainConfig
    from locomotion.tune_gait import tune_gait
    from robot.config import load_config
    from robot.errors import ConfigError

    if generations < 1 or population < 4:
        raise ConfigError("generations must be at least 1 and population at least 4.")
    chosen = load_config(TrainConfig, config, CONFIGS)
    found = tune_gait(
        chosen.robot,
        chosen.gait,
        out,
        generations=generations,
        population=population,
        seed=seed,
        num_threads=chosen.num_threads,
    )
    print(f"score {found['score'][0]:.3f} -> {found['score'][-1]:.3f}\n{out / 'gait.yaml'}")


def policy_path(policy: str) -> Path:
    """Return the file of a policy: a released one by name, a run's folder, or a file.

    Raises:
        WeightsError: there is no such policy.
    """
    from robot.errors import WeightsError, unknown_name
    from robot.spec import robot_names

    path = Path(policy)
    if path.is_dir():
        return path / "policy.safetensors"
    if path.is_file():
        return path
    released = [name for name in robot_names() if (CHECKPOINTS / f"{name}.safetensors").exists()]
    if policy in released:
        return CHECKPOINTS / f"{policy}.safetensors"
    raise WeightsError(f"{unknown_name('policy', policy, released)} Or give a run's folder.")


def _one_line(scores: dict[str, Any]) -> str:
    line = f"survival {scores['survival']:.3f} over {scores['episodes']} episodes"
    if scores["rms_vx"] is None:
        return f"{line}, none of which lasted two seconds"
    vx, vy, wz = (scores[f"rms_{axis}"] for axis in ("vx", "vy", "wz"))
    return f"{line}, error {vx:.3f} {vy:.3f} m/s {wz:.3f} rad/s"


COMMANDS = {"train": train, "evaluate": evaluate, "tune-gait": tune_gait}
