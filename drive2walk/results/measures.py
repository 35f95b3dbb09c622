"""Every measure that a document shows, by name: its commands and how its figures are read."""

from __future__ import annotations

from drive2walk.results import readers
from drive2walk.results.measure import Measure

# The parts of the checkout that a figure depends on; tests/drive2walk/results checks that they
# exist.
WEIGHTS = "drive2walk/checkpoints"
BODY = ("robot", "locomotion/estimation", "locomotion/gait", "locomotion/pendulum")
WALKING = (*BODY, "locomotion/policy", "locomotion/walking")
JUDGED_WALKING = (
    *WALKING,
    "locomotion/evaluation",
    "envs/walking",
    "envs/terrain",
    "envs/sensors",
)
G1 = (*JUDGED_WALKING, f"{WEIGHTS}/unitree_g1.safetensors")
T1 = (*JUDGED_WALKING, f"{WEIGHTS}/booster_t1.safetensors")
H1 = (*JUDGED_WALKING, f"{WEIGHTS}/unitree_h1.safetensors")
TRAINING = (*JUDGED_WALKING, "locomotion/training", "locomotion/studies", "locomotion/configs")
NETWORK = ("perception/network", "perception/inference", "robot/surfaces.py")
SEEING = (*NETWORK, f"{WEIGHTS}/walking.safetensors")
SCORED_SEEING = (
    *SEEING,
    "perception/evaluation",
    "perception/datasets",
    "perception/map_evidence.py",
    "robot/geometry",
)
WORLD = (
    "envs/collisions.py",
    "envs/robot_world.py",
    "envs/walking_people.py",
    "envs/scenes",
    "envs/sensors",
)
RENDERING = (*WORLD, "envs/rendering", "envs/tasks", "robot")
OFFICES = (
    *WALKING,
    *SEEING,
    *WORLD,
    "locomotion/navigation",
    "perception/map_evidence.py",
    "perception/motion",
    "perception/walkable_map.py",
    "drive2walk/agent.py",
    "drive2walk/eyes.py",
    "drive2walk/demo",
    f"{WEIGHTS}/unitree_g1.safetensors",
)
TASKS = (
    *WALKING,
    *WORLD,
    "envs/tasks",
    "teleop/arms",
    "teleop/devices",
    "teleop/operator",
    "teleop/recording",
    "teleop/scripts",
    "teleop/evaluation",
    f"{WEIGHTS}/unitree_g1.safetensors",
)
DRIVING = f"{WEIGHTS}/driving.safetensors"
BENCHMARK = "tests/benchmarks"
# Number of offices that are crossed once more with ideal sensors or eyes, for a comparison.
COMPARED = 40
LOADED_ARMS = "--arms moving --payload-kg 2"


def _offices(title: str, options: str = "", first: int | None = None) -> Measure:
    command = (
        f"drive2walk demo --seeds {{count}} --first-seed {{seed}} {options} --workers 2 --films 0 "
        "--out {out}"
    )
    return Measure(title, (_line(command),), readers.read_crossings, OFFICES, "offices", first)


def _task(task: str) -> Measure:
    command = (
        f"drive2walk teleop evaluate --task {task} --episodes {{count}} --first-seed {{seed}} "
        "--workers 2 --out {out}"
    )
    title = f"Scripted operator: {task}"
    return Measure(title, (command,), readers.read_trials, TASKS, "tasks")


def _walks(title: str, options: str, depends: tuple[str, ...] = G1) -> Measure:
    command = (
        f"drive2walk locomotion evaluate {options} --seed {{seed}} --seeds {{count}} --repeats 2 "
        "--out {out}"
    )
    return Measure(title, (_line(command),), readers.read_walks, depends, "legs")


def _other_robot(policy: str, depends: tuple[str, ...]) -> dict[str, Measure]:
    """Return the measures of another robot's legs, whose names begin with its short name."""
    short = policy.rpartition("_")[2]
    conditions = {"push_05": "--push 0.5", "push_10": "--push 1.0"}
    conditions["second"] = "--push 0.5 --physics second"
    return {
        f"{short}_{name}": _walks(
            f"{short.upper()} walking, {options}", f"--policy {policy} {options}", depends
        )
        for name, options in conditions.items()
    }


def _envpool(noise: str) -> Measure:
    command = (
        "DRIVE2WALK_ENVPOOL={envpool} DRIVE2WALK_ENVPOOL_MINUTES=2 pytest "
        f"tests/benchmarks/test_envpool.py -k {noise} --basetemp {{out}}/pytest "
        "-o addopts=--import-mode=importlib"
    )
    title = f"Training beside EnvPool, {noise} observations"
    return Measure(title, (command,), readers.read_envpool, (*TRAINING, BENCHMARK))


