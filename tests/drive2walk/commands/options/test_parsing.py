"""Options are derived from dataclasses, over a YAML file, over the defaults."""

import dataclasses
import io
from pathlib import Path
from typing import Annotated, ClassVar

import pytest

from drive2walk.commands.command_line import CommandLine
from drive2walk.commands.options.defaults import FLAT, ChosenDefaults, YamlDefaults
from drive2walk.commands.options.parsing import parse
from drive2walk.experiment.errors import ConfigError, UsageError

CONFIGS = Path(__file__).parent / "nowhere"


@dataclasses.dataclass(frozen=True)
class Load:
    payload_kg: float = 1.0


@dataclasses.dataclass(frozen=True)
class Settings:
    steps: int = 10
    rate: float = 0.1
    sources: dict[str, Load] = dataclasses.field(default_factory=dict)
    arms: Load | None = None


def choose(line: CommandLine) -> Load:
    return Load(7.0) if line.value("--kind") == "heavy" else Load()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Walk:
    """Walk.

    Attributes:
        settings: Settings.
        load: Load.
        config: Config.
        kind: Kind of load.
    """

    settings: Annotated[Settings, FLAT, YamlDefaults(CONFIGS)]
    load: Annotated[Load, ChosenDefaults(choose)]
    config: str
    kind: str = "light"

    aliases: ClassVar = {"--st": "--steps"}

    def run(self, line: CommandLine) -> None:
        raise AssertionError("the test runs nothing")


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "walk.yaml"
    path.write_text("steps: 20\nsources: {floor: {payload_kg: 2}}\n", encoding="utf-8")
    return str(path)


def parsed(*words: str) -> Walk:
    call = parse(Walk, CommandLine("drive2walk walk", words))
    walk = call.func.__self__  # type: ignore[attr-defined]
    assert isinstance(walk, Walk)
    return walk


def test_the_command_line_stands_over_the_file_over_the_defaults(config: str) -> None:
    settings = parsed("--config", config).settings
    assert (settings.steps, settings.rate) == (20, 0.1)
    settings = parsed(f"--config={config}", "--steps", "30").settings
    assert (settings.steps, settings.rate) == (30, 0.1)


def test_keys_of_parts_and_of_named_parts_are_options(config: str) -> None:
    walk = parsed("--config", config, "--sources.floor.payload-kg", "3", "--load.payload_kg", "4")
    assert walk.settings.sources == {"floor": Load(3.0)}
    assert walk.load == Load(4.0)


def test_a_part_that_is_none_is_filled_once_a_key_of_it_is_given(config: str) -> None:
    assert parsed("--config", config).settings.arms is None
    assert parsed("--config", config, "--arms.payload-kg", "3").settings.arms == Load(3.0)


def test_defaults_may_depend_on_another_option(config: str) -> None:
    assert parsed("--config", config, "--kind", "heavy").load == Load(7.0)
    assert parsed("--config", config).load == Load()


def test_an_alias_stands_for_its_option(config: str) -> None:
    assert parsed("--config", config, "--st", "5").settings.steps == 5
    assert parsed("--config", config, "--st=6").settings.steps == 6


def test_help_shows_the_defaults_of_the_chosen_config(
    config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        parsed("--config", config, "--help")
    assert not end.value.code
    assert "(default: 20)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--stepz", "3"),
            "Unrecognized options: --stepz, 3; Perhaps you meant: --steps INT. See: ",
        ),
        (("--steps", "three"), "Error parsing --steps: invalid literal for int()"),
        (("--sources.wall.payload-kg", "3"), "--sources.wall.payload-kg"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_a_wrong_option_gives_one_line(
    config: str,
    words: tuple[str, ...],
    said: str,
    encoding: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    with pytest.raises(UsageError) as error:
        parsed("--config", config, *words)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert str(error.value).startswith(("Unrecognized", "Error parsing"))


def test_an_unknown_config_and_an_unknown_key_in_it_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no config file"):
        parsed("--config", str(tmp_path / "none.yaml"))
    path = tmp_path / "wrong.yaml"
    path.write_text("step: 1\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="Did you mean 'steps'"):
        parsed("--config", str(path))


def test_functions_are_parsed_without_being_run(capsys: pytest.CaptureFixture[str]) -> None:
    def greet(name: str, /, *, loud: bool = False) -> None:
        print(name, loud)

    call = parse(greet, CommandLine("drive2walk greet", ("you", "--loud")))
    assert capsys.readouterr().out == ""
    call()
    assert capsys.readouterr().out == "you True\n"
