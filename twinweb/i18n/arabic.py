"""What Arabic (and Kurdish, and English) text needs to be cleaned, sorted, searched and highlighted.

Search: each word of a text is written as a few tokens, an ASCII letter + content, so that one column of full
text holds all readings of a word: `w` the folded word, `s` its light stem, `k` the stem's consonants, `t` (of
titles) its trigrams. An expression for SQLite FTS5 or PostgreSQL is made of such tokens, not of typed text.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, compress, islice
from typing import Literal, NamedTuple

_QUERY_WORDS = 12
_QUERY_LENGTH = 1_000
_WORD_LENGTH = 40
# 40 letters with two marks each; what follows cannot matter and must not fill the cache.
_SPAN_LENGTH = 3 * _WORD_LENGTH
# PostgreSQL refuses a tsvector over 1 MB; about 8,000 words stay below it whatever they are.
_INDEXED_LENGTH = 50_000
_CACHED_WORDS = 1 << 17
_CACHED_QUERIES = 64
_CACHED_ANSWERS = 8
_CACHED_PIECES = 1 << 11
# Putting a run of marks in order takes the square of its length.
_NORMALISED_AT_ONCE = 500
_SORT_KEY_LENGTH = 200
_HITS_WEIGHED = 200


def _ranges(*pairs: tuple[int, int]) -> dict[int, None]:
    return {point: None for first, last in pairs for point in range(first, last + 1)}


def _pairs(rules: str) -> dict[int, str]:
    return {ord(letter): to for froms, to in (rule.split(">") for rule in rules.split()) for letter in froms}


_DIGITS = _pairs("٠۰>0 ١۱>1 ٢۲>2 ٣۳>3 ٤۴>4 ٥۵>5 ٦۶>6 ٧۷>7 ٨۸>8 ٩۹>9")
_LETTERS = _pairs(
    "أإآٱ>ا ىیێئېےۓ>ي ةەھہۀۃ>ه کگڪ>ك ؤۆۇۊ>و پ>ب چ>ج ژ>ز ڕ>ر ڵ>ل ڤ>ف ıİ>i øØ>o łŁ>l đĐð>d æ>ae œ>oe þ>th",
)
_MARKS = _ranges(
    (0x0300, 0x036F),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06DC),
    (0x06DF, 0x06E4),
    (0x06E7, 0x06E8),
    (0x06EA, 0x06ED),
    (0x08D3, 0x08E1),
    (0x08E3, 0x08FF),
)
_BIDI = _ranges((0x061C, 0x061C), (0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069), (0xFEFF, 0xFEFF))
_JOINERS = _ranges((0x00AD, 0x00AD), (0x200B, 0x200D), (0x2060, 0x2060), (0xFE00, 0xFE0F))
_TATWEEL_AND_AYN = _ranges((0x0640, 0x0640), (0x02B9, 0x02BF))
_FOLDED = _MARKS | _BIDI | _JOINERS | _TATWEEL_AND_AYN | _DIGITS | _LETTERS

_CONTROLS = _ranges((0x00, 0x08), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x9F))
# Half a surrogate pair cannot be stored as UTF-8, a noncharacter cannot be written to XLSX.
_UNSTORABLE = _ranges((0xD800, 0xDFFF), (0xFFFE, 0xFFFF))
_CLEANED = _CONTROLS | _BIDI | _UNSTORABLE | {0x2028: "\n", 0x2029: "\n"}

# Possessive, so that a megabyte without a space costs one pass.
_INSIDE = "".join(map(chr, _MARKS | _BIDI | _JOINERS))
_SPAN = re.compile(rf"[^\W_]++(?:[{_INSIDE}]++[^\W_]*+)*+")
# «الـUNDP» and «2022م» are two words each.
_WORD = re.compile(r"[\u0620-\u064a\u066e-\u06d3]+|[^\W_\u0620-\u064a\u066e-\u06d3]+")
_ARABIC = re.compile(r"[\u0620-\u06d3]")


def clean(text: str) -> str:
    """Text as it may be stored: for every text that enters the product, before it is checked.

    The zero-width non-joiner stays (Kurdish needs it); what steers direction or cannot be stored goes.
    """
    # Everything that goes is not printable, and most lines are: this check costs a hundredth of `translate`.
    kept = text if text.isprintable() else text.translate(_CLEANED).replace("\r\n", "\n").replace("\r", "\n")
    return _normal("NFC", kept).strip()


def digits(text: str) -> str:
    """Only ٠-٩ and ۰-۹ become 0-9: before `int`, `float` or a date reads what was typed."""
    return text.translate(_DIGITS)


def fold(text: str) -> str:
    """One spelling for all that a reader takes as the same: to compare and to search, never to show."""
    return _normal("NFKD", text).casefold().translate(_FOLDED)


def _normal(form: Literal["NFC", "NFKD"], text: str) -> str:
    """In pieces: a megabyte of marks would hold the whole process for minutes."""
    if len(text) <= _NORMALISED_AT_ONCE:
        return unicodedata.normalize(form, text)
    return "".join(unicodedata.normalize(form, piece) for piece in _PIECE.findall(text))


# Between words nothing is composed; only what is longer than any word is cut.
_PIECE = re.compile(rf"\s+|\S{{1,{_NORMALISED_AT_ONCE}}}")


def words(text: str) -> list[str]:
    return [word for span in _SPAN.findall(text) for word in _folded(span[:_SPAN_LENGTH])]


def _folded(span: str) -> list[str]:
    return [word[:_WORD_LENGTH] for word in _WORD.findall(fold(span))]


def sort_key(text: str) -> str:
    """To be stored and sorted by code point (SQLite BINARY, PostgreSQL COLLATE "C").

    Bounded, as one letter (æ, ﷺ) may be folded into many.
    """
    return " ".join(words(_ARTICLE_TO_SORT.sub("", text)))[:_SORT_KEY_LENGTH]


# Looked for before folding: the أل of ألمانيا belongs to the name.
_ARTICLE_TO_SORT = re.compile(r"\b[اٱ]ل(?=\w\w)")


# --- stems -------------------------------------------------------------------------------------------------

_ARTICLE = re.compile(r"^(?:[وف]?(?:[بك]?ال|لل))(?=..)")
_JOINING = "وبلفك"
_JOINED = (re.compile(r"^[وبلفك](?=...)"), re.compile(r"^[وف][بلك](?=...)"))
# With the letters each must leave. A ت before a pronoun or a dual is the ة of the word; the last are Kurdish.
_SUFFIXES = {
    **dict.fromkeys(("هما", "هم", "هن", "ها", "نا", "وا", "ه", "ي", "يه", "ان", "ون", "ين", "ات", "يات"), 3),
    **dict.fromkeys(
        ("تهما", "تهم", "تهن", "تها", "تنا", "ته", "اتهما", "اتهم", "اتهن", "اتها", "اتنا", "اته"), 3
    ),
    **dict.fromkeys(("تين", "تان"), 4),
    **dict.fromkeys(("يهكان", "هكان", "هكه"), 3),
}
_LONGEST_SUFFIX = 5
_ENGLISH_SUFFIX = re.compile(r"(?<=...)(?:ing|ed|es|(?<!s)s|e)$")
# Words of this register whose plural no rule reaches.
_IRREGULAR = {
    "ميا": "ماء",
    "ماي": "ماء",
    "نساء": "مرا",
    "امرا": "مرا",
    "ابار": "بير",
    "اثار": "اثر",
    "شباب": "شاب",
    "سنو": "سنه",
    "اقض": "قضاء",
    "برامج": "برنامج",
}
_VOWELS = "اويء"
_WEAK = re.compile(rf"[{_VOWELS}]|ه$")
# The ا of «إدارة» stays: without it the word meets «دور» and «دوائر», which are everywhere.
_PLURAL_ALIF = re.compile(r"^ا(?!.ا.$)")
_DOUBLED = re.compile(r"(.)\1+")
# Iraqis write one for the other.
_CONFUSED = {ord("ظ"): "ض"}
_ROOT = 3


def stem(word: str) -> str:
    """The light stem of a folded word in its likeliest reading: «والمدرسه» is «مدرس»."""
    return _bare_stem(_ARTICLE.sub("", word))


def stems(word: str) -> tuple[str, ...]:
    """The stems of all readings, the likeliest first: «وبناء» may begin with «and»."""
    return _stems(_readings(word))


def _stems(readings: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(_bare_stem, readings)))


def _readings(word: str) -> list[str]:
    bare = _ARTICLE.sub("", word)
    if bare != word or word[0] not in _JOINING:
        return [bare]
    return [word, *(joined.sub("", word) for joined in _JOINED if joined.match(word))]


def _bare_stem(word: str) -> str:
    if not _ARABIC.match(word):
        return _english_stem(word)
    for at in range(max(_ROOT, len(word) - _LONGEST_SUFFIX), len(word)):
        if at >= _SUFFIXES.get(word[at:], len(word)):
            return _bare_stem(word[:at])
    return _IRREGULAR.get(word, word)


def _english_stem(word: str) -> str:
    if not word.isalpha():
        return word
    bare = _DOUBLED.sub(r"\1", _ENGLISH_SUFFIX.sub("", word))
    return bare[:-1] + "i" if bare.endswith("y") else bare


def skeleton(stem: str) -> str:
    """The consonants of a stem, where broken plurals meet: «قرض» and «قروض»; '' if fewer than two are left.

    If two are left, an ا stands in the place of the third: «سوق» stays apart from «سقي».
    """
    bare = _PLURAL_ALIF.sub("", stem)
    if not _ARABIC.match(bare):
        return ""
    bones = _DOUBLED.sub(r"\1", bare[0] + _WEAK.sub("", bare[1:])).translate(_CONFUSED)
    return bones if len(bones) >= _ROOT else _two_bones(bones, bare)


def _two_bones(bones: str, bare: str) -> str:
    if not bones[1:]:
        return ""
    if bare[1] in _VOWELS:
        return bones[0] + "ا" + bones[1]
    return bones + "ا" if bare[-1] in _VOWELS else bones


# --- what is indexed ---------------------------------------------------------------------------------------


def tokens(text: str) -> str:
    """What the full-text column holds: in order, with repetition, of the first 50,000 characters."""
    spans = _SPAN.findall(text[:_INDEXED_LENGTH])
    return " ".join(filter(None, [_indexed(span[:_SPAN_LENGTH]) for span in spans]))


def trigrams(text: str) -> str:
    """What is added to the column for a title, so that `near_fts5` finds it in spite of a typing error."""
    return " ".join(chain.from_iterable(map(_trigrams, words(text[:_INDEXED_LENGTH]))))


@lru_cache(_CACHED_WORDS)
def _indexed(span: str) -> str:
    return " ".join(chain.from_iterable(map(_families, _folded(span))))


def _families(word: str) -> Iterator[str]:
    readings = _readings(word)
    likeliest, *others = _stems(readings)
    yield from ["w" + form for form in dict.fromkeys((word, *readings))]
    yield from ["s" + form for form in (likeliest, *others)]
    yield from ["k" + bones for bones in dict.fromkeys((skeleton(likeliest), *_sure(others))) if bones]


def _sure(others: Iterable[str]) -> Iterator[str]:
    """Skeletons of less likely readings, where they have a whole root: else «وزارة» would be a «زيارة»."""
    return (bones for bones in map(skeleton, others) if len(bones) >= _ROOT and "ا" not in bones)


@lru_cache(_CACHED_WORDS)
def _trigrams(word: str) -> tuple[str, ...]:
    edged = f"0{stem(word)}0"
    return tuple("t" + edged[at : at + 3] for at in range(len(edged) - 2))


# --- what is asked -----------------------------------------------------------------------------------------

# They tell nothing and are everywhere; a query of nothing else is asked as it is.
_PARTICLES = frozenset(words("في من على إلى عن مع أو أن التي الذي هذا هذه و لە بۆ the of and in to a for on"))
_STARTED_LENGTH = 3


class Term(NamedTuple):
    """A word of a query: a text has it if it has one of the tokens, or a token that begins with a start."""

    word: str
    tokens: tuple[str, ...]
    starts: tuple[str, ...]


@lru_cache(_CACHED_QUERIES)
def query(text: str) -> tuple[Term, ...]:
    """At most 12 words; the last may be one still being typed."""
    found = list(islice(dict.fromkeys(words(text[:_QUERY_LENGTH])), _QUERY_WORDS))
    telling = [word for word in found if word not in _PARTICLES] or found
    return tuple(_term(word, _starts(word) if word == found[-1] else ()) for word in telling)


def _term(word: str, starts: tuple[str, ...]) -> Term:
    return Term(word, tuple(_families(word)), starts)


def _starts(word: str) -> tuple[str, ...]:
    forms = dict.fromkeys((word, _ARTICLE.sub("", word)))
    return tuple("w" + form for form in forms if len(form) >= _STARTED_LENGTH)


# Asked on its own and only when the words found nothing: among the other tokens the trigrams win a little for
# typing errors and make every list four times as long.


def near_fts5(text: str) -> str:
    """For SQLite's MATCH: titles that look alike, for "did you mean"; '' where there is no word."""
    return _near(text, " OR ")


