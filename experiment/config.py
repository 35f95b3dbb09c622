"""Configs: a frozen dataclass is the schema, and a YAML file overrides its defaults."""

from __future__ import annotations

import contextlib
import dataclasses
import types
import typing
from pathlib import Path
from typing import Any, TypeVar

from drive2walk.experiment.errors import ConfigError, unknown_name

T = TypeVar("T")


def load_config(schema: type[T], source: str | Path, folder: Path) -> T:
    """Read the config ``source`` into ``schema``.

    Args:
        schema: Frozen dataclass; nested dataclasses are read from nested mappings.
        source: Name of a YAML file in ``folder`` without its suffix, or path of a YAML file.
        folder: Folder of the named configs.

    Raises:
        ConfigError: The file doesn't exist, isn't YAML, or holds an unknown key or a value of the
            wrong type.
    """
    path = config_path(source, folder)
    return build(schema, read_yaml(path), str(path))


def config_path(source: str | Path, folder: Path) -> Path:
    """Return the path of the YAML file ``source``, a name in ``folder`` or a path.

    Raises:
        ConfigError: The file doesn't exist.
    """
    if Path(source).suffix in {".yaml", ".yml"}:
        path = Path(source)
        if not path.is_file():
            raise ConfigError(f"no config file '{path}'. Give a YAML file that exists.")
        return path
    path = folder / f"{source}.yaml"
    if not path.is_file():
        names = [p.stem for p in folder.glob("*.yaml")]
        raise ConfigError(unknown_name("config", str(source), names))
    return path


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping in a YAML file; an empty file is an empty mapping.

    Raises:
        ConfigError: The file isn't YAML or isn't a mapping.
    """
    import yaml  # The exported controller reads its config from an array file, without yaml.

    # The loader in C is faster, where yaml was built with it: a dataset's index has megabytes.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        values = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise ConfigError(f"'{path}' is not valid YAML: {reason}.") from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise ConfigError(f"'{path}' must hold 'key: value' lines, not a {type(values).__name__}.")
    return values


def build(schema: type[T], values: dict[str, Any], where: str) -> T:
    """Return the dataclass ``schema`` with ``values``.

    Args:
        schema: Frozen dataclass.
        values: Values by key, nested as the dataclass is.
        where: Origin of the values, for error messages.

    Raises:
        ConfigError: A key is unknown or missing, or a value has the wrong type.
    """
    hints = typing.get_type_hints(schema)
    fields = {f.name: f for f in dataclasses.fields(schema)}  # type: ignore[arg-type]
    values = _with_current_keys(fields, values)
    for key in values:
        if key not in fields:
            raise ConfigError(f"{where}: {unknown_name('key', str(key), fields)}")
    missing = [
        name
        for name, field in fields.items()
        if name not in values
        and field.default is dataclasses.MISSING
        and field.default_factory is dataclasses.MISSING
    ]
    if missing:
        raise ConfigError(f"{where}: key '{missing[0]}' is missing. Add it.")
    built = {key: _convert(hints[key], value, f"{where}: {key}") for key, value in values.items()}
    return schema(**built)


def was(*names: str) -> dict[str, tuple[str, ...]]:
    """Return field metadata with the former names of a key, which old run folders still hold."""
    return {"was": names}


def _with_current_keys(
    fields: dict[str, dataclasses.Field[Any]], values: dict[str, Any]
) -> dict[str, Any]:
    current = {old: name for name, field in fields.items() for old in field.metadata.get("was", ())}
    return {current.get(key, key): value for key, value in values.items()}


def check_seed(seed: int, name: str = "seed") -> None:
    """Check that a seed is 0 or more; ``name`` stands for it in the error message.

    Raises:
        ConfigError: The seed is negative.
    """
    if seed < 0:
        raise ConfigError(f"{name} is {seed}; give 0 or more.")


def save_config(config: Any, path: Path) -> None:
    """Write a config (a dataclass) with all of its values to ``path`` as YAML."""
    import yaml

    path.parent.mkdir(parents=True, exist_ok=True)
    plain = _plain(dataclasses.asdict(config))
    path.write_text(yaml.safe_dump(plain, sort_keys=False), encoding="utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def _convert(hint: Any, value: Any, where: str) -> Any:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        if value is None and type(None) in args:
            return None
        return _convert(next(a for a in args if a is not type(None)), value, where)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return build(hint, _expect(dict, value, where), where)
    if origin is tuple:
        return _convert_tuple(args, value, where)
    if origin is dict:
        items = _expect(dict, value, where).items()
        return {key: _convert(args[1], item, f"{where}.{key}") for key, item in items}
    if hint is float and not isinstance(value, bool):
        # YAML 1.1 reads 1e-3 as text, because its numbers need a point.
        with contextlib.suppress(TypeError, ValueError):
            return float(value)
    if hint is Path:
        return Path(_expect(str, value, where))
    return _expect(hint, value, where) if isinstance(hint, type) else value


def _convert_tuple(args: tuple[Any, ...], value: Any, where: str) -> tuple[Any, ...]:
    items = _expect(list, value, where)
    if args and args[-1] is not Ellipsis and len(items) != len(args):
        raise ConfigError(f"{where}: got {len(items)} values, {len(args)} are needed.")
    kinds = [args[0]] * len(items) if args and args[-1] is Ellipsis else list(args)
    return tuple(_convert(kind, item, where) for kind, item in zip(kinds, items, strict=True))


def _expect(kind: type, value: Any, where: str) -> Any:
    wrong = not isinstance(value, kind) or (kind is int and isinstance(value, bool))
    if wrong:
        raise ConfigError(f"{where}: got {value!r}, a {kind.__name__} is needed.")
    return value
