"""The demo's report: report.json for programs, report.html for people, both without a network."""

from __future__ import annotations

import dataclasses
import html
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any


@dataclasses.dataclass(frozen=True)
class Episode:
    """What happened in one scene; lengths in metres, times in simulated seconds."""

    seed: int
    reached_goal: bool
    fell: bool
    collisions: int
    path_length_m: float
    time_s: float
    final_distance_m: float
    odometry_error_m: float

    @property
    def success(self) -> bool:
        """Goal reached without a fall or a collision."""
        return self.reached_goal and not self.fell and self.collisions == 0


def summary(episodes: Sequence[Episode]) -> dict[str, int]:
    """Return the number of episodes, successes, falls, and collisions in all."""
    return {
        "episodes": len(episodes),
        "success": sum(e.success for e in episodes),
        "falls": sum(e.fell for e in episodes),
        "collisions": sum(e.collisions for e in episodes),
    }


def write_report(episodes: Sequence[Episode], settings: dict[str, Any], out: Path) -> None:
    """Write report.json and report.html to the folder ``out``; whole files or none."""
    content = {
        "settings": settings,
        "summary": summary(episodes),
        "episodes": [dataclasses.asdict(e) for e in episodes],
    }
    _replace(out / "report.json", json.dumps(content, indent=2) + "\n")
    _replace(out / "report.html", _page(episodes, settings))


def _replace(path: Path, text: str) -> None:
    staging = path.with_suffix(path.suffix + ".part")
    staging.write_text(text, encoding="utf-8")
    staging.replace(path)


def _page(episodes: Sequence[Episode], settings: dict[str, Any]) -> str:
    total = summary(episodes)
    columns = [field.name for field in dataclasses.fields(Episode)]
    head = "".join(f"<th>{name.replace('_', ' ')}</th>" for name in columns)
    rows = "\n".join(_row(episode, columns) for episode in episodes)
    eyes = "simulator truth (oracle)" if settings.get("oracle") else "head camera alone"
    chosen = ", ".join(f"{key} {value}" for key, value in settings.items() if value is not None)
    return _PAGE.format(
        style=_STYLE,
        success=total["success"],
        episodes=total["episodes"],
        falls=total["falls"],
        collisions=total["collisions"],
        eyes=eyes,
        settings=html.escape(chosen),
        head=head,
        rows=rows,
    )


def _row(episode: Episode, columns: Sequence[str]) -> str:
    values = (getattr(episode, name) for name in columns)
    cells = "".join(f"<td>{_cell(value)}</td>" for value in values)
    return f'<tr class="{"good" if episode.success else "bad"}">{cells}</tr>'


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
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
</div>
<video src="demo.mp4" controls muted loop autoplay playsinline></video>
<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>
{rows}
</tbody></table></div>
<footer>{settings}</footer>
</html>
"""
