"""MathML from the sandbox, checked element by element: what is not on the list is not shown as markup."""

from __future__ import annotations

import functools
import re
import xml.etree.ElementTree as ElementTree

from markupsafe import Markup

_ELEMENTS = frozenset([
    "math", "mi", "mn", "mo", "ms", "mtext", "mspace", "mrow", "mfrac", "msqrt", "mroot", "mstyle", "merror", "mpadded",
    "mphantom", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts", "mtable",
    "mtr", "mtd", "semantics",
])  # fmt: skip
_LENGTH = r"-?\d{0,6}(\.\d{1,6})?(em|ex|px|pt|mu|%)?"
_ATTRIBUTES = {
    "display": "block|inline",
    "displaystyle": "true|false",
    "scriptlevel": r"[+-]?\d{1,2}",
    "stretchy": "true|false",
    "symmetric": "true|false",
    "largeop": "true|false",
    "movablelimits": "true|false",
    "separator": "true|false",
    "fence": "true|false",
    "accent": "true|false",
    "accentunder": "true|false",
    "form": "prefix|infix|postfix",
    "mathvariant": "normal",
    "lspace": _LENGTH,
    "rspace": _LENGTH,
    "width": _LENGTH,
    "height": _LENGTH,
    "depth": _LENGTH,
    "voffset": _LENGTH,
    "minsize": _LENGTH,
    "maxsize": _LENGTH,
    "linethickness": _LENGTH,
    "columnspan": r"\d{1,3}",
    "rowspan": r"\d{1,3}",
}
_FITS = {name: re.compile(f"(?:{pattern})") for name, pattern in _ATTRIBUTES.items()}
# What a converter says in `style` of columns becomes a class of ours; any other style is dropped.
_CLASSES = {"text-align: right": "right", "text-align: left": "left", "text-align: center": "center"}
_MOST = 400_000
# Marks that turn the order of what stands around them.
_UNTURNED = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


@functools.lru_cache(maxsize=5_000)  # many students of a class write the same
def safe_mathml(text: str) -> Markup | None:
    """The markup, made anew from what is allowed of it; None where it is none, or holds an element that is not."""
    if len(text) > _MOST or "<!" in text or "<?" in text:
        return None
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError):
        return None
    if root.tag != "math" or any(element.tag not in _ELEMENTS for element in root.iter()):
        return None
    for element in root.iter():
        _clean(element)
    return Markup(ElementTree.tostring(root, encoding="unicode", short_empty_elements=False))


def _clean(element: ElementTree.Element) -> None:
    style = element.attrib.pop("style", "")
    kept = {name: value for name, value in element.attrib.items() if name in _FITS and _FITS[name].fullmatch(value)}
    name = next((name for said, name in _CLASSES.items() if said in style), "")
    element.attrib.clear()
    element.attrib.update(kept | ({"class": name} if name else {}))
    element.text = (element.text or "").translate(_UNTURNED)
    element.tail = (element.tail or "").translate(_UNTURNED)
