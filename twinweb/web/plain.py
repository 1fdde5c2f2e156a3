"""Answers where the application cannot be asked: in both languages, without style, script or question."""

from collections.abc import Mapping
from http import HTTPStatus

Headers = list[tuple[str, str]]
Answer = tuple[int, Headers, bytes]

BUSY = (
    "السجل مشغول الآن. لم يُحفظ شيء. يرجى الانتظار خمس ثوانٍ، ثم إعادة تحميل الصفحة.",
    "The register is busy. Nothing was saved by this. Please wait five seconds, then load the page again.",
)
BROKEN = (
    "حدث خطأ في النظام. يرجى المحاولة مرة أخرى، وإذا تكرر الخطأ يرجى إبلاغ مكتب المساعدة.",
    "Something went wrong on our side. Please try again; if it happens twice, tell the help desk.",
)
NOT_WHOLE = (
    "لم يصل ما أُرسل كاملاً، ولم يُحفظ شيء. يرجى العودة إلى الصفحة السابقة والإرسال مرة أخرى.",
    "What was sent did not arrive whole, and nothing was saved. Please go back, and send it again.",
)
TOO_LARGE = (
    "حجم ما أُرسل أكبر من المسموح به، ولم يُحفظ شيء. يرجى العودة إلى الصفحة السابقة واختصاره.",
    "What was sent is too large, and nothing was saved. Please go back, and shorten it.",
)
WORDS: Mapping[HTTPStatus, tuple[str, str]] = {
    HTTPStatus.BAD_REQUEST: NOT_WHOLE,
    HTTPStatus.REQUEST_TIMEOUT: NOT_WHOLE,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: TOO_LARGE,
    HTTPStatus.INTERNAL_SERVER_ERROR: BROKEN,
    HTTPStatus.SERVICE_UNAVAILABLE: BUSY,
}
PAGE = (
    '<!doctype html><html lang="ar" dir="rtl"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>TwinWeb</title>'
    '<p>{}</p><p lang="en" dir="ltr">{}</p></html>'
)
HEADERS = [
    ("content-type", "text/html; charset=utf-8"),
    ("content-security-policy", "default-src 'none'"),
    ("x-content-type-options", "nosniff"),
    ("cache-control", "no-store"),
]
"""No `Vary: HX-Target`: scripts see that no view has answered, and keep what was typed."""


def answer(status: HTTPStatus, *more: tuple[str, str]) -> Answer:
    return status, [*HEADERS, *more], PAGE.format(*WORDS[status]).encode()
