from pathlib import Path

import pytest

from drive2walk.experiment.errors import ConfigError
from drive2walk.results.seeds import ExaminationSeeds, load_seeds


def test_each_attempt_draws_a_block_that_no_other_has() -> None:
    blocks = ExaminationSeeds(first=100, size=20, blocks=2)
    assert list(blocks.block(0)) == list(range(100, 120))
    assert list(blocks.block(1)) == list(range(120, 140))
    with pytest.raises(ConfigError, match="all 2 examination blocks are used up"):
        blocks.block(2)


def test_the_declared_seeds_can_be_drawn() -> None:
    seeds = load_seeds()
    assert set(seeds.development) <= set(seeds.examination)
    for kind in seeds.examination:
        assert len(seeds.draw(kind, 0)) == seeds.examination[kind].size
    with pytest.raises(ConfigError, match="kind of seeds 'office'"):
        seeds.draw("office", 0)


@pytest.mark.parametrize("development", ["[90, 100]", "[119, 200]", "[105, 110]"])
def test_development_seeds_in_an_examination_are_refused(tmp_path: Path, development: str) -> None:
    path = tmp_path / "seeds.yaml"
    path.write_text(
        f"development: {{offices: [{development}]}}\n"
        "examination: {offices: {first: 100, size: 10, blocks: 2}}\n"
    )
    with pytest.raises(ConfigError, match="lie in its examination blocks 100-119"):
        load_seeds(path)
