"""``drive2walk locomotion evaluate`` and ``compare``."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any, ClassVar

from drive2walk.checkpoints.released import policy_path
from drive2walk.commands.command_line import CommandLine
from drive2walk.commands.options.defaults import FLAT, ChosenDefaults, YamlDefaults
from drive2walk.experiment.results import METRICS, write_metrics
from drive2walk.locomotion.evaluation.trial import Trial
from drive2walk.locomotion.training.config import CONFIGS, WalkingTraining


def _default_trial(line: CommandLine) -> Trial:
    """Return the trial's defaults; arms that move need physics that simulates them."""
    if line.value("--arms") == "moving":
        return Trial(physics="full", arms="moving")
    return Trial()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Evaluate:
    """Evaluate a policy on a fixed grid of commands under pushes.

    Writes metrics.json. Without ``--physics``, arms that move are simulated in full physics.
    ``--push`` is short for ``--push-m-s``.

    Attributes:
        trial: Conditions of the evaluation.
        out: Folder for metrics.json.
        policy: Name of a released policy, or the folder of a training run.
    """

    trial: Annotated[Trial, FLAT, ChosenDefaults(_default_trial)]
    out: Path
    policy: str = "unitree_g1"

    aliases: ClassVar = {"--push": "--push-m-s"}

    def run(self, line: CommandLine) -> None:
        """Evaluate and write metrics.json."""
        from drive2walk.locomotion.evaluation.evaluate import evaluate
        from drive2walk.locomotion.policy.policy import Policy
        from drive2walk.locomotion.walking.from_policy import controller_from_policy

        self.out.mkdir(parents=True, exist_ok=True)  # A wrong path fails before the evaluation.
        metrics = evaluate(
            controller_from_policy(Policy.load(policy_path(self.policy))), self.trial
        )
        write_metrics(self.out / METRICS, metrics)
        print(f"{format_scores(metrics)}\n{_format_costs(metrics)}\n{self.out / METRICS}")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Compare:
    """Compare the gait, RL, and both together at equal minutes.

    Trains RL with the gait and RL alone for the same minutes, evaluates both and the gait alone,
    and writes runs.csv, metrics.json and compare.png with a verdict. A study that was stopped
    continues.

    Attributes:
        settings: Settings of each training run.
        out: Folder for the results.
        config: Name of a config in locomotion/configs, or a YAML file.
        minutes: Minutes of training before each evaluation.
        seeds: Number of runs of each kind.
        repeats: Number of 20 s episodes for each of the 36 commands in an evaluation.
        push: Size of the pushes in an evaluation, in m/s.
    """

    settings: Annotated[WalkingTraining, FLAT, YamlDefaults(CONFIGS)]
    out: Path
    config: str = "g1_flat"
    minutes: tuple[float, ...] = (2.0, 4.0, 7.0)
    seeds: int = 3
    repeats: int = 2
    push: float = 0.5

    def run(self, line: CommandLine) -> None:
        """Train, evaluate and write the results."""
        from drive2walk.locomotion.studies.compare import Comparison
        from drive2walk.locomotion.studies.compare_report import summarize_comparison, write_plot

        comparison = Comparison(self.settings, self.minutes, self.seeds, self.repeats, self.push)
        table = comparison.run(self.out)
        found = summarize_comparison(comparison, table)
        write_metrics(self.out / METRICS, found)
        write_plot(self.out / "compare.png", comparison, table)
        print(f"{found['verdict']}\n{self.out}")


def format_scores(scores: dict[str, Any]) -> str:
    """Return survival and tracking errors as one line."""
    line = f"survival {scores['survival']:.3f} over {scores['episodes']} episodes"
    if scores["rms_vx"] is None:
        return f"{line}, none of which lasted two seconds"
    vx, vy, wz = (scores[f"rms_{axis}"] for axis in ("vx", "vy", "wz"))
    return f"{line}, error {vx:.3f} {vy:.3f} m/s {wz:.3f} rad/s"


def _format_costs(scores: dict[str, Any]) -> str:
    transport, slip = scores["cost_of_transport"], scores["foot_slip_m_s"]
    parts = [f"worst command {scores['worst_command']}"]
    if transport is not None:
        parts.append(f"cost of transport {transport:.2f}")
    if slip is not None:
        parts.append(f"standing feet slide at {slip:.3f} m/s")
    parts.append(f"{scores['torque_limit_share']:.1%} of the time at a torque limit")
    parts.append(
        f"joints turn at up to {scores['largest_joint_speed_rad_s']:.1f} rad/s, "
        f"{scores['above_no_load_speed_fraction']:.2%} of the time above the no-load speed"
    )
    if "heights" in scores:
        parts.append(f"{scores['heights']['survival']:.0%} survive squatting")
    return ", ".join(parts)
