"""The documents that show results, and the tables in them."""

from __future__ import annotations

from pathlib import Path

from drive2walk.results.tables import Row

# History may quote figures of its day.
HISTORY = {"docs/log", "docs/log.md", "CHANGELOG.md", "docs/house.md"}

TABLES: dict[str, list[Row]] = {
    "headline": [
        Row(
            "Unseen offices crossed on the camera: goal, no fall, no collision",
            "offices",
            "success",
        ),
        Row("Scripted operator sorts parts", "sort", "success"),
        Row("Survival of 20 s under pushes of 0.5 m/s", "legs_push_05", "survival"),
        Row("Walkable IoU in photographs of real rooms", "rooms", "walkable_iou"),
        Row("Speed of PPO against the bare physics", "speed", "ppo_ratio"),
    ],
    "offices": [
        Row("Crossed: goal, no fall, no collision", "offices", "success"),
        Row("Median drift of the odometry, of the way walked", "offices", "drift"),
        Row("Crossed with ideal sensors", "offices_ideal_sensors", "success"),
        Row("Crossed with ideal eyes", "offices_ideal_eyes", "success"),
        Row("Crossed with both", "offices_ideal", "success"),
    ],
    "tasks": [
        Row(f"Scripted operator: {task}", task, "success") for task in ("sort", "tote", "leaves")
    ],
    "legs": [
        Row("Survival, pushes of 0.5 m/s", "legs_push_05", "survival"),
        Row("RMS error of vx", "legs_push_05", "rms_vx", "m/s"),
        Row("RMS error of vy", "legs_push_05", "rms_vy", "m/s"),
        Row("RMS error of wz", "legs_push_05", "rms_wz", "rad/s"),
        Row("Cost of transport", "legs_push_05", "cost_of_transport", ""),
        Row("Survival, ideal sensors", "legs_ideal", "survival"),
        Row("Survival, pushes of 1 m/s", "legs_push_10", "survival"),
        Row("Survival as another robot", "legs_second", "survival"),
        Row("Survival with moving arms and 2 kg in each hand", "legs_arms", "survival"),
        Row("Survival on rough ground", "legs_rough", "survival"),
        Row("Survival on steps of 10 cm", "legs_steps", "survival"),
    ],
    "eyes": [
        Row("Walkable IoU in photographs of seven real rooms", "rooms", "walkable_iou"),
        Row("Driving network on CamVid val: mIoU", "camvid_val", "miou"),
    ],
}


def documents(root: Path) -> list[Path]:
    """Return the pages of a checkout that may show results."""
    pages = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    pages += sorted(root.glob("*/README.md"))
    return [page for page in pages if not _is_history(page.relative_to(root))]


def _is_history(page: Path) -> bool:
    return any(str(place) in HISTORY for place in (page, *page.parents))
