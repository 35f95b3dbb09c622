"""Each limit of the sizes finds what is above it and nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

import check_sizes
import pytest


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a small repository without findings."""
    monkeypatch.setattr(check_sizes, "ROOT", tmp_path)
    for name in check_sizes.ALL:
        (tmp_path / name).mkdir()
    for name in check_sizes.CODE:
        (tmp_path / name / "README.md").write_text("words\n" * 15)
        (tmp_path / name / "thing.py").write_text("x = 1\n" * 120)
    (tmp_path / "README.md").write_text("word " * 600)
    return tmp_path


def test_a_house_at_its_limits_passes(house: Path) -> None:
    for number in range(12):  # with README.md and thing.py, 14
        (house / "robot" / f"room{number}").mkdir()
    (house / "robot" / "__pycache__").mkdir()
    (house / "robot" / "link").symlink_to(house / "envs")
    assert check_sizes.main() == 0


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("README.md", "word " * 601, "README.md:1: 601 words"),
        ("robot/README.md", "words\n" * 16, "robot/README.md:1: 16 lines"),
        ("envs/long.py", "x = 1\n" * 301, "envs/long.py:1: 301 lines"),
        ("envs/f.py", "def f(a, b, c, d, e, f, g, *, h, i): ...\n", "f has 9 parameters"),
        ("tests/f.py", "def f():\n" + "    x = 1\n" * 41, "f has 41 lines"),
    ],
)
def test_what_is_above_a_limit_is_found(
    house: Path, capsys: pytest.CaptureFixture[str], path: str, text: str, expected: str
) -> None:
    (house / path).write_text(text)
    assert check_sizes.main() == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert expected in line


def test_a_full_folder_is_found_in_any_depth(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    room = house / "perception" / "network"
    room.mkdir()
    for number in range(15):
        (room / f"part{number}.yaml").touch()
    assert check_sizes.main() == 1
    assert "perception/network:1: 15 entries" in capsys.readouterr().out


def test_the_median_counts_code_alone(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (house / "tests" / "test_thing.py").write_text("x = 1\n" * 300)
    assert check_sizes.main() == 0
    for name in check_sizes.CODE[:4]:
        (house / name / "thing.py").write_text("x = 1\n" * 121)
    assert check_sizes.main() == 1
    assert "the median file has 121 lines" in capsys.readouterr().out


def test_self_and_the_docstring_do_not_count() -> None:
    code = (
        'def f(self, a, /, b, *c, d, **e):\n    """Do.\n\n    It.\n    """\n    x = 1\n    y = 2\n'
    )
    method = ast.parse(code).body[0]
    assert isinstance(method, ast.FunctionDef)
    assert check_sizes.count_parameters(method) == 5
    assert check_sizes.count_body_lines(method) == 2


def test_a_function_of_nothing_but_a_docstring_has_no_lines() -> None:
    function = ast.parse('def f():\n    """Do."""\n').body[0]
    assert isinstance(function, ast.FunctionDef)
    assert check_sizes.count_body_lines(function) == 0
