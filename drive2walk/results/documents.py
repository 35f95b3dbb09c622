"""The documents that show results, and the tables in them."""

from __future__ import annotations

from pathlib import Path

from drive2walk.results.tables import Row, Table

# History may quote figures of its day.
HISTORY = {"docs/log", "docs/log.md", "CHANGELOG.md", "docs/house.md"}


def _walking_rows(measure: str, condition: str) -> tuple[Row, ...]:
    """Return the row of survival under a condition, and those of the errors of velocity."""
    return (
        Row(f"{condition}: survival of 20 s", measure, "survival"),
        Row("RMS error of vx", measure, "rms_vx", "m/s"),
        Row("RMS error of vy", measure, "rms_vy", "m/s"),
        Row("RMS error of wz", measure, "rms_wz", "rad/s"),
    )


def _walking_table(measures: dict[str, str]) -> Table:
    rows = [row for item in measures.items() for row in _walking_rows(*item)]
    return Table(tuple(rows))


def _envpool_rows(noise: str) -> tuple[Row, ...]:
    """Return the speeds of each side, and its survival after two minutes of training."""
    sides = {
        "envpool_rl_alone": "EnvPool, RL alone",
        "full_body_rl_alone": "This, full body, RL alone",
        "full_body_gait_rl": "This, full body, gait and RL",
        "training_body_rl_alone": "This, training body, RL alone",
        "training_body_gait_rl": "This, training body, gait and RL",
    }
    measure = f"envpool_{noise}"
    return tuple(
        row
        for key, side in sides.items()
        for row in (
            Row(f"{side}: control steps", measure, f"{key}_control_steps_per_s", "1/s"),
            Row(f"{side}: physics steps", measure, f"{key}_physics_steps_per_s", "1/s"),
            Row(f"{side}: survival after 2 minutes", measure, f"{key}_2_min"),
        )
    )


TABLES: dict[str, Table] = {
    "headline": Table(
        (
            Row("Unseen offices crossed on the camera, no touch", "offices", "success"),
            Row("Scripted operator carries a tote from shelf to table", "tote", "success"),
            Row("Walking 20 s under pushes of 0.5 m/s", "legs_push_05", "survival"),
            Row("Walkable IoU in photographs of real rooms", "rooms", "walkable_iou"),
            Row("PPO's speed against the bare physics", "speed", "ppo_ratio"),
        ),
        attempts=False,
    ),
    "offices": Table(
        (
            Row("Crossed: goal, no fall, no collision", "offices", "success"),
            Row("Number of falls", "offices", "falls", ""),
            Row("Number of touches", "offices", "collisions", ""),
            Row("Median drift of the odometry, of the way walked", "offices", "drift"),
            Row("Median path length against the shortest way", "offices", "path_ratio", "times"),
            Row("Crossed with ideal sensors", "offices_ideal_sensors", "success"),
            Row("Drift with ideal sensors", "offices_ideal_sensors", "drift"),
            Row("Crossed with ideal eyes", "offices_ideal_eyes", "success"),
            Row("Crossed with ideal sensors and eyes", "offices_ideal", "success"),
        )
    ),
    "tasks": Table(
        tuple(
            row
            for task in ("sort", "tote", "leaves")
            for row in (
                Row(f"`{task}`: fulfilled", task, "success"),
                Row(f"`{task}`: number of falls", task, "falls", ""),
                Row(f"`{task}`: mean time", task, "time_s", "s"),
            )
        )
    ),
    "legs": _walking_table(
        {
            "legs_push_05": "Pushes of 0.5 m/s",
            "legs_ideal": "The same, ideal sensors",
            "legs_push_10": "Pushes of 1 m/s",
            "legs_full": "Physics of scenes",
            "legs_second": "Another robot",
            "legs_arms": "Moving arms and 2 kg in each hand",
        }
    ),
    "grounds": _walking_table(
        {
            f"legs_{ground}{name}": f"{words}, {sight}"
            for ground, words in {
                "ramps": "Ramps of up to 10 degrees",
                "rough": "Rough ground, 6 cm over 20 cm",
                "steps": "Steps of up to 10 cm",
            }.items()
            for name, sight in {"": "height scan", "_blind": "blind"}.items()
        }
    ),
    "bodies": _walking_table(
        {
            f"{robot}_{name}": f"{robot.upper()}, {words}"
            for robot in ("t1", "h1")
            for name, words in {
                "push_05": "pushes of 0.5 m/s",
                "push_10": "pushes of 1 m/s",
                "second": "another robot",
            }.items()
        }
    ),
    "eyes": Table(
        (
            Row("Rendered offices never seen: walkable IoU", "rendered", "walkable_iou"),
            Row("There: boundary IoU", "rendered", "boundary_iou"),
            Row("There: false-walkable rate", "rendered", "false_walkable_rate"),
            Row("There: recall of thin obstacles", "rendered", "thin_obstacle_recall"),
            Row("There: IoU of the network that only drove", "rendered", "drove_walkable_iou"),
            Row("Photographs of seven real rooms: walkable IoU", "rooms", "walkable_iou"),
            Row("There: boundary IoU", "rooms", "boundary_iou"),
            Row("There: false-walkable rate", "rooms", "false_walkable_rate"),
            Row("There: IoU of the network that only drove", "rooms", "drove_walkable_iou"),
            Row("Views of a working robot: floor taken for floor", "working_view", "floor"),
            Row("There: tables, shelves and bins taken for floor", "working_view", "furniture"),
            Row("There: totes and other things taken for floor", "working_view", "clutter"),
            Row("There: own arms taken for floor", "working_view", "person"),
            Row("CamVid val, network that only drove: mIoU", "camvid_val", "miou"),
            Row("One core, floats", "export", "float32_images_per_s", "images/s"),
            Row("One core, 8-bit integers", "export", "int8_images_per_s", "images/s"),
            Row("Integers against floats", "export", "int8_ratio", "times"),
            Row("Pixels with the same class in integers", "export", "int8_same_class"),
        )
    ),
    "speed": Table(
        (
            Row("Bare physics", "speed", "raw_steps_per_s", "control steps/s"),
            Row("Environment", "speed", "env_steps_per_s", "control steps/s"),
            Row("Environment against the bare physics", "speed", "ratio"),
            Row("PPO, collecting and learning", "speed", "ppo_samples_per_s", "samples/s"),
            Row("PPO against the bare physics", "speed", "ppo_ratio"),
        )
    ),
    "prior": Table(
        (
            Row("Gait and RL: survival after 2 minutes, three seeds", "prior", "prior_rl"),
            Row("RL alone: survival after 2 minutes, three seeds", "prior", "rl_alone"),
            Row("Gait alone: survival", "prior", "prior_alone"),
        )
    ),
    "envpool": Table((*_envpool_rows("exact"), *_envpool_rows("noisy"))),
}


def documents(root: Path) -> list[Path]:
    """Return the pages of a checkout that may show results."""
    pages = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    pages += sorted(root.glob("*/README.md"))
    return [page for page in pages if not _is_history(page.relative_to(root))]


def _is_history(page: Path) -> bool:
    return any(str(place) in HISTORY for place in (page, *page.parents))
