"""Remarks that reviewers write often: their own, and those that everybody begins with."""

from dataclasses import dataclass

from twinweb.accounts.models import Language
from twinweb.accounts.person import Person
from twinweb.i18n.locale import is_arabic
from twinweb.review import queries

STARTING_SET = (
    (
        "يرجى بيان مصدر هذه المعلومة: وثيقة أو صفحة رسمية أو خبر صحفي، مع تاريخه.",
        "Please name the source of this: a document, an official page or a press report, with its date.",
    ),
    (
        "يرجى ذكر العدد والفترة التي يعود إليها، وكيف جرى احتسابه.",
        "Please give the figure, the period that it is for, and how it was counted.",
    ),
    (
        "يرجى وصف ما جرى فعلاً خطوةً بخطوة، ليتمكن مكتب آخر من تكراره.",
        "Please describe step by step what was actually done, so that another office can repeat it.",
    ),
    (
        "يرجى صياغة التوصية بحيث تبيّن من يقوم بالعمل وما الذي يقوم به ومتى.",
        "Please word the recommendation so that it says who does what, and when.",
    ),
    (
        "يرجى جعل العنوان أوضح: ما الذي جرى تعلّمه، لا اسم النشاط.",
        "Please make the title clearer: what was learned, not the name of the activity.",
    ),
    (
        "يرجى حذف أسماء الأشخاص وأرقام هواتفهم من النص؛ ويكفي ذكر المكتب أو الصفة الوظيفية.",
        "Please take names and phone numbers of persons out of the text; the office or the post is enough.",
    ),
    (
        "يرجى مراجعة القطاعات المختارة: يبدو أن بعضها لا صلة له بالنص.",
        "Please look again at the sectors chosen: some seem to have nothing to do with the text.",
    ),
    (
        "يبدو أن هذه المادة تكرّر مادة معتمدة. يرجى بيان الفرق بينهما أو تصحيح المادة القائمة.",
        "This seems to repeat an approved entry. Please say how they differ, or correct the one that stands.",
    ),
)


@dataclass(frozen=True, slots=True)
class Offered:
    """A remark to choose: what the list says, and what is written into the note."""

    label: str
    text: str


def offered(by: Person, language: Language) -> list[Offered]:
    """One's own first; each is written in the language of the author, and listed in that of the page."""
    own = [(one.ar, one.en) for one in queries.saved_reasons(by)]
    return [
        Offered(_in(ar, en, is_arabic()), _in(ar, en, language is Language.ARABIC))
        for ar, en in [*own, *STARTING_SET]
    ]


def _in(ar: str, en: str, arabic: bool) -> str:  # noqa: FBT001  one of two languages
    return (ar or en) if arabic else (en or ar)