def _line(command: str) -> str:
    """Return a command with one space between its words."""
    return " ".join(command.split())


MEASURES = {
    "offices": _offices("Offices crossed"),
    "offices_ideal_sensors": _offices(
        "Offices crossed, ideal sensors", "--sensors ideal", COMPARED
    ),
    "offices_ideal_eyes": _offices("Offices crossed, ideal eyes", "--oracle vision", COMPARED),
    "offices_ideal": _offices(
        "Offices crossed, ideal sensors and eyes", "--sensors ideal --oracle vision", COMPARED
    ),
    "sort": _task("sort"),
    "tote": _task("tote"),
    "leaves": _task("leaves"),
    "legs_push_05": _walks("Walking under pushes of 0.5 m/s", "--push 0.5"),
    "legs_ideal": _walks("Walking, ideal sensors", "--push 0.5 --sensors ideal"),
    "legs_push_10": _walks("Walking under pushes of 1 m/s", "--push 1.0"),
    "legs_full": _walks("Walking in the physics of scenes", "--push 0.5 --physics full"),
    "legs_second": _walks("Walking as another robot", "--push 0.5 --physics second"),
    "legs_arms": _walks(
        "Walking with moving arms and 2 kg in each hand", f"--push 0.5 {LOADED_ARMS}"
    ),
    "legs_ramps": _walks("Walking on ramps", "--push 0.5 --terrain ramps --sighted"),
    "legs_rough": _walks("Walking on rough ground", "--push 0.5 --terrain rough --sighted"),
    "legs_steps": _walks("Walking on steps of 10 cm", "--push 0.5 --terrain steps --sighted"),
    "legs_ramps_blind": _walks("Walking on ramps, blind", "--push 0.5 --terrain ramps"),
    "legs_rough_blind": _walks("Walking on rough ground, blind", "--push 0.5 --terrain rough"),
    "legs_steps_blind": _walks("Walking on steps of 10 cm, blind", "--push 0.5 --terrain steps"),
    **_other_robot("booster_t1", T1),
    **_other_robot("unitree_h1", H1),
    "rooms": Measure(
        "Photographs of seven real rooms",
        (
            "drive2walk perception compare --data tests/data/rooms --out {out}/drove",
            "drive2walk perception evaluate --dataset folder --root tests/data/rooms "
            "--out {out}/walks",
        ),
        readers.read_both_networks,
        (*SCORED_SEEING, DRIVING, "tests/data/rooms"),
    ),
    "rendered": Measure(
        "Rendered offices that no network has seen",
        (
            "drive2walk envs render --frames 400 --frames-per-scene 4 --val-fraction 0.9 "
            "--seed {seed} --workers 2 --out {out}/offices",
            "drive2walk perception compare --data {out}/offices --out {out}/drove",
            "drive2walk perception evaluate --dataset folder --root {out}/offices "
            "--out {out}/walks",
        ),
        readers.read_both_networks,
        (*SCORED_SEEING, DRIVING, *RENDERING),
        "rendered",
    ),
    "working_view": Measure(
        "Views of a working robot that no network has seen",
        (
            "drive2walk envs render --scene tasks --frames 400 --frames-per-scene 4 "
            "--val-fraction 0.9 --seed {seed} --workers 2 --out {out}/views",
            "drive2walk perception evaluate --dataset folder --root {out}/views --out {out}/walks",
        ),
        readers.read_floor_fractions,
        (*SCORED_SEEING, *RENDERING),
        "rendered",
    ),
    "export": Measure(
        "Speed of the network on one core",
        ("drive2walk perception export --int8 --images tests/data/rooms/images --out {out}",),
        readers.read_export,
        (*SEEING, "perception/exchange"),
    ),
    "speed": Measure(
        "Simulation speed",
        ("drive2walk bench simulation --out {out}",),
        readers.read_speed,
        TRAINING,
    ),
    "prior": Measure(
        "Two minutes of training with and without the gait",
        ("drive2walk locomotion compare --minutes 2 --out {out}",),
        readers.read_prior,
        TRAINING,
    ),
    "camvid_val": Measure(
        "Driving network on CamVid val",
        (
            "drive2walk perception evaluate --weights driving --dataset camvid --root {camvid} "
            "--out {out}",
        ),
        readers.read_scores,
        (*NETWORK, "perception/evaluation", "perception/datasets", DRIVING),
    ),
    "envpool_exact": _envpool("exact"),
    "envpool_noisy": _envpool("noisy"),
}
