"""The demo's report: report.json for programs and report.html, which needs no network."""

from __future__ import annotations

import dataclasses
import html
import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any


@dataclasses.dataclass(frozen=True)
class Crossing:
    """A robot's walk through one scene.

    Attributes:
        seed: Seed of the scene.
        reached_goal: Whether the robot stood at the goal and knew it.
        fell: Whether the robot fell.
        collisions: Number of collisions.
        path_length_m: Length of the path in metres.
        time_s: Simulated time in seconds.
        final_distance_m: Distance to the goal at the end, in metres.
        odometry_error_m: Error of the believed position at the end, in metres.
        path_ratio: Length of the path as a multiple of the shortest free way; None for a robot that
            did not reach the goal.
        touches: Number of collisions by link and thing, such as "torso_link on wall_3".
    """

    seed: int
    reached_goal: bool
    fell: bool
    collisions: int
    path_length_m: float
    time_s: float
    final_distance_m: float
    odometry_error_m: float
    path_ratio: float | None = None
    touches: dict[str, int] = dataclasses.field(default_factory=dict)

    @property
    def success(self) -> bool:
        """Whether the robot reached the goal without a fall or a collision."""
        return self.reached_goal and not self.fell and self.collisions == 0


def summarize(crossings: Sequence[Crossing]) -> dict[str, int | float | None]:
    """Return the numbers of crossings, successes, falls and collisions, and the median path ratio.

    The median is over the robots that reached the goal; it is None where there is none.
    """
    ratios = [c.path_ratio for c in crossings if c.path_ratio is not None]
    return {
        "episodes": len(crossings),
        "success": sum(c.success for c in crossings),
        "falls": sum(c.fell for c in crossings),
        "collisions": sum(c.collisions for c in crossings),
        "path_ratio": round(statistics.median(ratios), 3) if ratios else None,
    }


def write_report(crossings: Sequence[Crossing], settings: dict[str, Any], out: Path) -> None:
    """Write report.json and report.html; a reader sees the old files or the new ones.

    Args:
        crossings: Crossings so far.
        settings: Settings of the demo.
        out: Folder of the report.
    """
    content = {
        "settings": settings,
        "summary": summarize(crossings),
        "episodes": [dataclasses.asdict(c) for c in crossings],
    }
    _replace_file(out / "report.json", json.dumps(content, indent=2) + "\n")
    _replace_file(out / "report.html", _page(crossings, settings))


def _replace_file(path: Path, text: str) -> None:
    staging = path.with_suffix(path.suffix + ".part")
    staging.write_text(text, encoding="utf-8")
    staging.replace(path)


def _page(crossings: Sequence[Crossing], settings: dict[str, Any]) -> str:
    total = summarize(crossings)
    columns = [field.name for field in dataclasses.fields(Crossing)]
    head = "".join(f"<th>{name.replace('_', ' ')}</th>" for name in columns)
    rows = "\n".join(_row(crossing, columns) for crossing in crossings)
    eyes = "simulator truth (oracle)" if settings.get("oracle") else "head camera alone"
    chosen = ", ".join(f"{key} {value}" for key, value in settings.items() if value is not None)
    return _PAGE.format(
        style=_STYLE,
        success=total["success"],
        episodes=total["episodes"],
        falls=total["falls"],
        collisions=total["collisions"],
        path_ratio=_cell(total["path_ratio"]),
        eyes=eyes,
        settings=html.escape(chosen),
        head=head,
        rows=rows,
    )


def _row(crossing: Crossing, columns: Sequence[str]) -> str:
    values = (getattr(crossing, name) for name in columns)
    cells = "".join(f"<td>{_cell(value)}</td>" for value in values)
    return f'<tr class="{"good" if crossing.success else "bad"}">{cells}</tr>'


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "&ndash;"
    if isinstance(value, dict):
        return html.escape(", ".join(f"{name}: {count}" for name, count in value.items()))
    return f"{value:.2f}" if isinstance(value, float) else str(value)


_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem;
       padding: 0 1rem; color: #1c2430; background: #fbfbf9; }
h1 { font-size: 1.6rem; margin-bottom: 0; }
p.lead { color: #5a6472; margin-top: .25rem; }
.numbers { display: flex; gap: 2.5rem; margin: 1.5rem 0; }
.numbers div { font-size: 2rem; font-weight: 600; line-height: 1.1; }
.numbers span { display: block; font-size: .85rem; font-weight: 400; color: #5a6472; }
video { width: 100%; border-radius: 6px; background: #222; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; margin-top: 1.5rem; }
th, td { text-align: right; padding: .4rem .6rem; border-bottom: 1px solid #e3e5e0; }
th { font-weight: 600; color: #5a6472; }
tr.good td:first-child { box-shadow: inset 3px 0 #3a9d62; }
tr.bad td:first-child { box-shadow: inset 3px 0 #d65a31; }
footer { color: #5a6472; font-size: .85rem; margin: 1.5rem 0; }
"""

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>drive2walk demo</title>
<style>{style}</style>
<h1>drive2walk demo</h1>
<p class="lead">The eyes: {eyes}.</p>
<div class="numbers">
  <div>{success}/{episodes}<span>reached the goal without a fall or a collision</span></div>
  <div>{falls}<span>falls</span></div>
  <div>{collisions}<span>collisions</span></div>
  <div>{path_ratio}<span>median path, in shortest free ways</span></div>
</div>
<video src="demo.mp4" controls muted loop autoplay playsinline></video>
<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>
{rows}
</tbody></table></div>
<footer>{settings}</footer>
</html>
"""
