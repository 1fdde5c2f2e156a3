"""What searching, sorting and marking Arabic text promises, tried in a real full-text table."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from sqlite3 import Cursor

import pytest

from twinweb.i18n import arabic

sqlite3 = import_module("pysqlite3" if find_spec("pysqlite3") else "sqlite3")

LESSONS = {
    1: "تشغيل محطات تحلية المياه في البصرة بالتعاون مع مدينة فالنسيا",
    2: "حُفرت ثلاثون بئراً لقياس مناسيب المياه الجوفية",
    3: "فرز النفايات من المصدر وتوعية الأهالي",
    4: "منح المصرف قرضاً ميسراً للعائلات لشراء منظومة شمسية",
    5: "تلقّت ثمانون معلّمة تدريباً على أساليب التعليم الشامل",
    6: "Energy audits of public buildings in هەولێر",
    7: "معالجة مياه الصرف الصحي، وقياس النفايات السائلة قبل المعالجة",
}
HOSTILE = [
    '" OR NEAR( *',
    "NEAR(المياه, 2)",
    'w:* AND NOT "',
    "{t} : المياه",
    "^المياه -قرض + 'x' \\ & | ! <-> ()",
    "المياه\x00قرض",
    "\x00",
    "😀🇮🇶👩‍🌾",
    "\ud800",
    "\u0651\u0640\u200f",
    "*",
    "",
    "  \n",
    "ﷺ ½ ① ㎡ ﷼",
    "مياه " * 200_000,
    "م" * 1_000_000,
    "م\u0651" * 500_000,
    "ـ" * 1_000_000,
    "(" * 1_000_000,
]


@pytest.fixture(name="search")
def _search() -> Iterator[Cursor]:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE search USING fts5(content)")
    for number, text in LESSONS.items():
        content = f"{arabic.tokens(text)} {arabic.trigrams(text)}"
        database.execute("INSERT INTO search (rowid, content) VALUES (?, ?)", (number, content))
    yield database.cursor()
    database.close()


def any_word(text: str) -> str:
    """One OR over all tokens: bm25 adds up, so that a text with every word, in its very form, comes first."""
    either = [[*term.tokens, *(f"{start}*" for start in term.starts)] for term in arabic.query(text)]
    return " OR ".join(token for tokens in either for token in tokens)


def found(search: Cursor, expression: str) -> list[int]:
    if not expression:
        return []
    search.execute(
        "SELECT rowid FROM search WHERE search MATCH ? ORDER BY bm25(search), rowid", (expression,)
    )
    return [row[0] for row in search]


def marked(pieces: list[tuple[str, bool]]) -> list[str]:
    return [piece for piece, hit in pieces if hit]


def whole(pieces: list[tuple[str, bool]]) -> str:
    return "".join(piece for piece, _ in pieces)


def meet(first: str, second: str) -> bool:
    return not set(arabic.tokens(first).split()).isdisjoint(arabic.tokens(second).split())


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("المُعلِّمة", "المعلمه"),
        ("أإآٱ", "اااا"),
        ("هـــذا", "هذا"),
        ("مسؤول", "مسوول"),
        ("شؤون البيئة", "شوون البييه"),
        ("مستشفى", "مستشفي"),
        ("هٰذا", "هذا"),
        ("پڕۆژەی گەڕان و ڤیدیۆ", "بروزهي كهران و فيديو"),
        ("هەڵەبجە", "ههلهبجه"),
        ("می‌خواهم", "ميخواهم"),
        ("\u202bنص\u202c\u200f", "نص"),
        ("٢٠٢٢ و ۲۰۲۳", "2022 و 2023"),
        ("ﻣﻴﺎﻩ", "مياه"),
        ("Şalāḩ ad Dīn", "salah ad din"),
        ("Łódź, Ærø, STRASSE, Straße", "lodz, aero, strasse, strasse"),
    ],
)
def test_spellings_that_readers_take_as_one_are_folded_into_one(written: str, folded: str) -> None:
    assert arabic.fold(written) == folded


def test_folding_what_is_folded_changes_nothing() -> None:
    everything = [chr(point) for point in range(0x20000)]
    assert [char for char in everything if arabic.fold(arabic.fold(char)) != arabic.fold(char)] == []


@pytest.mark.parametrize("name", ["هەولێر", "ھەولێر", "هه‌ولێر", "هــەولێر"])
def test_every_spelling_of_a_kurdish_name_is_one(name: str) -> None:
    assert arabic.fold(name) == "ههولير"


@pytest.mark.parametrize(
    ("alias", "name"), [("البصره", "البصرة"), ("ديالي", "ديالى"), ("حلبچة", "حلبجة"), ("Arbīl", "arbil")]
)
def test_aliases_of_governorates_fold_onto_their_names(alias: str, name: str) -> None:
    assert arabic.fold(alias) == arabic.fold(name)


def test_only_digits_are_replaced_for_form_input() -> None:
    assert arabic.digits("٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹ أة ١٫٥") == "0123456789 0123456789 أة 1٫5"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  نص\r\nثانٍ\rثالث\t ", "نص\nثانٍ\nثالث"),
        ("a\x00b\x07c\x1bd\x85e\x7f", "abcde"),
        ("\u202eمقلوب\u202c \u2067و\u2069\u200e\u200f\u061c\ufeff", "مقلوب و"),
        ("\r\u200e\n", ""),
        ("می‌خواهم", "می‌خواهم"),
        ("ا\u0654\u200fو", "أو"),
        ("و\u200fٔ", "ؤ"),
        ("نص\ud800", "نص"),
        ("المُعلِّمة", "المُعلِّمة"),
    ],
)
def test_clean_text_can_be_stored_and_cannot_steer_direction(typed: str, kept: str) -> None:
    assert arabic.clean(typed) == kept


def test_cleaning_what_is_clean_changes_nothing() -> None:
    everything = "".join(map(chr, range(0x20000)))
    assert arabic.clean(arabic.clean(everything)) == arabic.clean(everything)


def test_words_end_at_signs_and_where_the_script_changes() -> None:
    assert " ".join(arabic.words("الـUNDP، (2022م) audit_plan ٣٫٥")) == "ال undp 2022 م audit plan 3 5"


def test_vowels_do_not_cut_a_word() -> None:
    assert arabic.words("المعلّمةُ مُهمّةٌ") == ["المعلمه", "مهمه"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("والمياه", "مياه"),
        ("بالنفايات", "نفايات"),
        ("للبلديات", "بلدية"),
        ("وتحسين", "تحسين"),
        ("ولتحسين", "تحسين"),
        ("كمشروع", "مشروع"),
        ("خدماتها", "خدمة"),
        ("مدرستهم", "مدرسة"),
        ("زراعية", "الزراعة"),
        ("مشاركون", "مشاركين"),
        ("پڕۆژەکان", "پڕۆژە"),
        ("partnerships", "partnership"),
        ("trained", "training"),
        ("cities", "city"),
    ],
)
def test_a_word_is_found_in_its_other_forms(one: str, other: str) -> None:
    assert not set(arabic.stems(arabic.fold(one))).isdisjoint(arabic.stems(arabic.fold(other)))


@pytest.mark.parametrize(
    "pair",
    [
        "قرض قروض",
        "بئر آبار",
        "مشروع مشاريع",
        "خطة خطط",
        "سد سدود",
        "سوق أسواق",
        "دائرة دوائر",
        "قناة قنوات",
        "قرية قرى",
        "ناحية نواحي",
        "قضاء أقضية",
        "شريك شركاء",
        "صندوق صناديق",
        "برنامج برامج",
        "ماء مياه",
        "معارظ معرض",
    ],
)
def test_broken_plurals_meet(pair: str) -> None:
    assert meet(*pair.split())


@pytest.mark.parametrize(
    "pair", ["إدارة دور", "سوق سقي", "قرار قرى", "وزارة زيارة", "بلدية ولادة", "ماء مال"]
)
def test_other_words_of_like_letters_stay_apart(pair: str) -> None:
    assert not meet(*pair.split())


def test_the_likeliest_reading_comes_first() -> None:
    assert arabic.stems("وزاره") == ("وزار", "زار")
    assert arabic.stem("والمدرسه") == "مدرس"


def test_a_skeleton_of_one_letter_is_none() -> None:
    assert [arabic.skeleton(stem) for stem in ("ماء", "ا", "", "water", "2022")] == ["", "", "", "", ""]


@pytest.mark.parametrize(
    ("query", "lessons"),
    [
        ("والمياه", [2, 1, 7]),
        ("نفايات", [3, 7]),
        ("بالنفايات السائلة", [7, 3]),
        ("آبار", [2]),
        ("قروض", [4]),
        ("المعلمات", [5]),
        ("هەولێر", [6]),
        ("building audit", [6]),
        ("المنظ", [4]),
        ("نفاي", [3, 7]),
        ("في", [1]),
        ("منظومة في", [4]),
    ],
)
def test_the_lessons_come_in_the_order_of_their_likeness(
    search: Cursor, query: str, lessons: list[int]
) -> None:
    assert found(search, any_word(query)) == lessons


def test_a_lesson_with_every_word_comes_before_one_with_some(search: Cursor) -> None:
    assert found(search, any_word("معالجة المياه"))[0] == 7


def test_a_typing_error_is_forgiven_when_asked_for_titles_that_look_alike(search: Cursor) -> None:
    assert found(search, any_word("النفايت")) == []
    assert found(search, arabic.near_fts5("النفايت"))[0] == 3


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_breaks_the_search(search: Cursor, text: str) -> None:
    search.execute(
        "INSERT INTO search (content) VALUES (?)", (f"{arabic.tokens(text)} {arabic.trigrams(text)}",)
    )
    assert set(found(search, any_word(text))) <= {*LESSONS, 8}
    assert set(found(search, arabic.near_fts5(text))) <= {*LESSONS, 8}


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_breaks_what_is_shown(text: str) -> None:
    assert whole(arabic.highlight(text, "مياه")) == text
    assert len(whole(arabic.excerpt(text, "مياه"))) <= 162
    assert whole(arabic.highlight("مياه", text)) == "مياه"
    assert arabic.sort_key(text).isprintable()


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_an_expression_holds_nothing_but_tokens_and_its_own_signs(text: str) -> None:
    terms = arabic.query(text)
    near = arabic.near_tsquery(text)
    names = [name for term in terms for name in (*term.tokens, *term.starts)] + (
        near.split(" | ") if near else []
    )
    assert [name for name in names if not name.isalnum() or name[0] not in "wskt"] == []


def test_nothing_to_search_for_makes_no_expression() -> None:
    nothing = "؟ … *"
    assert (arabic.query(nothing), arabic.near_fts5(nothing), arabic.near_tsquery(nothing)) == ((), "", "")


def test_a_query_asks_for_a_word_its_stem_its_skeleton_and_what_begins_so() -> None:
    [term] = arabic.query("قروض")
    assert (term.tokens, term.starts) == (("wقروض", "sقروض", "kقرض"), ("wقروض",))


def test_a_query_has_twelve_words_of_forty_letters_at_most() -> None:
    terms = arabic.query(" ".join("abcdefghijklmnop"[at] * 60 for at in range(16)))
    assert [term.word for term in terms] == ["abcdefghijkl"[at] * 40 for at in range(12)]


def test_names_sort_without_their_article_but_keep_a_hamza_that_is_theirs() -> None:
    names = ["النجف", "ألمانيا", "البصرة", "إيطاليا", "الأنبار"]
    assert sorted(names, key=arabic.sort_key) == ["ألمانيا", "الأنبار", "إيطاليا", "البصرة", "النجف"]
    assert arabic.sort_key("صلاح الدين") == "صلاح دين"


def test_whole_words_are_marked_with_their_vowels() -> None:
    assert arabic.highlight("تدرّبت المعلّمةُ، والقُروضُ!", "معلمات قرض") == [
        ("تدرّبت ", False),
        ("المعلّمةُ", True),
        ("، ", False),
        ("والقُروضُ", True),
        ("!", False),
    ]


def test_a_word_still_being_typed_is_marked_where_it_begins_a_word() -> None:
    assert marked(arabic.highlight("فرز النفايات والنفط", "نفاي")) == ["النفايات"]


def test_particles_of_a_query_are_not_marked() -> None:
    assert marked(arabic.highlight("المياه في البصرة", "مياه في")) == ["المياه"]


def test_without_a_query_nothing_is_marked() -> None:
    assert arabic.highlight("المياه", "") == [("المياه", False)]
    assert arabic.highlight("", "مياه") == []


def test_an_excerpt_shows_the_place_that_answers_most_of_the_query() -> None:
    text = f"المياه أولاً. {'كلام آخر ' * 40}ثم قروض لمشاريع المياه. {'وكلام ' * 40}"
    pieces = arabic.excerpt(text, "مياه قرض", length=60)
    assert marked(pieces) == ["قروض", "المياه"]
    assert whole(pieces).startswith("…")
    assert whole(pieces).endswith("…")
    assert whole(pieces).strip("…") in text
    assert len(whole(pieces)) <= 62


def test_an_excerpt_is_cut_between_words() -> None:
    text = "كلمة " * 50 + "قروض " + "كلمة " * 50
    assert set(whole(arabic.excerpt(text, "قرض", length=50)).strip("…").split()) == {"كلمة", "قروض"}


def test_an_excerpt_without_a_hit_is_the_beginning() -> None:
    assert arabic.excerpt("واحد اثنان ثلاثة", "قرض", length=12) == [("واحد اثنان…", False)]


def test_a_short_text_is_its_own_excerpt() -> None:
    assert arabic.excerpt("المياه", "مياه") == [("المياه", True)]