def near_tsquery(text: str) -> str:
    """As `near_fts5`, for PostgreSQL's to_tsquery('simple', …)."""
    return _near(text, " | ")


def _near(text: str, either: str) -> str:
    return either.join(dict.fromkeys(chain.from_iterable(_trigrams(term.word) for term in query(text))))


# --- what is shown -----------------------------------------------------------------------------------------


class _Hit(NamedTuple):
    start: int
    end: int
    tokens: frozenset[str]


def highlight(text: str, query_text: str) -> list[tuple[str, bool]]:
    """The text as it is, in pieces; whole words that answer the query are marked True."""
    pieces = []
    done = 0
    for hit in _hits(text, query_text):
        pieces += [(text[done : hit.start], False), (text[hit.start : hit.end], True)]
        done = hit.end
    pieces.append((text[done:], False))
    return [piece for piece in pieces if piece[0]]


def _hits(text: str, query_text: str) -> Iterator[_Hit]:
    pieces = text.split(" ")
    answers = list(map(_answers(query_text).__getitem__, pieces))
    at = read = 0
    for index in compress(range(len(pieces)), answers):
        at += sum(map(len, pieces[read:index])) + index - read
        read = index
        for start, end, common in answers[index]:
            yield _Hit(at + start, at + end, common)


class _Answers(dict[str, tuple[_Hit, ...]]):
    """What answers a query of each piece of a text: between two spaces, as words come again and again."""

    def __init__(self, query_text: str) -> None:
        super().__init__()
        terms = query(query_text)
        self._tokens = frozenset(chain.from_iterable(term.tokens for term in terms))
        self._starts = tuple(chain.from_iterable(term.starts for term in terms))

    def __missing__(self, piece: str) -> tuple[_Hit, ...]:
        hits = tuple(
            _Hit(span.start(), span.end(), common)
            for span in _SPAN.finditer(piece)
            if (common := self._common(span[0][:_SPAN_LENGTH]))
        )
        if len(piece) <= _SPAN_LENGTH:
            if len(self) >= _CACHED_PIECES:
                self.clear()
            self[piece] = hits
        return hits

    def _common(self, span: str) -> frozenset[str]:
        """The tokens with which a word answers the query."""
        held = frozenset(_indexed(span).split())
        return held & self._tokens or frozenset(token for token in held if token.startswith(self._starts))


