import json
from pathlib import Path

from drive2walk.experiment.results import write_metrics


def test_an_unmeasured_value_is_null(tmp_path: Path) -> None:
    path = tmp_path / "run" / "metrics.json"
    nan = float("nan")
    write_metrics(path, {"a": nan, "b": {"c": 0.5, "d": [1.0, nan]}})
    assert json.loads(path.read_text()) == {"a": None, "b": {"c": 0.5, "d": [1.0, None]}}
