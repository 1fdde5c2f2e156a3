"""Every page and fragment that each role can come to: the heaviest of each kind, and its statements."""

from collections.abc import Iterator

from bench.rows import Row
from bench.within import application
from tests.budgets.allowed import PEOPLE, browser, budget
from tests.budgets.journeys import Weighed, walk
from tests.serving import Server


def rows(server: Server) -> Iterator[Row]:
    heaviest: dict[tuple[str, str], Weighed] = {}
    with application(server) as app:
        for person in PEOPLE:
            for one in walk(app, browser(app, person), person):
                place = (one.endpoint, one.region)
                if place not in heaviest or heaviest[place].brotli < one.brotli:
                    heaviest[place] = one
    for (endpoint, region), one in sorted(heaviest.items()):
        name = f"{endpoint}{region and ' #'}{region} ({one.person or 'nobody'})"
        allowed = budget(one)
        yield Row(f"{name} br", one.brotli, allowed.brotli)
        yield Row(f"{name} gzip", one.gzip, allowed.gzip)
        yield Row(f"{name} statements", one.statements, allowed.statements, "")
