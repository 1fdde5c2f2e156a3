"""What the processes of a server have used: processor time and memory, not time on the wall."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path


def processes(root: int) -> Iterator[int]:
    """This process and all that descend from it."""
    yield root
    for thread in Path(f"/proc/{root}/task").iterdir():
        for child in (thread / "children").read_text().split():
            yield from processes(int(child))


def processor_ms(root: int) -> float:
    return sum(time.clock_gettime(_clock_of(process)) for process in processes(root)) * 1000


def _clock_of(process: int) -> int:
    """As clock_getcpuclockid(3) has it: to the nanosecond, where /proc tells ticks."""
    return (~process << 3) | 2


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
