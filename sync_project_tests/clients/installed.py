"""Independent clients: installed once into the user's cache, outside the checkout, and run as processes.

An installation is complete when its marker file is there; other test runs wait for it at a lock.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

_PATIENCE_S = 600


class ClientMissingError(Exception):
    """This machine cannot install the client: no npm, no network, or the package does not build."""


@cache
def npm_packages(*packages: str) -> Path:
    """A ``node_modules`` folder with packages such as ``jsforce@3.10.16``, for ``NODE_PATH``."""
    npm = shutil.which("npm")
    if npm is None:
        raise ClientMissingError("npm is not on this machine")

    def install(folder: Path) -> None:
        _run(
            [
                npm,
                "install",
                "--prefix",
                str(folder),
                "--no-audit",
                "--no-fund",
                "--fetch-retries=1",
                *packages,
            ]
        )

    return _installed("npm", packages, install) / "node_modules"


@cache
def python_packages(*packages: str) -> Path:
    """The Python of a virtual environment of their own with packages such as ``cumulusci==4.10.1``."""

    def install(folder: Path) -> None:
        _run([sys.executable, "-m", "venv", str(folder)])
        _run([str(_python_of(folder)), "-m", "pip", "install", "--quiet", "--retries=1", *packages])

    return _python_of(
        _installed(f"python{sys.version_info.major}.{sys.version_info.minor}", packages, install)
    )


def run_client(command: Sequence[str | Path], *, home: Path, folder: Path | None = None, **more: str) -> str:
    """What the client printed; it must end well.

    It sees no proxy and no setting of this machine, and has a home of its own.
    """
    ended = subprocess.run(
        command,
        cwd=folder or home,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", **more},
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )
    assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr}"
    return ended.stdout


def last_json(output: str) -> object:
    """The last line, as JSON."""
    return json.loads(output.strip().splitlines()[-1])


def _installed(kind: str, packages: tuple[str, ...], install: Callable[[Path], None]) -> Path:
    digest = hashlib.sha256(" ".join(packages).encode()).hexdigest()[:12]
    folder = _cache_folder() / kind / digest
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        marker = folder / "complete"
        if not marker.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            install(folder)
            marker.write_text(" ".join(packages) + "\n", encoding="utf-8")
    return folder


def _cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "sync-project-test-clients"


def _python_of(folder: Path) -> Path:
    return folder / "bin" / "python"


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=_PATIENCE_S)
    except subprocess.CalledProcessError as error:
        lines = [line for line in error.stderr.splitlines() if "error" in line.lower()]
        raise ClientMissingError(lines[0] if lines else str(error)) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ClientMissingError(str(error)) from error
