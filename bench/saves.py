"""A thousand saves at 40 kbit/s and 500 ms a round trip, three requests in ten cut: what became of them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bench.rows import Row
from tests.bad_line import CUTS, Line, laid
from tests.clerks import Clerk, Fields, GivenUp, look
from tests.records import Records
from tests.serving import Server

SAVES = 1_000
OF_A_LESSON = 8
"""Five pieces, a press, the submission, the approval."""
ROUND_TRIP, RATE, CUT = 0.5, 40_000 / 8, 0.3
CLERKS = (
    *("anbar", "babil", "baghdad", "basra", "diyala", "duhok", "erbil", "karbala", "kirkuk"),
    *(
        "missan",
        "muthanna",
        "najaf",
        "ninewa",
        "qadisiyah",
        "salah-al-din",
        "sulaymaniyah",
        "thi-qar",
        "wasit",
    ),
)
REVIEWERS = ("reviewer", "reviewer2")


@dataclass
class Office:
    """All who write and decide at once."""

    records: Records
    port: int
    written: dict[str, Fields] = field(default_factory=dict)
    given_up: list[str] = field(default_factory=list)
    saves: int = 0

    def write(self, username: str, titles: list[str]) -> None:
        clerk = Clerk(username, self.port, pause=ROUND_TRIP)
        for title in titles:
            try:
                self.written[title] = clerk.write_lesson(title)
            except GivenUp:
                self.given_up.append(title)
        self.saves += clerk.saves

    def approve(self, username: str, titles: list[str]) -> None:
        reviewer = Clerk(username, self.port, pause=ROUND_TRIP)
        for title in filter(self.written.get, titles):
            try:
                reviewer.approve(self.records.revision_of(title) or 0)
            except GivenUp:
                self.given_up.append(title)
        self.saves += reviewer.saves


def rows(server: Server, saves: int = SAVES) -> Iterator[Row]:
    titles = [f"درس على خط مقطوع {number}" for number in range(-(-saves // OF_A_LESSON))]
    records, line = Records(server.data), Line(server.port, CUT, seed=2022, delay=ROUND_TRIP / 2, rate=RATE)
    with laid(line), ThreadPoolExecutor(len(CLERKS)) as pool:
        office = Office(records, line.port)
        for act, people in ((office.write, CLERKS), (office.approve, REVIEWERS)):
            shares = [titles[number :: len(people)] for number in range(len(people))]
            list(pool.map(act, people, shares))
    found = look(records, office.written)
    yield Row("saves answered", office.saves, unit="")
    for fate in CUTS:
        yield Row(fate, line.met[fate], unit="")
    for word, count in (("lost", found.losses), ("doubled", found.doublings), ("given up", office.given_up)):
        yield Row(f"{word} (allowed: none)", len(count), unit="")
