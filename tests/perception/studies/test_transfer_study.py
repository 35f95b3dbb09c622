import dataclasses
import math
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

from drive2walk import perception
from drive2walk.experiment.config import load_config
from drive2walk.experiment.errors import ConfigError, DataError
from drive2walk.experiment.statistics import Interval
from drive2walk.perception.datasets.folder import Folder
from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.perception.network.weights import Knowledge, load_weights, save_weights
from drive2walk.perception.studies.candidate import Candidate
from drive2walk.perception.studies.small_copy import write_small_copy
from drive2walk.perception.studies.transfer_plot import draw_figure, write_plot
from drive2walk.perception.studies.transfer_report import judge_gain, summary, verdict
from drive2walk.perception.studies.transfer_study import (
    DROVE,
    SCRATCH,
    TransferRun,
    TransferStudy,
)
from drive2walk.perception.studies.transfer_target import TargetConfig
from drive2walk.perception.training.batches.source import SourceConfig
from drive2walk.perception.training.config import NetworkTrainingConfig
from drive2walk.perception.training.train import Trainer

StudyFactory = Callable[..., TransferStudy]


def training(
    network: NetworkConfig, fraction_range: tuple[float, float], hidden: tuple[str, ...]
) -> NetworkTrainingConfig:
    source = SourceConfig("folder", 2, (1.0, 1.0), fraction_range=fraction_range, hidden=hidden)
    return NetworkTrainingConfig(
        sources={"target": source},
        walkable=("floor",),
        inherit={"floor": "wall"},
        input_size=(64, 48),
        size=(48, 64),
        network=network,
        steps=2,
        warmup_steps=1,
        coarse_fraction=0.0,
    )


@pytest.fixture
def target(tiny_config: NetworkConfig) -> TargetConfig:
    learn = training(tiny_config, (0.0, 0.5), ())
    drive = dataclasses.replace(training(tiny_config, (0.5, 1.0), ("floor",)), inherit={})
    return TargetConfig("folder", learn, drive, width=64)


@pytest.fixture
def make(
    target: TargetConfig,
    large_folder: Path,
    tmp_path: Path,
    tiny_network: Network,
    walking_knowledge: Knowledge,
) -> StudyFactory:
    path = tmp_path / "drove.safetensors"
    street = dataclasses.replace(walking_knowledge, surfaces=("road", "wall"))
    save_weights(path, tiny_network, street)

    def make_study(
        target: TargetConfig = target, name: str = "drove", **changes: object
    ) -> TransferStudy:
        arguments: dict = {"fractions": [0.5, 1.0], "seeds": 1, "out": tmp_path / "study"} | changes
        candidate = Candidate.from_file(tmp_path / f"{name}.safetensors")
        return TransferStudy(
            {"pavements": dataclasses.replace(target, root=large_folder)}, [candidate], **arguments
        )

    return make_study


