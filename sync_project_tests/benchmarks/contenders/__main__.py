"""Run one and print what it took: ``python -m ...contenders NAME FOLDER URL DATABASE``."""

import json
import sys
import time
from importlib import import_module
from pathlib import Path


def peak_mb() -> float:
    """Of this process alone; ru_maxrss would begin at that of the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1_000


name, folder, url, database = sys.argv[1:]
contender = import_module(f"sync_project_tests.benchmarks.contenders.{name}")
imports_mb = peak_mb()
cpu, wall = time.process_time(), time.perf_counter()
calls = contender.load(folder=Path(folder), url=url, database=Path(database))
took = {"wall s": time.perf_counter() - wall, "cpu s": time.process_time() - cpu}
print(json.dumps(took | {"peak MB": peak_mb(), "of it imports": imports_mb, "calls": calls}))
