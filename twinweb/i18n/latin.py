"""Names of people in Latin letters, as they are commonly written in Iraq: to propose a user name with."""

import re
from itertools import zip_longest

from twinweb.i18n.arabic import clean, digits, fold


def _pairs(rules: str) -> dict[str, str]:
    return dict(rule.split(">") for rule in rules.split())


_KNOWN = _pairs(
    "محمد>mohammed احمد>ahmed محمود>mahmoud علي>ali حسين>hussein حسن>hassan عباس>abbas جاسم>jasim "
    "كاظم>kadhim عمر>omar عثمان>othman مصطفي>mustafa ابراهيم>ibrahim اسماعيل>ismail يوسف>yousif "
    "خالد>khalid سعد>saad سعيد>saeed زينب>zainab فاطمه>fatima مريم>maryam نور>noor ساره>sara هدي>huda "
    "عادل>adil فيصل>faisal طارق>tariq قاسم>qasim حيدر>haider جعفر>jafar صادق>sadiq صالح>salih عامر>amir "
    "ماجد>majid وليد>waleed رياض>riyadh رشيد>rashid حامد>hamid محسن>muhsin منذر>munther مهدي>mahdi "
    "هادي>hadi سالم>salim سلمان>salman عدنان>adnan غسان>ghassan نزار>nizar زيد>zaid بكر>bakr "
    "شيرين>shirin ازاد>azad كامران>kamran ريبوار>rebwar هيمن>hemin دلشاد>dilshad سردار>sardar "
    "الله>allah رحمن>rahman"
)
_SOUNDS = _pairs(
    "ا>a أ>a إ>i آ>a ى>a ة>a ە>a ع>a ب>b ت>t ث>th ج>j ح>h خ>kh د>d ذ>dh ر>r ڕ>r ز>z س>s ش>sh ص>s ض>dh "
    "ط>t ظ>dh غ>gh ف>f ق>q ك>k ک>k ل>l ڵ>l م>m ن>n ه>h ھ>h و>w ۆ>o ي>y ی>y ێ>e پ>p چ>ch ژ>zh گ>g ڤ>v"
)
_ARTICLE = re.compile(r"^ال(?=\S{3})")
_LATIN = re.compile(r"[a-z]+")
_VOWELS = tuple("aeiou")
_HALF_VOWELS = {"w": "u", "y": "i"}
_LONGEST_WORD = 20


def username_of(name: str, phone: str) -> str:
    """The first name and the last, in Latin letters; where there are none, the phone as dialled at home."""
    words = clean(name).split()
    if words[:1] == ["عبد"]:  # the servant of …: one name in two words
        words[:2] = ["".join(words[:2])]
    letters = dict.fromkeys(filter(None, map(_latin, (*words[:1], *words[-1:]))))
    return ".".join(letters) or re.sub(r"^\+964", "0", digits(phone)).lstrip("+")


def _latin(word: str) -> str:
    if word.startswith("عبدال"):
        return "abdul" + _latin(word[5:]).removeprefix("al")
    article, bare = ("al", word[2:]) if _ARTICLE.match(word) else ("", word)
    written = "".join(_LATIN.findall(fold(bare))) or _KNOWN.get(fold(bare), "")
    return (article + (written or _vowelled(bare)))[:_LONGEST_WORD]


def _vowelled(word: str) -> str:
    """و and ي as vowels where they stand between consonants, and an a where two consonants would meet."""
    text, sounds = "", [_SOUNDS[letter] for letter in word if letter in _SOUNDS]
    for sound, after in zip_longest(sounds, sounds[1:], fillvalue=""):
        closed = text != "" and text[-1] not in _VOWELS
        if closed and sound in _HALF_VOWELS and after[:1] not in _VOWELS:
            text += _HALF_VOWELS[sound]
        else:
            text += "a" + sound if closed and sound[0] not in _VOWELS else sound
    return text
