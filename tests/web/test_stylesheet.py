"""The one stylesheet keeps its promises: both directions, one place for colours, and light."""

import re
from pathlib import Path

import brotli

ROOT = Path(__file__).parents[2]
SHEET = ROOT.joinpath("static/css/app.css").read_text()
RULES = re.sub(r"/\*.*?\*/", "", SHEET, flags=re.DOTALL)
PHYSICAL = re.compile(
    r"[{;\s](?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)\b"
    r"|(?:left|right|top|bottom|width|height|(?:min|max)-(?:width|height)|float|clear)\s*:(?!\s*(?:both|none))"
    r"|text-align\s*:\s*(?:left|right))"
)


def layer(name: str) -> str:
    start = RULES.index(f"@layer {name} {{")
    following = RULES.find("\n@layer ", start + 1)
    return RULES[start : following if following > 0 else None]


def test_one_sheet_serves_both_directions() -> None:
    declarations = re.sub(r"@media[^{]*\{", "{", RULES)

    assert PHYSICAL.findall(declarations) == []


def test_nothing_is_important_and_no_id_is_styled() -> None:
    assert "!important" not in RULES
    assert re.findall(r"(?:^|[\s,>+~}])#[a-z][\w-]*[^;{}]*\{", RULES) == []


def test_colours_stand_in_the_tokens_alone() -> None:
    elsewhere = RULES.replace(layer("tokens"), "")

    assert re.findall(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|color-mix)a?\(", elsewhere) == []


def test_the_layers_are_the_five_in_their_order() -> None:
    assert re.findall(r"@layer (\w+) \{", RULES) == ["reset", "tokens", "base", "parts", "pages"]


def test_the_sheet_is_light() -> None:
    assert len(brotli.compress(SHEET.encode(), quality=11)) <= 5_500


def test_nothing_is_fetched_by_the_sheet() -> None:
    assert re.findall(r"url\((?!\"data:)|@import|@font-face", RULES) == []


def test_old_office_browsers_know_every_part_of_it() -> None:
    """Chrome 109 and Firefox 115: no nesting, no :has(), no light-dark()."""
    assert re.findall(r":has\(|light-dark\(|oklch\(|[{;]\s*&", RULES) == []


def test_no_template_styles_by_itself() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in ROOT.glob("templates/**/*.html")
        if re.search(r"\sstyle=|<style|\son[a-z]+=|hx-on", path.read_text())
    ]

    assert found == []
