"""A run is released with weights and card, or refused in one line with nothing written."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from drive2walk import cli
from drive2walk.checkpoints import release
from drive2walk.checkpoints.released import CHECKPOINTS, weights_path
from drive2walk.experiment.config import save_config
from drive2walk.experiment.errors import ReleaseError
from drive2walk.locomotion.training import card
from drive2walk.locomotion.training.config import WalkingTraining as PolicyConfig
from drive2walk.perception.network.network import NetworkConfig
from drive2walk.perception.network.weights import load_weights
from drive2walk.perception.training.batches.training_data import SourceConfig
from drive2walk.perception.training.config import NetworkTrainingConfig

pytestmark = pytest.mark.e2e
COMMIT = "abc1234"


@pytest.fixture(autouse=True)
def committed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code stands at a commit."""
    monkeypatch.setattr(release, "current_commit", lambda: COMMIT)


@pytest.fixture
def run(tmp_path: Path, folder: Path, tiny_config: NetworkConfig) -> Path:
    """A finished fine-tuning, made at a commit."""
    config = NetworkTrainingConfig(
        sources={"walking": SourceConfig("folder", 4, (1.0, 1.0))},
        walkable=("floor",),
        input_size=(64, 48),
        size=(48, 64),
        network=tiny_config,
        steps=2,
        checkpoint_every=2,
    )
    save_config(config, tmp_path / "tiny.yaml")
    out = tmp_path / "run"
    words = ["--data", folder, "--config", tmp_path / "tiny.yaml", "--out", out]
    cli.run(["perception", "finetune", *map(str, words)])
    edit_card(out / "walking.md", r"commit \S+", f"commit {COMMIT}")
    return out


def edit_card(path: Path, pattern: str, text: str) -> None:
    changed, count = re.subn(pattern, text, path.read_text(encoding="utf-8"))
    assert count
    path.write_text(changed, encoding="utf-8")


def refuse(run: Path, target: Path, name: str, match: str) -> None:
    with pytest.raises(ReleaseError, match=match) as error:
        cli.run(["release", str(run), "--as", name, "--out", str(target)])
    assert "\n" not in str(error.value)
    assert not target.exists()


def test_a_released_network_has_its_card_and_is_found_by_its_name(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "released"
    cli.run(["release", str(run), "--as", "my_rooms", "--out", str(target)])
    released = target / "my_rooms.safetensors"
    assert capsys.readouterr().out.strip().endswith(str(released))
    assert released.read_bytes() == (run / "walking.safetensors").read_bytes()
    assert weights_path("my_rooms", target) == released
    assert load_weights(released)[1].walkable == ("floor",)
    text = (target / "my_rooms.md").read_text(encoding="utf-8")
    assert text.startswith("# my_rooms\n")
    assert "| data: walking |" in text
    assert f"evaluated at commit {COMMIT}" in text
    measured = text.split("## Release")[1]
    assert re.search(r"\| walkable_iou \| [01]\.\d{3} \|", measured)
    assert {path.name for path in target.iterdir()} == {"my_rooms.safetensors", "my_rooms.md"}


@pytest.mark.parametrize("name", ["My_rooms", "my rooms", "../rooms", ""])
def test_a_name_with_other_characters_is_refused(run: Path, tmp_path: Path, name: str) -> None:
    refuse(run, tmp_path / "released", name, "a-z, 0-9 and _")


@pytest.mark.parametrize("commit", ["abc1234-dirty", "unknown"])
def test_uncommitted_code_is_refused(
    run: Path, tmp_path: Path, commit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "current_commit", lambda: commit)
    refuse(run, tmp_path / "released", "rooms", f"the code is at commit '{commit}'")


@pytest.mark.parametrize("commit", ["abc1234-dirty", "unknown"])
def test_a_run_made_at_no_commit_is_refused(run: Path, tmp_path: Path, commit: str) -> None:
    edit_card(run / "walking.md", r"commit abc1234", f"commit {commit}")
    refuse(run, tmp_path / "released", "rooms", f"made at commit '{commit}'")


def test_a_run_whose_card_names_no_commit_is_refused(run: Path, tmp_path: Path) -> None:
    edit_card(run / "walking.md", r"\| code .*\n", "")
    refuse(run, tmp_path / "released", "rooms", "made at commit 'unknown'")


def test_a_run_whose_data_are_not_named_is_refused(run: Path, tmp_path: Path) -> None:
    edit_card(run / "walking.md", r"\| data: .*\n", "")
    refuse(run, tmp_path / "released", "rooms", "doesn't name its data")


def test_large_weights_are_refused(run: Path, tmp_path: Path) -> None:
    large = {"x": np.zeros(3_000_000, np.float32)}
    save_file(load_file(run / "walking.safetensors") | large, run / "walking.safetensors")
    refuse(run, tmp_path / "released", "rooms", r"1\d\.\d MB; at most 10 MB")


def test_a_folder_without_a_finished_run_is_refused(run: Path, tmp_path: Path) -> None:
    (run / "walking.md").unlink()
    refuse(run, tmp_path / "released", "rooms", "no finished run")
    refuse(tmp_path / "nowhere", tmp_path / "released", "rooms", "no finished run")


def test_a_released_policy_is_evaluated_in_the_trials_of_its_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One of the card's trials is enough, and quicker.
    monkeypatch.setattr(card, "TRIALS", (("training", 0.0, 101),))
    run, target = tmp_path / "run", tmp_path / "released"
    run.mkdir()
    save_config(PolicyConfig(card_repeats=1), run / "config.yaml")
    shutil.copyfile(CHECKPOINTS / "unitree_g1.safetensors", run / "policy.safetensors")
    (run / "policy.md").write_text(
        f"# Walking policy\n\n- Data: simulation\n- Date: 2026; trained at commit: {COMMIT}, x\n"
    )
    cli.run(["release", str(run), "--as", "g1_mine", "--out", str(target)])
    text = (target / "g1_mine.md").read_text(encoding="utf-8")
    assert "| score | no kicks, training physics |" in text
    survival = re.search(r"\| survival \| ([\d.]+) \|", text)
    assert survival is not None
    assert float(survival[1]) > 0.9
