import dataclasses
import json
from pathlib import Path

from drive2walk.demo.report import Crossing, summarize, write_report

GOOD = Crossing(1, True, False, 0, 5.0, 14.0, 0.2, 0.1, 1.1)
BUMPED = dataclasses.replace(
    GOOD, seed=2, collisions=2, path_ratio=1.5, touches={"torso_link on <wall>": 2}
)
FELL = dataclasses.replace(
    GOOD, seed=3, reached_goal=False, fell=True, collisions=1, path_ratio=None
)


def test_success_needs_the_goal_without_fall_or_collision() -> None:
    assert summarize([GOOD, BUMPED, FELL]) == {
        "episodes": 3,
        "success": 1,
        "falls": 1,
        "collisions": 3,
        "path_ratio": 1.3,
    }
    assert summarize([FELL])["path_ratio"] is None


def test_the_report_holds_every_crossing_and_needs_no_network(tmp_path: Path) -> None:
    write_report([GOOD, FELL], {"scene": "<office>", "oracle": None}, tmp_path)
    report = json.loads((tmp_path / "report.json").read_text())
    assert [c["seed"] for c in report["episodes"]] == [1, 3]
    for key in ("reached_goal", "fell", "collisions", "path_length_m", "time_s"):
        assert report["episodes"][0][key] == getattr(GOOD, key)
    page = (tmp_path / "report.html").read_text()
    assert [c["path_ratio"] for c in report["episodes"]] == [1.1, None]
    assert report["summary"]["path_ratio"] == 1.1
    assert "1.10<span>median path" in page
    assert "http" not in page
    assert "&lt;office&gt;" in page
    assert "1/2" in page
    assert not list(tmp_path.glob("*.part"))


def test_the_report_says_what_touched(tmp_path: Path) -> None:
    write_report([BUMPED], {}, tmp_path)
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["episodes"][0]["touches"] == {"torso_link on <wall>": 2}
    assert "torso_link on &lt;wall&gt;: 2" in (tmp_path / "report.html").read_text()
