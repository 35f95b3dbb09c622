"""``drive2walk locomotion export`` and ``play``."""

from __future__ import annotations

from pathlib import Path

# Keys of a film that shows what the legs can do.
TOUR = (
    "1 up up up up up up 3 left left left left left 3 stop 1 comma comma comma 2 stop 1 "
    "up up up up 1 kick 3 stop 1 page_down page_down page_down page_down page_down 2 stop 2"
)


def export(*, out: Path, policy: str = "unitree_g1") -> None:
    """Write a policy for robots: ONNX, and a folder that runs it.

    The code in the folder needs numpy alone.

    Args:
        out: Folder for policy.onnx, policy.npz, the code that runs it and its README.md.
        policy: Name of a released policy, or the folder of a training run.
    """
    from drive2walk.checkpoints.released import policy_path
    from drive2walk.locomotion.deployment.export import export_policy
    from drive2walk.locomotion.policy.policy import Policy

    written = export_policy(Policy.load(policy_path(policy)), out)
    print(
        f"ONNX differs from the policy by {written['difference']:.1g} at most; "
        f"{len(written['modules'])} files of code\n{out}"
    )


def play(
    *,
    policy: str = "unitree_g1",
    terrain: str = "flat",
    sighted: bool = False,
    film: Path | None = None,
    keys: str = TOUR,
    seed: int = 0,
) -> None:
    """Steer a robot with the keyboard, or film a walk by written keys.

    Up and down: faster and slower; left and right: turn; comma and period: step to the left and
    to the right; page up and page down: stand up and squat; enter: stop; space: a push.

    Args:
        policy: Name of a released policy, or the folder of a training run.
        terrain: Ground: flat, rough, ramps, steps or mixed.
        sighted: Whether the robot gets a height scan of the ground around it.
        film: Film to write (.mp4) instead of opening MuJoCo's viewer.
        keys: Keys of the film: names (up, down, left, right, comma, period, page_up, page_down,
            stop, kick) and seconds to wait.
        seed: Seed of the ground, the start and the pushes.
    """
    from drive2walk.checkpoints.released import policy_path
    from drive2walk.envs.terrain.kinds import build_evaluation_terrain
    from drive2walk.experiment.config import check_seed
    from drive2walk.locomotion.policy.policy import Policy
    from drive2walk.locomotion.walking.from_policy import controller_from_policy
    from drive2walk.play.play import Play
    from drive2walk.play.viewer import play_in_viewer
    from drive2walk.play.walk_film import film_walk

    check_seed(seed)
    controller = controller_from_policy(Policy.load(policy_path(policy)))
    walk = Play(controller, build_evaluation_terrain(terrain, seed), seed, sighted)
    if film is None:
        play_in_viewer(walk)
    else:
        film_walk(walk, keys, film)
        print(f"{walk.falls} falls\n{film}")
