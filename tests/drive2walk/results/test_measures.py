import shlex
from pathlib import Path

import grimp
import pytest

from drive2walk.commands.command_line import CommandLine
from drive2walk.commands.options.parsing import parse
from drive2walk.commands.table import ALL, Command, Group
from drive2walk.results.documents import TABLES, documents
from drive2walk.results.measures import MEASURES
from drive2walk.results.seeds import load_seeds
from drive2walk.results.tables import BLOCK

ROOT = Path(__file__).parents[3]
VALUES = {"out": "OUT", "seed": 3, "count": 2, "camvid": "CAMVID", "envpool": "ENVPOOL"}
LINES = sorted({command for measure in MEASURES.values() for command in measure.commands})


def parse_without_running(words: list[str]) -> None:
    """Parse a command line; a wrong option raises an error."""
    entry: Command | Group = ALL
    while isinstance(entry, Group):
        entry = entry.commands[words.pop(0)]
    parse(entry.load(), CommandLine("drive2walk", tuple(words)))


@pytest.mark.parametrize("line", LINES)
def test_every_command_can_be_parsed(line: str) -> None:
    words = shlex.split(line.format(**VALUES))
    if words[0] == "drive2walk":
        parse_without_running(words[1:])
    else:
        assert words[2] == "pytest"
        assert (ROOT / words[3]).is_file()


def test_measures_depend_on_files_that_exist() -> None:
    paths = {path for measure in MEASURES.values() for path in measure.depends}
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    return grimp.build_graph("drive2walk", exclude_type_checking_imports=True)


# Parts that only read, write or show, or whose effect a figure names otherwise.
NEUTRAL = (
    *("experiment/", "drive2walk/checkpoints/", "drive2walk/films/", "perception/datasets/"),
    *("teleop/console/", "teleop/dataset/"),
)


@pytest.mark.parametrize(
    ("measure", "module"),
    [
        ("offices", "demo.demo"),
        ("tote", "teleop.evaluation.scripted_trial"),
        ("legs_push_05", "locomotion.evaluation.evaluate"),
        ("speed", "locomotion.studies.throughput"),
        ("prior", "locomotion.studies.compare"),
        ("rooms", "perception.evaluation.comparison"),
        ("rendered", "envs.rendering.render_dataset"),
        ("export", "perception.exchange.export_run"),
    ],
)
def test_a_measure_depends_on_all_code_that_it_runs(
    measure: str, module: str, imports: grimp.ImportGraph
) -> None:
    name = f"drive2walk.{module}"
    paths = {path_of(each) for each in {name, *imports.find_upstream_modules(name)}}
    depends = tuple(MEASURES[measure].depends)
    covered = {path for path in paths if any(is_below(path, part) for part in depends)}
    assert {path for path in paths - covered if not path.startswith(NEUTRAL)} == set()


def path_of(module: str) -> str:
    """Return the path of a module, relative to the checkout, without the links."""
    found = (ROOT / module.replace(".", "/")).with_suffix(".py")
    package = ROOT / module.replace(".", "/") / "__init__.py"
    return str((found if found.is_file() else package).resolve().relative_to(ROOT.resolve()))


def is_below(path: str, part: str) -> bool:
    return path == part or path.startswith(f"{part}/") or path.endswith("__init__.py")


def test_seeds_are_drawn_where_a_command_takes_them() -> None:
    seeds = load_seeds()
    for name, measure in MEASURES.items():
        takes = any("{seed}" in command for command in measure.commands)
        assert takes == (measure.seeds is not None), name
        assert measure.seeds is None or measure.seeds in seeds.examination, name


def test_every_measure_is_in_a_table_and_every_table_in_a_document() -> None:
    rows = {row.measure for table in TABLES.values() for row in table.rows}
    assert rows == set(MEASURES)
    text = "\n".join(page.read_text() for page in documents(ROOT))
    assert {block[2] for block in BLOCK.finditer(text)} == set(TABLES)
    assert len(TABLES["headline"].rows) <= 5


def test_history_is_no_document_that_shows_results() -> None:
    pages = {str(page.relative_to(ROOT)) for page in documents(ROOT)}
    assert {"README.md", "docs/results.md", "docs/design/gait.md", "robot/README.md"} <= pages
    assert not {page for page in pages if page.startswith("docs/log") or page == "docs/house.md"}
