"""``drive2walk bench``: how fast things are on this machine."""

from __future__ import annotations

from pathlib import Path


def simulation(
    *, out: Path, robot: str = "unitree_g1", num_envs: int = 512, threads: int = 0, steps: int = 400
) -> None:
    """Time the walking environment against a bare Batch.step loop and write metrics.json.

    Args:
        out: folder for metrics.json.
        robot: name of its spec.
        num_envs: robots on each side.
        threads: of the physics; 0 takes every processor.
        steps: control steps that are timed.
    """
    import json

    from locomotion.throughput import measure_throughput
    from robot.errors import ConfigError

    if num_envs < 1 or steps < 1 or threads < 0:
        raise ConfigError("num-envs and steps must be at least 1 and threads at least 0.")
    metrics = measure_throughput(robot, num_envs, threads, steps)
    out.mkdir(parents=True, exist_ok=True)
    (out / "metrics.json").write_text(json.dumps(metrics, indent=1))
    print(
        f"walking env {metrics['env_steps_per_s']:.0f} steps/s, bare loop "
        f"{metrics['raw_steps_per_s']:.0f} steps/s, ratio {metrics['ratio']:.3f}"
    )


COMMANDS = {"simulation": simulation}
