"""What the processes of a server have used, from /proc: processor time and memory, not time on the wall."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

TICK = 1000 / os.sysconf("SC_CLK_TCK")


def processes(root: int) -> Iterator[int]:
    """This process and all that descend from it."""
    yield root
    for thread in Path(f"/proc/{root}/task").iterdir():
        for child in (thread / "children").read_text().split():
            yield from processes(int(child))


def processor_ms(root: int) -> float:
    total = 0.0
    for process in processes(root):
        after_name = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        total += (int(after_name[11]) + int(after_name[12])) * TICK
    return total


def memory_mb(root: int) -> float:
    """What would come free if they ended: shared pages by their share (PSS)."""
    return sum(_pss(process) for process in processes(root)) / 1000


def ms_a_request(root: int, ask: Callable[[], object], times: int) -> float:
    for _ in range(5):
        ask()
    before = processor_ms(root)
    for _ in range(times):
        ask()
    return (processor_ms(root) - before) / times


def slowest_of_twenty(ask: Callable[[], object], times: int) -> float:
    """The 95th of a hundred, in milliseconds on the wall, of one after the other."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - start) * 1000)
    return sorted(taken)[int(len(taken) * 0.95)]


def _pss(process: int) -> int:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("Pss:")))
