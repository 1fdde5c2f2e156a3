"""Hundreds of saves over a line that cuts three in ten: none lost, none doubled, none given up."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.bad_line import CUTS, Line, laid
from tests.clerks import Clerk, Fields, look
from tests.records import Records
from tests.serving import Server

pytestmark = pytest.mark.xdist_group("browser")

CLERKS = ("erbil", "duhok", "karbala", "najaf", "wasit", "missan")
LESSONS = 7


def test_three_in_ten_cut_lose_and_double_nothing(served: Server, records: Records) -> None:
    with laid(Line(served.port, cut=0.3, seed=1)) as line, ThreadPoolExecutor(len(CLERKS)) as pool:

        def write(username: str) -> tuple[Clerk, dict[str, Fields]]:
            clerk = Clerk(username, line.port)
            titles = [f"درس {username} {number}" for number in range(LESSONS)]
            return clerk, {title: clerk.write_lesson(title) for title in titles}

        wrote = list(pool.map(write, CLERKS))
        written = {title: text for _clerk, texts in wrote for title, text in texts.items()}
        reviewer = Clerk("reviewer", line.port)
        for title in written:
            reviewer.approve(records.revision_of(title) or 0)

    found = look(records, written)
    saves = sum(clerk.saves for clerk, _texts in wrote) + reviewer.saves
    assert saves >= 300
    assert all(line.met[fate] > 20 for fate in CUTS)
    assert (found.losses, found.doublings) == ([], [])
    assert all(records.acts(title).count("approve") == 1 for title in written)
