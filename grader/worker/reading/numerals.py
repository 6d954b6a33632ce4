"""How numbers are written: powers of ten, commas that part or are decimal, numbers of the package siunitx."""

from __future__ import annotations

import re
import unicodedata

_SI_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+")
POWER_OF_TEN = re.compile(
    r"(?:\\(?:mathrm|text|textrm|mathit|mathtt|operatorname)\s?\{\s?[eE]\s?\}|[eE])"
    r"(?:\{\s?(?P<braced>[-+−]?\s?\d{1,3})\s?\}|\{?(?P<signed>[-+−])\}?(?P<digits>\d{1,3})(?![\d.]))"
    r"|\\(?:mathrm|text|textrm|mathit|mathtt|operatorname)\s?\{\s?[eE]\s?(?P<inside>[-+−]?\s?\d{1,3})\s?\}"
)
_SI_NUMBER = re.compile(r"[-+−]?[\d.,\s\\]{0,30}\d(?:\s?(?:[eE]|\\times\s?10\^|x10\^)\s?\{?[-+−]?\d{1,3}\}?)?")
_SI_BOUND = re.compile(r"\s?(?:\+-|\\pm|±)\s?[\d.,]{1,20}\s?\Z")
# What within brackets shows that a comma is a decimal one: numbers with commas, and signs between them.
_WITH_COMMA = r"[-+−]?+\s?+\d{1,9}+(?:,\d{1,9}+)?+(?!,)"
_COMMA_NUMBER = rf"(?:(?:\\?[a-z]{{2,4}}+\s?+)?+(?:\(\s?+{_WITH_COMMA}\)|{_WITH_COMMA}))"
_DECIMAL_COMMAS = re.compile(
    rf"\s?+{_COMMA_NUMBER}(?>\s?+(?:[+*/·×]|\\cdot|\\times|[-−](?=\s))\s?+{_COMMA_NUMBER}){{1,20}}+\s?+\)"
    r"|[^()\[\]{}\d,;]{3,40}\d{1,9},\d{1,9}[^()\d,;]{0,20}\)"
    r"|(?:[1-9]\d{0,2}(?:,\d{3})++|0,\d{1,9})\s[^\W\d_]{2}[^()\d,;]{0,40}\)"
    r"|(?<=ln\()\d{1,9},\d{1,9}\)|(?<=log\()\d{1,9},\d{1,9}\)"
)
# (0,25; 0,25; 0,5)
_PARTED_BY_SEMICOLONS = re.compile(rf"\s?+{_WITH_COMMA}(?>\s?+;\s?+{_WITH_COMMA}){{1,40}}+\s?+\)")
HAS_ONE_COMMA = re.compile(r"\d{1,3}(?:\{,\}|,)\d{3}")
# 8,026 × 10^{-1}: before a power of ten stands a number below ten, and thousands are none.
_MANTISSA = re.compile(r"\d(?:\{,\}|,)\d{3}")
_TIMES_TEN = re.compile(r"\s?(?:\\cdot|\\times|[·×*x])\s?(?:10|\{10\})\s?(?:\^|\*\*|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻])")
# Behind a number, in English, German, French, Spanish, Italian and Portuguese.
_POWERS = {
    word: power
    for power, words in {
        3: "thousand thousands tausend tsd mille mila",
        6: "million millions millionen mio mln millón millones milione milioni milhão milhões",
        9: "billion billions bn milliard milliards milliarde milliarden mrd mld miliardo miliardi",
        12: "trillion trillions billionen",
    }.items()
    for word in words.split()
}
CLEARLY_DECIMAL = re.compile(r"(?<![\d.,}])0(?:\{,\}|,)\d")


def is_mantissa(text: str, source: str, end: int) -> bool:
    """Whether digits with a comma, which end there in the source, stand before a power of ten.

    >>> is_mantissa("8,026", "8,026e-1", 5), is_mantissa("8,026", "8,026 people", 5)
    (True, False)
    """
    follows = _TIMES_TEN.match(source, end) or POWER_OF_TEN.match(source, end)
    return follows is not None and _MANTISSA.fullmatch(text) is not None


def parts_numbers(text: str, source: str, opened: int) -> bool:
    """Whether a comma within brackets parts two numbers: not in `(1,6 + 0,7)`, `(61,706 weights)` and `ln(0,2)`.

    Args:
        text: digits with the comma.
        opened: where in the source the bracket's content begins.
    """
    if "," not in text or "{,}" in text:
        return False
    is_round = source[opened - 1 : opened] == "("
    if is_round and _PARTED_BY_SEMICOLONS.match(source, opened):
        return False
    return _DECIMAL_COMMAS.match(source, opened) is None


def vulgar_fraction(sign: str) -> tuple[str, str] | None:
    """What stands above and below in a sign such as ⅝; None where it is no fraction.

    >>> vulgar_fraction("⅝"), vulgar_fraction("5")
    (('5', '8'), None)
    """
    above, bar, below = unicodedata.normalize("NFKC", sign).partition("⁄")
    return (above, below) if bar and above and below else None


def power_in_words(word: str) -> int:
    """The power of ten that a word behind a number stands for: 6 for `million`, `Mio` and `millones`; 0 for others."""
    return _POWERS.get(word.lower().removesuffix("."), 0)


def times_power(number: str, power: int) -> str:
    """A number, as written, times a power of ten.

    >>> times_power("1,7", 6), times_power("2e3", 3)
    ('1,7e6', '2e6')
    """
    mantissa, _, exponent = number.lower().partition("e")
    return f"{mantissa}e{int(exponent or 0) + power}"


def plain_siunitx(text: str) -> str | None:
    r"""The argument of `\num` with a point as its decimal sign, and the bound behind it; None where it is no number.

    >>> plain_siunitx("61 706"), plain_siunitx("0,80 +- 0.01"), plain_siunitx("1,234"), plain_siunitx("many")
    ('61706', '0.80 +- 0.01', '1,234', None)
    """
    value = _SI_NUMBER.match(text)
    bound = _SI_BOUND.match(text, value.end()) if value else None
    if value is None or (value.end() != len(text) and bound is None):
        return None
    inner = value[0].replace(" ", "")
    if not ("," in inner and _SI_GROUPED.fullmatch(inner)):
        inner = inner.replace(",", ".")  # siunitx reads a comma as the decimal point
    return inner + (bound[0] if bound else "")
