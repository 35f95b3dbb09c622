import math

import numpy as np
import pytest

from drive2walk.experiment.diversity import BINS, entropy, parameter_diversity, vendi


def test_vendi_counts_different_members() -> None:
    assert vendi(np.eye(7)) == pytest.approx(7)
    assert vendi(np.ones((7, 7))) == pytest.approx(1)
    # Two groups of like members, 3 and 1 of 4: exp of the entropy of (3/4, 1/4).
    groups = np.zeros((4, 4))
    groups[:3, :3] = groups[3, 3] = 1
    expected = math.exp(-0.75 * math.log(0.75) - 0.25 * math.log(0.25))
    assert vendi(groups) == pytest.approx(expected)


def test_vendi_depends_on_neither_order_nor_copies() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(6, 4))
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    kernel = features @ features.T
    order = rng.permutation(6)
    assert vendi(kernel[order][:, order]) == pytest.approx(vendi(kernel))
    assert vendi(np.tile(kernel, (3, 3))) == pytest.approx(vendi(kernel))


def test_entropy_by_hand() -> None:
    assert entropy(["a", "a", "a"]) == 0
    assert entropy(["a", "b", "a", "b"]) == pytest.approx(math.log(2))


def _drawn(count: int, seed: int = 0) -> list[dict[str, object]]:
    rng = np.random.default_rng(seed)
    return [
        {
            "level": float(rng.uniform(0, 2)),
            "kind": str(rng.choice(["a", "b", "c"])),
            "rooms": rng.choice(["office", "hall", "bath"], 4).tolist(),
            "is_wet": bool(rng.random() < 0.5),
        }
        for _ in range(count)
    ]


def test_uniform_numbers_have_full_entropy() -> None:
    drawn = [{"x": float(k)} for k in range(BINS)] * 3
    assert parameter_diversity(drawn).entropies["x"] == pytest.approx(1)


def test_equally_frequent_words_have_full_entropy_if_none_is_missing() -> None:
    full = parameter_diversity([{"x": word} for word in "abcd" * 5])
    half = [{"x": word} for word in "ab" * 10]
    assert full.entropies["x"] == parameter_diversity(half).entropies["x"] == pytest.approx(1)
    # Relative to the four words of the reference, two words have half of the entropy.
    assert parameter_diversity(half, full).entropies["x"] == pytest.approx(0.5)


def test_a_narrower_range_shows_only_relative_to_the_reference() -> None:
    wide = [{"x": float(v)} for v in np.linspace(0, 1, 100)]
    narrow = [{"x": float(v)} for v in np.linspace(0.4, 0.5, 100)]
    reference = parameter_diversity(wide)
    assert parameter_diversity(narrow).entropies["x"] > 0.95
    assert parameter_diversity(narrow, reference).entropies["x"] < 0.35
    assert parameter_diversity(narrow, reference).score < 0.5 * reference.score


def test_copies_of_one_scene_have_no_diversity() -> None:
    copies = parameter_diversity(_drawn(1) * 40)
    assert copies.vendi == pytest.approx(1)
    assert copies.score == pytest.approx(0, abs=1e-9)
    assert set(copies.entropies.values()) == {0.0}


@pytest.mark.parametrize("factor", ["level", "kind", "rooms", "is_wet"])
def test_a_constant_factor_has_no_entropy_and_lowers_the_score(factor: str) -> None:
    drawn = _drawn(100)
    frozen = [{**each, factor: drawn[0][factor]} for each in drawn]
    whole, less = parameter_diversity(drawn), parameter_diversity(frozen)
    assert less.entropies[factor] == 0
    assert whole.entropies[factor] > 0.8
    assert less.score < whole.score
    others = set(whole.entropies) - {factor}
    assert all(less.entropies[name] == whole.entropies[name] for name in others)


def test_the_line_names_every_factor() -> None:
    text = parameter_diversity(_drawn(20)).text()
    assert all(name in text for name in ("of 20 scenes", "level", "kind", "rooms", "is_wet"))
