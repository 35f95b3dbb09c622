"""``drive2walk bench``: how fast things are on this machine."""

from __future__ import annotations

from pathlib import Path


def simulation(
    *,
    out: Path,
    config: str = "g1_flat",
    num_envs: int = 512,
    threads: int = 0,
    steps: int = 400,
    rollouts: int = 10,
) -> None:
    """Time the walking environment and PPO on it against a bare Batch.step loop.

    Args:
        out: folder for metrics.json.
        config: whose robot walks, and whose training is timed.
        num_envs: robots on each side.
        threads: of the physics, and processes of PPO; 0 takes every processor.
        steps: control steps that are timed.
        rollouts: of PPO that are timed, each of 24 steps and the learning from them.
    """
    import json

    from drive2walk.experiment.errors import ConfigError
    from drive2walk.locomotion.studies.throughput import measure_throughput, measure_training

    if min(num_envs, steps, rollouts) < 1 or threads < 0:
        raise ConfigError("num-envs, steps and rollouts must be at least 1, threads at least 0.")
    out.mkdir(parents=True, exist_ok=True)
    metrics = measure_throughput(config, num_envs, threads, steps)
    training = measure_training(config, num_envs, threads, rollouts)
    metrics["ppo_samples_per_s"] = training
    metrics["ppo_ratio"] = training / metrics["raw_steps_per_s"]
    (out / "metrics.json").write_text(json.dumps(metrics, indent=1))
    print(
        f"walking env {metrics['env_steps_per_s']:.0f} steps/s, bare loop "
        f"{metrics['raw_steps_per_s']:.0f} steps/s, ratio {metrics['ratio']:.3f}; PPO collects and "
        f"learns from {training:.0f} samples/s, ratio {metrics['ppo_ratio']:.3f}"
    )


COMMANDS = {"simulation": simulation}
