import dataclasses
from pathlib import Path

import pytest

from drive2walk.experiment.config import load_config, save_config, was
from drive2walk.experiment.errors import ConfigError


@dataclasses.dataclass(frozen=True)
class Inner:
    rate: float = 1.0
    names: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Outer:
    steps: int
    inner: Inner = Inner()
    budget: float | None = None


def write(folder: Path, text: str) -> Path:
    path = folder / "run.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_number_that_yaml_reads_as_text_is_a_number(tmp_path: Path) -> None:
    path = write(tmp_path, "steps: 3\ninner: {rate: 1e-3}\n")
    assert load_config(Outer, path, tmp_path).inner.rate == 1e-3
    with pytest.raises(ConfigError, match="a float is needed"):
        load_config(Outer, write(tmp_path, "steps: 3\ninner: {rate: much}\n"), tmp_path)


@dataclasses.dataclass(frozen=True)
class Renamed:
    fraction: float = dataclasses.field(default=0.0, metadata=was("share", "part"))


def test_a_former_key_sets_the_renamed_field(tmp_path: Path) -> None:
    for key in ("fraction", "share", "part"):
        path = write(tmp_path, f"{key}: 0.25\n")
        assert load_config(Renamed, path, tmp_path) == Renamed(0.25)


def test_reads_nested_values_and_turns_integers_into_floats(tmp_path: Path) -> None:
    path = write(tmp_path, "steps: 3\ninner: {rate: 2, names: [a, b]}\n")
    config = load_config(Outer, path, tmp_path)
    assert config == Outer(steps=3, inner=Inner(rate=2.0, names=("a", "b")))
    assert isinstance(config.inner.rate, float)


def test_a_saved_config_reads_back_equal(tmp_path: Path) -> None:
    config = Outer(steps=7, inner=Inner(names=("x",)), budget=1.5)
    save_config(config, tmp_path / "run.yaml")
    assert load_config(Outer, "run", tmp_path) == config


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("steps: 1\nstep: 2\n", ["run.yaml", "'step'", "Did you mean 'steps'?"]),
        ("steps: 1\ninner: {rat: 2}\n", ["inner", "'rat'", "Did you mean 'rate'?"]),
        ("inner: {}\n", ["'steps' is missing"]),
        ("steps: many\n", ["steps", "'many'", "int is needed"]),
        ("steps: true\n", ["steps", "True", "int is needed"]),
        ("steps: [1\n", ["not valid YAML"]),
        ("- 1\n", ["key: value"]),
    ],
)
def test_a_wrong_file_gives_one_line_that_says_what_to_correct(
    tmp_path: Path, text: str, parts: list[str]
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as error:
        load_config(Outer, path, tmp_path)
    message = str(error.value)
    assert "\n" not in message
    assert all(part in message for part in parts)


def test_an_unknown_name_lists_the_allowed_names(tmp_path: Path) -> None:
    write(tmp_path, "steps: 1\n")
    with pytest.raises(
        ConfigError, match=r"unknown config 'rum'\. Allowed: run\. Did you mean 'run'"
    ):
        load_config(Outer, "rum", tmp_path)
