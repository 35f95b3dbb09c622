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
        only: Names of measures; none measures all whose folders are given.
        out: Folder for the output of the commands.
        root: Root of the checkout.
        camvid: Folder of CamVid, for the measures that need it.
        envpool: Folder that holds envpool, for the measures that need it.
    """

    only: tuple[str, ...] = ()
    out: Path = Path("runs/results")
    root: Path = Path()
    camvid: Path | None = None
    envpool: Path | None = None

    def run(self, line: CommandLine) -> None:
        """Run the commands one after another; an entry is written as soon as it is measured."""
        from drive2walk.results.measure import run_measure
        from drive2walk.results.measures import MEASURES
        from drive2walk.results.seeds import load_seeds

        for name in self.only:
            if name not in MEASURES:
                raise ConfigError(unknown_name("measure", name, MEASURES))
        given = {"camvid": self.camvid, "envpool": self.envpool}
        folders = {name: folder.absolute() for name, folder in given.items() if folder is not None}
        ledger, seeds = Ledger(self.root / LEDGER), load_seeds()
        for name in self.only or tuple(MEASURES):
            missing = sorted(MEASURES[name].folders - set(folders))
            if missing and not self.only:
                print(f"{name}: left out, it needs --{' --'.join(missing)}", flush=True)
                continue
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
    from drive2walk.results.measures import MEASURES
    from drive2walk.results.staleness import find_missing_commits, find_stale
    from drive2walk.results.tables import fill_blocks

    ledger = Ledger(root / LEDGER)
    missing = find_missing_commits(root, MEASURES, ledger)
    if missing:
        raise DataError(
            f"this checkout's history lacks {', '.join(sorted(missing))}, so that stale entries "
            "can't be found. Fetch it: git fetch --unshallow."
        )
    stale = find_stale(root, MEASURES, ledger)
    for path in documents(root):
        text = path.read_text(encoding="utf-8")
        filled = fill_blocks(text, TABLES, ledger, stale)
        if filled != text:
            path.write_text(filled, encoding="utf-8")
            print(path)


def check(*, root: Path = Path()) -> None:
    """Check the documents against the ledger.

    Exits with 2 if a table differs from the ledger, a figure was typed or an entry isn't shown.
    Stale entries are named and must be marked in the tables, which ``results show`` does in
    seconds; they don't fail the check, because measuring again takes hours. A shallow clone can't
    find them, and leaves their marks unchecked.

    Args:
        root: Root of the checkout.
    """
    from drive2walk.results.check import find_outdated, find_typed_figures, find_unshown
    from drive2walk.results.documents import TABLES, documents
    from drive2walk.results.measures import MEASURES
    from drive2walk.results.staleness import find_missing_commits, find_stale

    ledger, pages = Ledger(root / LEDGER), documents(root)
    missing = find_missing_commits(root, MEASURES, ledger)
    stale = None if missing else find_stale(root, MEASURES, ledger)
    if missing:
        print(f"marks of stale entries aren't checked: this history lacks {len(missing)} commits")
    for name, commit in (stale or {}).items():
        print(f"{name}: stale, its code has changed since {commit}")
    shown = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    found = [
        *find_outdated(pages, TABLES, ledger, stale),
        *find_typed_figures(pages),
        *find_unshown(TABLES, shown, ledger),
    ]
    if found:
        raise DataError(f"{len(found)} findings:\n" + "\n".join(found))
