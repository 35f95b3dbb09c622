"""Each rule of the words finds what it forbids and nothing else."""

from __future__ import annotations

import textwrap

import check_prose
import pytest


def rules(code: str, path: str = "robot/thing.py") -> list[str]:
    """Return the rules that a piece of code breaks, in the order of its lines."""
    return [finding.rule for finding in check_prose.check_file(path, textwrap.dedent(code))]


def documented(line: str) -> str:
    return f'''
        def apply(gain):
            """Apply it.

            Args:
                gain: {line}

            Raises:
                ValueError: of this the rule says nothing.
            """
        '''


@pytest.mark.parametrize("word", sorted(check_prose.BAD_BEGINNINGS))
def test_an_argument_that_begins_with_a_preposition_is_found(word: str) -> None:
    assert rules(documented(f"{word} the thing.")) == ["noun-phrase"]
    assert rules(documented(f"{word.capitalize()} the thing.")) == ["noun-phrase"]


@pytest.mark.parametrize(
    "line", ["Gain of the motor, N m/rad.", "Offset in metres.", "(3,) unit vector.", "1 or more."]
)
def test_a_noun_phrase_passes(line: str) -> None:
    assert rules(documented(line)) == []


def test_the_line_and_both_names_are_given() -> None:
    code = '''\
"""A module."""

class Motor:
    """A motor.

    Attributes:
        kp, kd: of the position and of the rate.
            from here on it is a continuation: and a colon
    """

    kp: float
'''
    (found,) = check_prose.check_file("robot/motor.py", code)
    assert (found.line, found.rule) == (7, "noun-phrase")
    assert "kp, kd: of" in str(found)


def test_a_documented_argument_that_does_not_exist_is_found() -> None:
    assert rules(documented("Gain.").replace("apply(gain)", "apply(gains)")) == ["signature"]
    assert rules(documented("Gain.").replace("apply(gain)", "apply(*, gain=1)")) == []
    of_init = '''
        class Motor:
            """A motor.

            Args:
                gain: Gain.
            """

            def __init__(self, gains):
                pass
        '''
    assert rules(of_init) == ["signature"]
    assert rules(of_init.replace("gains", "gain")) == []


@pytest.mark.parametrize(
    "text",
    [
        "start anew",
        "gone for good",
        "is told",
        "shod feet",
        "nobody knows",
        "Whoever walks",
        "robots who fall",
        "Who is pushed falls.",
    ],
)
def test_a_word_to_avoid_is_found_in_comments_messages_and_pages(text: str) -> None:
    assert rules(f"x = 1  # {text}\n") == ["word"]
    assert rules(f'raise ValueError("{text}")\n') == ["word"]
    assert rules(f'"""A module.\n\n{text}\n"""\n') == ["word"]
    assert rules(f"# Page\n\n{text}\n", "docs/page.md") == ["word"]


@pytest.mark.parametrize(
    "text", ["Who is the operator?", "good for walking", "shoulder", "enabled anyway", "untold"]
)
def test_like_words_pass(text: str) -> None:
    assert rules(f"x = 1  # {text}\n") == []


@pytest.mark.parametrize(
    "code",
    [
        "def told(): pass",
        "def f(still_share): pass",
        "EVEN_SHARE = 1",
        "class C:\n    at_limit_share: float",
        "self.train_shares = 1",
        "def is_told(): pass",
    ],
)
def test_a_name_to_avoid_is_found(code: str) -> None:
    assert rules(code) == ["name"]


@pytest.mark.parametrize("code", ["share = 1", "shared_memory = 1", "x = data['still_share']"])
def test_like_names_pass(code: str) -> None:
    assert rules(code) == []


def test_history_is_found_in_code_and_passes_in_the_log() -> None:
    line = "Until commit 72d999c it was 8."
    assert rules(f"x = 32  # {line}\n") == ["history"]
    assert rules(line, "docs/log.md") == []


def test_the_generated_page_is_left_to_the_docstrings() -> None:
    assert rules("told", "docs/house.md") == []


def test_the_command_prints_each_finding_and_exits_with_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(path: object, encoding: str) -> str:
        return "x = 1  # told\n"

    monkeypatch.setattr(check_prose.Path, "read_text", read)
    assert check_prose.main(["robot/a.py", "robot/b.py"]) == 1
    shown = capsys.readouterr()
    assert shown.out.splitlines()[0].startswith("robot/a.py:1: word:")
    assert shown.err == "prose: 2 word\n"


def test_the_check_itself_and_the_pages_pass() -> None:
    files = [path for path in check_prose.tracked_files() if path.startswith(("docs/", "tools/"))]
    assert len(files) > 15
    assert check_prose.main(files) == 0
