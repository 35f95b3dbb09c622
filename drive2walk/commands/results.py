"""``drive2walk results``: measure figures, show them in the documents, check them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from drive2walk.commands.command_line import CommandLine
from drive2walk.experiment.errors import ConfigError, DataError, unknown_name
from drive2walk.experiment.ledger import Ledger

LEDGER = "results"


@dataclasses.dataclass(frozen=True, kw_only=True)
class ResultsMeasure:
    """Measure figures and enter them into the ledger.

    An examination draws a block of seeds that no attempt has used. Every attempt stays on record.

    Attributes:
        only: Names of measures; none measures all.
        out: Folder for the output of the commands.
        root: Root of the checkout.
        camvid: Folder of CamVid, for the measures that need it.
    """

    only: tuple[str, ...] = ()
    out: Path = Path("runs/results")
    root: Path = Path()
    camvid: Path | None = None

    def run(self, line: CommandLine) -> None:
        """Run the commands one after another; an entry is written as soon as it is measured."""
        from drive2walk.results.measure import run_measure
        from drive2walk.results.measures import MEASURES
        from drive2walk.results.seeds import load_seeds

        for name in self.only:
            if name not in MEASURES:
                raise ConfigError(unknown_name("measure", name, MEASURES))
        ledger, seeds = Ledger(self.root / LEDGER), load_seeds()
        folders = {} if self.camvid is None else {"camvid": self.camvid}
        for name in self.only or tuple(MEASURES):
            earlier = len(ledger.attempts(name))
            out = self.out / f"{name}_{earlier}"
            attempt = run_measure(MEASURES[name], out, seeds, earlier, folders)
            ledger.append(name, attempt)
            print(f"{name}: {', '.join(attempt.figures)} in {attempt.minutes} minutes", flush=True)


def show(*, root: Path = Path()) -> None:
    """Make the tables of the documents from the ledger.

    Args:
        root: Root of the checkout.
    """
    from drive2walk.results.documents import TABLES, documents
    from drive2walk.results.tables import fill_blocks

    ledger = Ledger(root / LEDGER)
    for path in documents(root):
        text = path.read_text(encoding="utf-8")
        filled = fill_blocks(text, TABLES, ledger)
        if filled != text:
            path.write_text(filled, encoding="utf-8")
            print(path)


def check(*, root: Path = Path()) -> None:
    """Check the documents against the ledger.

    Names stale entries. Exits with 2 if a table differs from the ledger or a figure was typed.

    Args:
        root: Root of the checkout.
    """
    from drive2walk.results.check import outdated_documents, stale_entries, typed_figures
    from drive2walk.results.documents import TABLES, documents
    from drive2walk.results.measures import MEASURES

    ledger, pages = Ledger(root / LEDGER), documents(root)
    for line in stale_entries(root, MEASURES, ledger):
        print(line)
    found = [*outdated_documents(pages, TABLES, ledger), *typed_figures(pages)]
    if found:
        raise DataError(f"{len(found)} findings:\n" + "\n".join(found))
