"""Reads the packaged defaults and the user's one file into ``Settings``."""

import difflib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sync_project.settings.model import Settings


class SettingsError(ValueError):
    """The user's file cannot be used; the message lists every fault with its place and remedy."""


def load_settings(path: Path | None) -> Settings:
    """The defaults, changed by the file where one is given; SettingsError lists all that is wrong with it."""
    if path is None:
        return build_settings({}, origin="defaults.yaml")
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            f"The settings file {path} cannot be read ({error.strerror}). Give an existing file with "
            "--settings or SYNC_PROJECT_SETTINGS, or leave both out to use the defaults."
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"The settings file {path} is not UTF-8 text ({error}). Save it as such."
        ) from error
    return _read_text(text, origin=str(path))


@lru_cache(maxsize=8)
def _read_text(text: str, *, origin: str) -> Settings:
    """Kept by content: every step of a run asks for the settings, and YAML is slow."""
    try:
        changes = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SettingsError(f"The settings file {origin} is not valid YAML: {error}") from error
    if changes is not None and not isinstance(changes, Mapping):
        raise SettingsError(
            f"The settings file {origin} holds {changes!r}; expected lines such as 'scoring:'"
        )
    return build_settings(changes or {}, origin=origin)


def build_settings(changes: Mapping[str, Any], *, origin: str) -> Settings:
    """The defaults with ``changes`` laid over them: maps merge, everything else replaces."""
    try:
        return Settings.model_validate(_lay_over(_read_defaults(), changes))
    except ValidationError as error:
        faults = "\n".join(f"  {_describe(fault)}" for fault in error.errors())
        raise SettingsError(f"Settings in {origin} cannot be used:\n{faults}") from error


@cache
def _read_defaults() -> Mapping[str, Any]:
    text = resources.files("sync_project.settings").joinpath("defaults.yaml").read_text(encoding="utf-8")
    defaults: Mapping[str, Any] = yaml.safe_load(text)
    return defaults


def _lay_over(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in changes.items():
        below = merged.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            merged[key] = _lay_over(below, value)
        else:
            merged[key] = value
    return merged


def _describe(fault: ErrorDetails) -> str:
    place = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        known = _known_names(fault["loc"][:-1])
        near = difflib.get_close_matches(str(fault["loc"][-1]), known, n=1, cutoff=0.0)
        return f"{place}: unknown setting; did you mean {near[0]!r}? Known here: {', '.join(known)}"
    if fault["type"] == "missing":
        return f"{place}: missing; give a value"
    # A whole map would hide the message, which names what is wrong in it.
    found = "" if isinstance(fault["input"], Mapping) else f" (found {fault['input']!r})"
    return f"{place}: {fault['msg']}{found}"


def _known_names(place: Sequence[int | str]) -> list[str]:
    """The setting names of the model at that place."""
    model: type[BaseModel] = Settings
    for part in place:
        # A part that is no setting is a name that the user gave, or a place in a list.
        if isinstance(part, str) and part in model.model_fields:
            model = _inner_model(model.model_fields[part].annotation) or model
    return list(model.model_fields)


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_inner_model, get_args(annotation))), None)
