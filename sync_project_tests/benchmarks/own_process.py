"""What one piece of work takes, in a process of its own, so that memory and caches are its alone."""

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any


def in_own_process(work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """What ``work``, a function of a module, returns."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        return pool.submit(work, *arguments, **named).result()


def measured(work: Callable[..., Any], *arguments: Any, **named: Any) -> dict[str, float]:
    """``wall s`` and ``CPU s`` of ``work``, and ``peak MB`` of this process until its end."""
    wall, cpu = time.perf_counter(), time.process_time()
    work(*arguments, **named)
    return {
        "wall s": time.perf_counter() - wall,
        "CPU s": time.process_time() - cpu,
        "peak MB": peak_mb(),
    }


def peak_mb() -> float:
    """The most memory that this process had at once; ru_maxrss would begin at that of its parent."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1_000
