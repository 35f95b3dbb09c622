"""``drive2walk locomotion export`` and ``play``: a policy on a robot, or in a person's hands."""

from __future__ import annotations

from pathlib import Path

# A walk through what the legs can do, for a film.
TOUR = (
    "1 up up up up up up 3 left left left left left 3 stop 1 comma comma comma 2 stop 1 "
    "up up up up 1 kick 3 stop 1 page_down page_down page_down page_down page_down 2 stop 2"
)


def export(*, out: Path, policy: str = "unitree_g1") -> None:
    """Write a policy for robots: an ONNX network and a folder that walks with numpy alone.

    Args:
        out: folder for policy.onnx, policy.npz, the code that walks by them and its README.md.
        policy: name of a released policy, or the folder of a training run.
    """
    from drive2walk.locomotion.deployment.export import export_policy
    from drive2walk.locomotion.policy.policy import Policy
    from drive2walk.released import policy_path

    written = export_policy(Policy.load(policy_path(policy)), out)
    print(
        f"ONNX strays from the policy by {written['difference']:.1g}; "
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
    """Walk a robot by the keyboard in MuJoCo's viewer, or film a walk by written keys.

    Up and down: faster and slower; left and right: turn; comma and period: step to the left and
    to the right; page up and down: stand up and squat; enter: stop; space: a kick.

    Args:
        policy: name of a released policy, or the folder of a training run.
        terrain: the ground: flat, rough, ramps, steps or mixed.
        sighted: let the robot see the ground around it, as a height scan does in the simulator.
        film: an .mp4 to write, instead of opening the viewer.
        keys: for the film: names of keys (up, down, left, right, comma, period, page_up,
            page_down, stop, kick) and seconds to wait.
        seed: of the ground, the start and kicks.
    """
    from drive2walk.envs.terrain.kinds import build_terrain
    from drive2walk.experiment.config import check_seed
    from drive2walk.locomotion.policy.policy import Policy
    from drive2walk.locomotion.walking.from_policy import controller_from_policy
    from drive2walk.play.play import Play, play_in_viewer
    from drive2walk.play.play import film as write_film
    from drive2walk.released import policy_path

    check_seed(seed)
    controller = controller_from_policy(Policy.load(policy_path(policy)))
    walk = Play(controller, build_terrain(terrain, seed), seed, sighted)
    if film is None:
        play_in_viewer(walk)
    else:
        write_film(walk, keys, film)
        print(f"{walk.falls} falls\n{film}")