def test_a_killed_study_continues(make: StudyFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    study = make()
    runs = study.runs()
    assert [(run.start, run.fraction) for run in runs] == [
        *((DROVE, 0.5), (SCRATCH, 0.5), (DROVE, 1.0), (SCRATCH, 1.0))
    ]
    study.execute(runs[0])
    # An interruption during a run leaves its folder and half a row.
    (study.out / "run").mkdir()
    with study.table.path.open("a") as file:
        file.write("pavements,drove,scr")
    started: list[Trainer] = []
    whole = Trainer.__init__

    def count(self: Trainer, *arguments: object) -> None:
        started.append(self)
        whole(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Trainer, "__init__", count)
    again = make()
    for run in again.runs():
        again.execute(run)
    assert len(started) == 3
    assert len(again.table.rows) == 4
    assert not (study.out / "run").exists()
    assert {row["images"] for row in again.table.rows.values()} == {"2", "4"}


def test_twins_differ_only_in_their_start(make: StudyFactory) -> None:
    study = make()
    candidate = study.candidates["drove"]
    drove, scratch = study.runs()[:2]
    assert study._learn_config(drove, candidate) == study._learn_config(scratch, candidate)
    assert drove.weights != scratch.weights
    assert study._prepare_start(drove, study.targets["pavements"], candidate) == candidate.path


def test_a_network_trained_on_the_target_is_replaced_by_a_new_one(
    make: StudyFactory, tmp_path: Path, tiny_network: Network, walking_knowledge: Knowledge
) -> None:
    save_weights(tmp_path / "walked.safetensors", tiny_network, walking_knowledge)
    study = make(name="walked")
    candidate, target = study.candidates["walked"], study.targets["pavements"]
    run = study.runs()[0]
    path = study._prepare_start(run, target, candidate)
    assert path != candidate.path
    assert load_weights(path)[1].surfaces == ("wall",)
    drive = study._resolve(target.drive, run, candidate, (0.5, 1.0))
    driven = drive.sources["target"].open("train", run.seed)
    learned = study._learn_config(run._replace(fraction=1.0), candidate).sources["target"]
    assert not set(driven.names) & set(learned.open("train", run.seed).names)
    assert "Its own weights were trained on floor" in verdict(study, summary(study))


def test_invalid_and_changed_settings_are_refused(make: StudyFactory, target: TargetConfig) -> None:
    with pytest.raises(ConfigError, match="fractions"):
        make(fractions=[0.0, 0.5])
    make()
    longer = dataclasses.replace(target.learn, learning_rate=0.5)
    with pytest.raises(ConfigError, match="other settings"):
        make(dataclasses.replace(target, learn=longer))


def fill(study: TransferStudy, scores: dict[tuple[str, float], list[float]]) -> None:
    for run in study.runs():
        value = scores[run.start, run.fraction][run.seed]
        cells = {"walkable_iou": value, "boundary_iou": value / 2, "false_walkable_rate": 0.1}
        study.table.add(**run._asdict(), images=8, minutes=0.1, **cells)


def test_the_verdict_names_gains_losses_and_null_results(
    make: StudyFactory, tmp_path: Path
) -> None:
    study = make(fractions=[0.1, 0.5, 1.0], seeds=3)
    fill(
        study,
        {
            (DROVE, 0.1): [0.60, 0.61, 0.62],
            (SCRATCH, 0.1): [0.40, 0.40, 0.42],
            (DROVE, 0.5): [0.70, 0.60, 0.65],
            (SCRATCH, 0.5): [0.60, 0.68, 0.66],
            (DROVE, 1.0): [0.70, 0.71, 0.72],
            (SCRATCH, 1.0): [0.80, 0.80, 0.83],
        },
    )
    results = summary(study)
    found = results["pavements"]["drove"]
    assert [found[f]["verdict"] for f in ("0.1", "0.5", "1.0")] == [
        *("helps", "no difference", "hurts")
    ]
    gain = found["0.1"]["walkable_iou"]["gain"]
    # Paired gains of 20, 21 and 20 points.
    assert gain["mean"] == pytest.approx(0.61 / 3)
    assert gain["high"] - gain["mean"] == pytest.approx(4.302653 / 300, rel=1e-5)
    text = verdict(study, results)
    assert "with 10% of the labels having driven helps" in text
    assert "with 50% of the labels no difference is shown" in text
    assert "with 100% of the labels having driven hurts" in text
    assert "The goal of 10 points with 10% of the labels is reached" in text
    write_plot(tmp_path / "study.png", results)
    assert cv2.imread(str(tmp_path / "study.png")).std() > 0


def test_each_column_shows_the_numbers_of_images_of_its_target(make: StudyFactory) -> None:
    study = make(fractions=[0.5], seeds=2)
    fill(study, {(DROVE, 0.5): [0.6, 0.5], (SCRATCH, 0.5): [0.3, 0.4]})
    pavements = summary(study)["pavements"]
    offices = {"drove": {"0.5": {**pavements["drove"]["0.5"], "images": 200}}}
    figure = draw_figure({"offices": offices, "pavements": pavements})
    below = [axes.get_xticklabels()[0].get_text() for axes in figure.axes[-2:]]
    assert below == ["50%\n200", "50%\n8"]


def test_a_goal_that_only_the_mean_reaches_is_reported_as_such(make: StudyFactory) -> None:
    study = make(fractions=[0.1], seeds=3)
    fill(study, {(DROVE, 0.1): [0.6, 0.5, 0.4], (SCRATCH, 0.1): [0.3, 0.4, 0.4]})
    assert "is reached by the mean, but not by the interval" in verdict(study, summary(study))


def test_an_interrupted_study_compares_only_complete_pairs(
    make: StudyFactory, tmp_path: Path
) -> None:
    study = make(seeds=2)
    run: TransferRun = study.runs()[0]
    cells = {"walkable_iou": 0.5, "boundary_iou": 0.5, "false_walkable_rate": float("nan")}
    study.table.add(**run._asdict(), images=8, minutes=0.1, **cells)
    found = summary(study)["pavements"]["drove"]["0.5"]
    assert found["seeds"] == 0
    assert found["verdict"] == "unknown"
    assert "not known" in verdict(study, summary(study))
    write_plot(tmp_path / "study.png", summary(study))


def test_a_finding_needs_an_interval_without_zero() -> None:
    assert judge_gain(Interval(0.2, 0.1, 0.3)) == "helps"
    assert judge_gain(Interval(0.2, -0.1, 0.5)) == "no difference"
    assert judge_gain(Interval(-0.2, -0.3, -0.1)) == "hurts"
    assert judge_gain(Interval(0.2, math.nan, math.nan)) == "unknown"


def test_a_small_copy_is_a_folder_of_the_same_labels(folder: Path, tmp_path: Path) -> None:
    parts = {split: Folder(folder, split) for split in ("train", "val")}
    copy = write_small_copy(parts, {"train": 3, "val": 9}, 32, tmp_path / "copy")
    assert not list(tmp_path.glob("*.part"))
    train, val = Folder(copy, "train"), Folder(copy, "val")
    assert (len(train), len(val)) == (3, 2)
    assert val[0].rgb.shape == (24, 32, 3)
    assert (val.surfaces(0) == parts["val"].surfaces(0)[::2, ::2]).mean() > 0.95
    assert val.labelled == parts["val"].labelled
    (folder / "classes.yaml").unlink()
    assert write_small_copy(parts, {"train": 3, "val": 9}, 32, copy) == copy


def test_the_shipped_studies_have_one_source_and_hide_its_surface() -> None:
    folder = Path(perception.__file__).parent / "configs"
    for name in ("offices", "pavements"):
        target = load_config(TargetConfig, f"transfer_{name}", folder)
        assert len(target.learn.sources) == 1
        if target.drive is not None:
            (driven,), (learned,) = (run.sources.values() for run in (target.drive, target.learn))
            assert driven.fraction_range[0] >= learned.fraction_range[1]
            assert set(driven.hidden) == set(target.learn.walkable)


def test_invalid_arguments_leave_no_files(
    make: StudyFactory, target: TargetConfig, tmp_path: Path
) -> None:
    candidate = Candidate.from_file(make().candidates["drove"].path)
    out = tmp_path / "new"
    missing = dataclasses.replace(target, root=tmp_path / "none")
    with pytest.raises(ConfigError, match="share a file name"):
        TransferStudy({"pavements": missing}, [candidate, candidate], [1.0], 1, out)
    with pytest.raises(DataError):
        TransferStudy({"pavements": missing}, [candidate], [1.0], 1, out)
    assert not list(out.glob("*.yaml"))


def test_masks_with_floor_and_rest_alone_are_refused(
    make: StudyFactory, target: TargetConfig, large_folder: Path, tmp_path: Path
) -> None:
    (large_folder / "classes.yaml").write_text("classes: [rest, floor]", encoding="utf-8")
    for path in (large_folder / "masks").iterdir():
        cv2.imwrite(str(path), cv2.imread(str(path), cv2.IMREAD_UNCHANGED) % 2)
    with pytest.raises(DataError, match="names none of floor"):
        make()


def test_a_twin_of_another_shape_has_another_digest(make: StudyFactory) -> None:
    study = make()
    (name, candidate) = next(iter(study.candidates.items()))
    scratch = [run.weights for run in study.runs() if run.start == SCRATCH]
    wider = dataclasses.replace(candidate.network, neck_width=2 * candidate.network.neck_width)
    study.candidates[name] = candidate._replace(network=wider)
    assert not set(scratch) & {run.weights for run in study.runs()}
