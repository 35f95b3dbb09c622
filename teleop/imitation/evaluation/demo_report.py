"""The report of a demo of an arm policy: report.json for programs and report.html for people."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

from drive2walk.teleop.dataset.files.durable import write_durably

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>drive2walk arms: {task}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem }}
video {{ width: 100%; background: #222 }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: right; padding: .4rem .6rem; border-bottom: 1px solid #ddd }}
</style>
<h1>{task}: {succeeded} of {episodes} done, {falls} falls</h1>
<p>The policy '{policy}' has the head camera, proprioception and the words of the task.</p>
<video src="demo.mp4" controls muted loop autoplay playsinline></video>
<table><thead><tr>{head}</tr></thead><tbody>
{rows}
</tbody></table>
</html>
"""
_COLUMNS = ("seed", "success", "fell", "time_s", "stages", "uncertainty")


def write_demo_report(metrics: dict[str, Any], policy: str, out: Path) -> None:
    """Write report.json and report.html; a reader sees the old files or the new ones.

    Args:
        metrics: Result of ``summarize_policy_trials``.
        policy: Name of the policy.
        out: Folder of the report, beside demo.mp4.

    Raises:
        DataError: A file can't be written.
    """
    rows = metrics["rows"]
    succeeded = sum(row["success"] for row in rows)
    summary = {"episodes": len(rows), "success": succeeded, "falls": metrics["falls"]}
    content = {"task": metrics["task"], "policy": policy, "summary": summary, "episodes": rows}
    write_durably(out / "report.json", (json.dumps(content, indent=2) + "\n").encode())
    page = _PAGE.format(
        task=html.escape(metrics["task"]),
        succeeded=succeeded,
        episodes=len(rows),
        falls=metrics["falls"],
        policy=html.escape(policy),
        head="".join(f"<th>{name.replace('_', ' ')}</th>" for name in _COLUMNS),
        rows="\n".join(_make_row(row) for row in rows),
    )
    write_durably(out / "report.html", page.encode())


def _make_row(row: dict[str, Any]) -> str:
    cells = [_format(row[name]) for name in _COLUMNS]
    return f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>"


def _format(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(name for name, behind in value.items() if behind) or "none"
    return f"{value:.3g}" if isinstance(value, float) else str(value)
