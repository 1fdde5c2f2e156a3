"""What a page costs while Django's list costs what it did when the budgets were set.

A shared machine is now quick and now slow, from one second to the next: each is measured beside the other.
"""

from collections.abc import Callable
from statistics import median

from bench.costs import ms_a_request
from bench.rivals.runs import Other
from tests.serving import Server

DJANGO = 21.6
"""Milliseconds of processor; where Django's list takes longer, ours counts for as much less."""
ROUNDS, EACH = 5, 30


def ms_on_a_quiet_machine(server: Server, ask: Callable[[], object], django: Other) -> float:
    rounds = []
    for _ in range(ROUNDS):
        slower = max(1, django.ms(EACH) / DJANGO)
        rounds.append(ms_a_request(server.process.pid, ask, EACH) / slower)
    return median(rounds)
