"""Text as XML can hold it, in documents of ELAN and in charts as SVG."""


def xml_text(text: str) -> str:
    """Without the characters that no XML may have: controls, halves of pairs, and two that are none."""
    return "".join(letter for letter in text if letter in "\t\n" or _allowed(ord(letter)))


def _allowed(code: int) -> bool:
    return code >= 0x20 and not 0xD800 <= code <= 0xDFFF and code not in (0xFFFE, 0xFFFF)
