"""``drive2walk imitation demo``."""

from __future__ import annotations

from pathlib import Path


def demo(
    *, policy: str = "arms", task: str = "sort", out: Path, seeds: int = 2, first_seed: int = 0
) -> None:
    """Film an arm policy at work in unseen worlds, with a report.

    Writes demo.mp4, report.html and report.json.

    Args:
        policy: Released name of an arm policy, folder of a run, or a .safetensors file.
        task: Name of the task.
        out: Folder for film and report.
        seeds: Number of worlds.
        first_seed: Seed of the first world.
    """
    import torch

    from drive2walk.checkpoints.released import load_controller
    from drive2walk.commands.imitation.named_policy import find_arm_policy
    from drive2walk.teleop.imitation.evaluation.demo_report import write_demo_report
    from drive2walk.teleop.imitation.evaluation.policy_trial import (
        PolicyTrialConfig,
        require_task,
    )
    from drive2walk.teleop.imitation.evaluation.summary import summarize_policy_trials
    from drive2walk.teleop.imitation.evaluation.trial_film import film_trials

    torch.set_num_threads(1)
    config = PolicyTrialConfig(task=task, episodes=seeds, first_seed=first_seed)
    files = find_arm_policy(policy)
    described = files.description
    require_task(described, task, policy)
    out.mkdir(parents=True, exist_ok=True)
    controller = load_controller(described.robot)
    trials = list(film_trials(config, config.seeds, files, controller, out / "demo.mp4"))
    write_demo_report(summarize_policy_trials(config, trials), policy, out)
    print(out / "report.html")