_answers = lru_cache(_CACHED_ANSWERS)(_Answers)


def excerpt(text: str, query_text: str, length: int = 120) -> list[tuple[str, bool]]:
    """As `highlight`, of the `length` characters that answer most of the query; … where the text goes on."""
    if len(text) <= length:
        return highlight(text, query_text)
    start, end = _window(text, _best(list(islice(_hits(text, query_text), _HITS_WEIGHED)), length), length)
    before = "…" if start else ""
    after = "…" if end < len(text) else ""
    return highlight(before + text[start:end].strip() + after, query_text)


def _best(hits: list[_Hit], length: int) -> list[_Hit]:
    """The neighbours within `length` with most different tokens, then most words; the first of equals."""
    groups = [[hit for hit in hits[at:] if hit.end <= first.start + length] for at, first in enumerate(hits)]
    return max(groups, key=lambda group: (len(_union(group)), len(group)), default=[])


def _union(hits: list[_Hit]) -> frozenset[str]:
    return frozenset().union(*(hit.tokens for hit in hits))


def _window(text: str, hits: list[_Hit], length: int) -> tuple[int, int]:
    """Some words before the first hit, cut between words."""
    first, last = (hits[0].start, hits[-1].end) if hits else (0, 0)
    start = max(0, min(first - (length - last + first) // 3, len(text) - length))
    end = min(len(text), start + length)
    if start:
        start = 1 + text.find(" ", start - 1, first) or start
    if end < len(text):
        end = max(text.rfind(" ", last, end + 1), 0) or end
    return start, end
