"""The command that a card repeats."""

from drive2walk.commands.command_line import CommandLine

LINE = CommandLine(
    "drive2walk perception finetune",
    ("--data", "/home/me/my rooms", "--weights=/tmp/a b.safetensors", "--resume", "--steps", "3"),
)


def test_a_card_names_no_folder_of_this_machine_and_can_be_pasted() -> None:
    shown = LINE.without("--resume").public({"--data": "WALKING"})
    assert shown == (
        "drive2walk perception finetune --data WALKING --weights 'a b.safetensors' --steps 3"
    )


def test_several_values_of_an_option_are_kept() -> None:
    line = CommandLine("drive2walk x", ("--sizes", "a", "b", "--steps", "-1"))
    assert line.public({}) == "drive2walk x --sizes a b --steps -1"
    assert line.without("--sizes").words == ("--steps", "-1")


def test_the_value_of_an_option_is_found_in_both_spellings() -> None:
    assert LINE.value("--weights") == "/tmp/a b.safetensors"
    assert LINE.value("--steps") == "3"
    assert LINE.value("--out") is None
