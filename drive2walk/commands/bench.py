"""``drive2walk bench``: measurements of speed on this machine."""

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
    """Time walking and PPO against a bare physics loop.

    Writes metrics.json.

    Args:
        out: Folder for metrics.json.
        config: Config of the robot and of the training: a name in locomotion/configs, or a YAML
            file.
        num_envs: Number of robots on each side.
        threads: Threads of the physics and processes of PPO; 0 takes every processor.
        steps: Number of timed control steps.
        rollouts: Number of timed rollouts of PPO, each of 24 steps and an update.
    """
    from drive2walk.experiment.errors import ConfigError
    from drive2walk.experiment.results import METRICS, write_metrics
    from drive2walk.locomotion.studies.throughput import measure_throughput, measure_training

    if min(num_envs, steps, rollouts) < 1 or threads < 0:
        raise ConfigError(
            f"got {num_envs} num-envs, {steps} steps, {rollouts} rollouts and {threads} threads; "
            "threads must be at least 0, the others at least 1."
        )
    out.mkdir(parents=True, exist_ok=True)  # A wrong path fails before the measurement.
    metrics = measure_throughput(config, num_envs, threads, steps)
    training = measure_training(config, num_envs, threads, rollouts)
    metrics["ppo_samples_per_s"] = training
    metrics["ppo_ratio"] = training / metrics["raw_steps_per_s"]
    write_metrics(out / METRICS, metrics)
    print(
        f"walking env {metrics['env_steps_per_s']:.0f} steps/s, bare loop "
        f"{metrics['raw_steps_per_s']:.0f} steps/s, ratio {metrics['ratio']:.3f}; PPO collects and "
        f"learns from {training:.0f} samples/s, ratio {metrics['ppo_ratio']:.3f}"
    )
