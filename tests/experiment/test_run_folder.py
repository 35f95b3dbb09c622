import dataclasses
from pathlib import Path

import pytest

from drive2walk.experiment.config import save_config
from drive2walk.experiment.errors import ConfigError
from drive2walk.experiment.run_folder import CONFIG, require_own_folder


@dataclasses.dataclass(frozen=True)
class RunConfig:
    rate: float = 1.0
    minutes: float = 2.0


HELD = RunConfig()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The folder of a run with a checkpoint."""
    save_config(HELD, tmp_path / CONFIG)
    (tmp_path / "checkpoint").touch()
    return tmp_path


def test_a_run_is_not_overwritten(out: Path) -> None:
    with pytest.raises(ConfigError, match="--resume"):
        require_own_folder(HELD, out, "checkpoint", resume=False)


def test_a_run_resumes_with_the_settings_it_has(out: Path) -> None:
    require_own_folder(HELD, out, "checkpoint", resume=True)
    with pytest.raises(ConfigError, match="other settings"):
        require_own_folder(RunConfig(rate=2.0), out, "checkpoint", resume=True)


def test_only_fields_that_may_change_differ_on_a_resume(out: Path) -> None:
    longer = RunConfig(minutes=3.0)
    require_own_folder(longer, out, "checkpoint", resume=True, may_change=("minutes",))
    with pytest.raises(ConfigError, match="other settings"):
        require_own_folder(longer, out, "checkpoint", resume=True, may_change=("rate",))
