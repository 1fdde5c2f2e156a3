"""What is the same for everybody is written once, and by each reader read in their own language."""

import pytest

from tests import world
from tests.conftest import SignedIn
from twinweb.web import written

PAGES = ("/", "/lessons/", "/search?q=متابعة", "/sectors/solar-energy", "/governorates/basra", "/mine/")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_is_asked_for_again_is_written_of_what_was_kept(signed_in: SignedIn, path: str) -> None:
    world.approved()
    client = signed_in("basra")
    client.get(path)
    kept = written.written_in.cache_info()
    client.get(path)

    again = written.written_in.cache_info()
    assert again.currsize == kept.currsize
    assert again.hits > kept.hits


def test_what_was_written_for_one_reader_says_nothing_of_them_to_the_next(signed_in: SignedIn) -> None:
    world.approved()
    own = signed_in("basra").get("/lessons/").text
    signed_in("reviewer").post("/language", data={"language": "en"})
    other = signed_in("reviewer").get("/lessons/").text

    assert "مكتبنا" in own
    assert "My office" not in other
    assert "Review" in other
    assert "Solar energy" in other or "No sector" in other
    assert "القطاعات" not in other
