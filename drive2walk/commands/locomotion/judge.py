"""``drive2walk locomotion evaluate`` and ``compare``: how well policies walk, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal


def evaluate(
    *,
    out: Path,
    policy: str = "unitree_g1",
    push: float = 0.5,
    terrain: str = "flat",
    sighted: bool = False,
    physics: Literal["training", "full", "second"] | None = None,
    arms: Literal["still", "moving"] = "still",
    payload_kg: float = 0.0,
    repeats: int = 4,
    seeds: int = 1,
    seed: int = 0,
) -> None:
    """Walk a fixed grid of commands under pushes and write metrics.json.

    Args:
        out: folder for metrics.json.
        policy: name of a released policy, or the folder of a training run.
        push: size of the velocity kicks in m/s, in random directions and at random times.
        terrain: the ground: flat, rough (6 cm over 20 cm), ramps (10 degrees), steps (10 cm) or
            mixed, a quarter of each.
        sighted: let the robots see the ground around them, as a height scan does in the simulator.
        physics: training is 10 ms steps with the arms welded; full is what scenes run, 4 ms steps
            with every joint; second is one that no policy was trained in: 1 ms steps,
            elliptic cones, another solver, limbs that collide. By default training, or full
            where the arms move.
        arms: still at home, or moving from one random posture to the next.
        payload_kg: kilograms in each hand.
        repeats: 20 s episodes for each of the 36 commands and each seed.
        seeds: how many; of starts, pushes, ground and arm motion.
        seed: the first.
    """
    import json

    from drive2walk.locomotion.evaluation.evaluate import evaluate
    from drive2walk.locomotion.evaluation.trial import Trial
    from drive2walk.locomotion.policy.policy import Policy
    from drive2walk.locomotion.walking.from_policy import controller_from_policy
    from drive2walk.released import policy_path

    chosen = physics or ("full" if arms == "moving" else "training")
    trial = Trial(
        physics=chosen,
        terrain=terrain,
        sighted=sighted,
        arms=arms,
        payload_kg=payload_kg,
        push_m_s=push,
        repeats=repeats,
        seeds=seeds,
        seed=seed,
    )
    out.mkdir(parents=True, exist_ok=True)
    metrics = evaluate(controller_from_policy(Policy.load(policy_path(policy))), trial)
    (out / "metrics.json").write_text(json.dumps(metrics, indent=1))
    print(f"{one_line(metrics)}\n{_costs(metrics)}\n{out / 'metrics.json'}")


def compare(
    *,
    out: Path,
    config: str = "g1_flat",
    minutes: tuple[float, ...] = (2.0, 4.0, 7.0),
    seeds: int = 3,
    repeats: int = 2,
    push: float = 0.5,
) -> None:
    """Train the prior with RL and RL alone for the same minutes and judge both, and the prior.

    Writes runs.csv, metrics.json, compare.png and a verdict. A run that was stopped goes on.

    Args:
        out: folder for the results.
        config: name of a config in locomotion/configs, or a YAML file.
        minutes: of training after which both are judged.
        seeds: how many runs of each.
        repeats: 20 s episodes for each of the 36 commands in a judgement.
        push: size of its velocity kicks in m/s.
    """
    import json

    from drive2walk.experiment.config import load_config
    from drive2walk.locomotion.studies.compare import Comparison
    from drive2walk.locomotion.studies.compare_report import summarize_comparison, write_plot
    from drive2walk.locomotion.training.config import CONFIGS, WalkingTraining

    chosen = load_config(WalkingTraining, config, CONFIGS)
    comparison = Comparison(chosen, minutes, seeds, repeats, push)
    table = comparison.run(out)
    found = summarize_comparison(comparison, table)
    (out / "metrics.json").write_text(json.dumps(found, indent=1))
    write_plot(out / "compare.png", comparison, table)
    print(f"{found['verdict']}\n{out}")


def one_line(scores: dict[str, Any]) -> str:
    """Return survival and tracking errors in a line."""
    line = f"survival {scores['survival']:.3f} over {scores['episodes']} episodes"
    if scores["rms_vx"] is None:
        return f"{line}, none of which lasted two seconds"
    vx, vy, wz = (scores[f"rms_{axis}"] for axis in ("vx", "vy", "wz"))
    return f"{line}, error {vx:.3f} {vy:.3f} m/s {wz:.3f} rad/s"


def _costs(scores: dict[str, Any]) -> str:
    transport, slip = scores["cost_of_transport"], scores["foot_slip_m_s"]
    parts = [f"worst command {scores['worst_command']}"]
    if transport is not None:
        parts.append(f"cost of transport {transport:.2f}")
    if slip is not None:
        parts.append(f"standing feet slide at {slip:.3f} m/s")
    parts.append(f"{scores['torque_limit_share']:.1%} of the time at a torque limit")
    if "heights" in scores:
        low = scores["heights"]
        parts.append(f"{low['survival']:.0%} survive squatting")
    return ", ".join(parts)
