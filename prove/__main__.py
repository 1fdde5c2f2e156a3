"""Plant each fault in a copy of the working tree and run the tests that should notice it: `make prove`.

A test proves something only if it passes without the fault; all that are named run once like that first. A
fault that no longer fits the source, or that no test notices, ends this with an error.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from prove.faults import FAULTS, Fault

ROOT = Path(__file__).parent.parent
AT_ONCE = 2
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "instance", "__pycache__", ".*_cache", ".bench", "*.br", "*.gz", "node_modules"
)
TESTS_FAILED = 1
"""pytest's own exit code; others mean that it could not run them."""


@dataclass(frozen=True)
class Outcome:
    noticed: bool
    words: str


class Outdated(Exception):
    """The source moved on: what a fault replaces stands there no more, or more than once."""


def main() -> int:
    asked = argparse.ArgumentParser(prog="prove", description=__doc__)
    asked.add_argument("only", nargs="*", help="part of the name of a fault; all of them without")
    words = asked.parse_args().only
    faults = [fault for fault in FAULTS if not words or any(word in fault.name for word in words)]
    with tempfile.TemporaryDirectory(prefix="twinweb-prove-", dir=_in_memory()) as folder:
        sound = _copy(ROOT, Path(folder) / "sound")
        named = sorted({test for fault in faults for test in fault.tests})
        told = _run(sound, named)
        if told.returncode:
            print(told.stdout)
            print("These tests fail without any fault: they prove nothing.")
            return 2
        with ThreadPoolExecutor(AT_ONCE) as pool:
            outcomes = list(pool.map(lambda one: _prove(one, sound), faults))
    missed = sum(not one.noticed for one in outcomes)
    print(f"{len(faults) - missed} of {len(faults)} faults noticed.")
    return min(missed, 1)


def _prove(fault: Fault, sound: Path) -> Outcome:
    tree = _copy(sound, sound.parent / fault.name.replace(" ", "-"))
    try:
        _plant(fault, tree)
        outcome = _judge(_run(tree, fault.tests))
    except Outdated as outdated:
        outcome = Outcome(noticed=False, words=f"no longer fits: {outdated}")
    finally:
        shutil.rmtree(tree)
    print(f"{'noticed' if outcome.noticed else 'MISSED ':8} {fault.name}: {outcome.words}", flush=True)
    return outcome


def _plant(fault: Fault, tree: Path) -> None:
    for edit in fault.edits:
        path = tree / edit.path
        text = path.read_text("utf-8") if path.exists() else ""
        if text.count(edit.old) != 1:
            raise Outdated(f"{edit.path} has it {text.count(edit.old)} times: {edit.old[:60]!r}")
        path.write_text(text.replace(edit.old, edit.new), "utf-8")


def _judge(run: subprocess.CompletedProcess[str]) -> Outcome:
    last = run.stdout.strip().rpartition("\n")[2]
    if run.returncode == TESTS_FAILED and " failed" in f" {last}":
        failed = next((line for line in run.stdout.splitlines() if line.startswith("FAILED ")), last)
        return Outcome(noticed=True, words=failed.removeprefix("FAILED ").partition(" - ")[0])
    return Outcome(noticed=False, words=f"all tests passed: {last}" if run.returncode == 0 else last)


def _run(tree: Path, tests: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """On SQLite, for speed; `make test` runs the same tests on both databases."""
    return subprocess.run(  # noqa: S603  our own suite
        [sys.executable, "-m", "pytest", "-x", "--assert=plain", "--tb=no", "--no-header", *tests],
        cwd=tree,
        env={
            **os.environ,
            "TWINWEB_TEST_DATABASES": os.environ.get("TWINWEB_TEST_DATABASES", "sqlite"),
            "PYTEST_DEBUG_TEMPROOT": str(tree.parent),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def _copy(tree: Path, to: Path) -> Path:
    """With the programs that `deploy/start` looks for there."""
    shutil.copytree(tree, to, ignore=LEFT_OUT)
    (to / ".venv").symlink_to(Path(sys.prefix))
    return to


def _in_memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  names below it are random


if __name__ == "__main__":
    sys.exit(main())
