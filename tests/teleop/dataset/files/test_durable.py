from pathlib import Path

import pytest

from drive2walk.experiment.errors import DataError
from drive2walk.teleop.dataset.files.durable import durable, locked, write_durably


def test_a_file_is_the_old_one_until_the_new_one_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "a" / "info.json"
    write_durably(path, b"old")
    with durable(path) as part:
        part.write_bytes(b"ne")
        assert path.read_bytes() == b"old"
        part.write_bytes(b"new")
    assert path.read_bytes() == b"new"
    assert [p.name for p in path.parent.iterdir()] == ["info.json"]


def test_a_failed_write_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "info.json"
    write_durably(path, b"old")
    with pytest.raises(DataError, match="No space left"), durable(path) as part:
        part.write_bytes(b"ne")
        raise OSError(28, "No space left on device")
    assert path.read_bytes() == b"old"
    assert not part.exists()


def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    with locked(tmp_path / "lock", "busy"), pytest.raises(DataError, match="busy"):
        locked(tmp_path / "lock", "busy").__enter__()
    with locked(tmp_path / "lock", "busy"):
        pass


def test_a_failing_disk_raises_a_data_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "unlink", fail)
    with pytest.raises(DataError, match="No space left"), durable(tmp_path / "info.json"):
        raise OSError(28, "No space left on device")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DataError, match="File exists"):
        write_durably(tmp_path / "file" / "info.json", b"new")
