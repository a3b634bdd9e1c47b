"""Text as an HR person types it, cut into tokens; and the one spelling that is saved.

Nothing here runs, looks up or imports anything that a formula names. A formula
reaches Python's parser only as placeholders and operators (`python_source`),
so no word, literal or escape of the text is ever read as Python.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bole.errors import InvalidValue
from bole.formula.errors import refusal
from bole.values import minor_digits

MAX_LENGTH = 2_000
MAX_TOKENS = 400
MAX_PARENTHESES = 24
MAX_TEXT = 200

# Signs that NFKC leaves alone, as Chinese and office keyboards produce them.
_SIGNS = {
    "×": "*", "÷": "/", "−": "-", "–": "-", "≥": ">=", "≤": "<=", "≠": "<>", "、": ",",
    "“": '"', "”": '"', "„": '"', "「": '"', "」": '"', "‘": "'", "’": "'",
}  # fmt: skip
_TOKEN = re.compile(
    r"""(?P<space>\s+) | (?P<text>"[^"\n]*"|'[^'\n]*') | (?P<name>[^\W\d][\w\u0300-\u036f\u3099\u309a]*)
    | (?P<operator><=|>=|<>|!=|==|\*\*|[-+*/^(),<>=])
    | (?=\.?[0-9])(?P<whole>[0-9]*)(?:\.(?P<part>[0-9]*))? (?:\s*(?P<times>[%万萬亿億]))? (?:\s*(?P<currency>(?!AND)[A-Z]{3}|元)(?!\w))?""",
    re.VERBOSE,
)
_SAME = {"==": "=", "!=": "<>", "**": "^"}
_WORDS = {"and": "AND", "且": "AND", "or": "OR", "或": "OR", "not": "NOT", "非": "NOT"}
_TRUTHS = {"true": "TRUE", "真": "TRUE", "false": "FALSE", "假": "FALSE"}
_PYTHON = {"=": "==", "<>": "!=", "^": "**", "AND": "and", "OR": "or", "NOT": "not"}
_TIMES = {None: 0, "%": -2, "万": 4, "萬": 4, "亿": 8, "億": 8}
RESERVED = frozenset(_WORDS) | frozenset(_TRUTHS)


@dataclass(frozen=True, slots=True)
class Token:
    """
    One word, figure or sign, at a place (start, end) of the text as typed.

    ``kind`` is number, percent, money, text, truth, name, function or operator. ``value`` is the figure
    (money in major units of ``currency``) or the text's content; ``text`` is the saved spelling.
    """

    kind: str
    text: str
    place: tuple[int, int]
    value: Decimal | str | bool | None = None
    currency: str = ""

    @property
    def ends_operand(self) -> bool:
        """Whether an operator, not a value, may follow."""
        return self.kind not in ("operator", "function") or self.text == ")"


def _fold(text: str) -> tuple[str, list[int]]:
    """Return the text in compatibility form (NFKC) with plain signs, and for each character where it came from."""
    folded, origins = [], []
    for place, character in enumerate(text):
        plain = _SIGNS.get(character) or unicodedata.normalize("NFKC", character)
        category = unicodedata.category(character)
        # Superscripts, circled figures and signs such as "a/c" would silently turn into other figures or operators.
        changed = plain != character and category in ("No", "So")
        if changed or (category[0] == "C" and character not in "\t\r\n") or category in ("Zl", "Zp"):
            shown = f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()
            raise refusal("formula.bad_character", (place, place + 1), shown=shown)
        folded.append(plain)
        origins += [place] * len(plain)
    return "".join(folded), origins


def scan(text: str, spellings: Mapping[str, str]) -> list[Token]:
    """
    Return the tokens of a formula.

    Args:
        text: as typed; a leading ``=`` is dropped.
        spellings: saved name of a function by each of its names, case-folded.

    Raises:
        FormulaError: too long, or something that no formula can hold.
    """
    if len(text) > MAX_LENGTH:
        raise refusal("formula.too_long", count=len(text), what="characters", limit=MAX_LENGTH)
    folded, origins = _fold(text)
    position = len(folded) - len(folded.lstrip("= \t\r\n"))
    tokens: list[Token] = []
    depth = 0
    while position < len(folded):
        match = _TOKEN.match(folded, position)
        if match is None:
            start = origins[position]
            code = "formula.bad_text" if folded[position] in "\"'" else "formula.bad_character"
            raise refusal(code, (start, start + 1), shown=repr(text[start]))
        position = match.end()
        if match["space"] is None:
            tokens.append(_token(match, text, (origins[match.start()], origins[position - 1] + 1)))
            depth += {"(": 1, ")": -1}.get(tokens[-1].text, 0) if tokens[-1].kind == "operator" else 0
            if [token.text for token in tokens[-2:]] == [",", ")"]:
                raise refusal("formula.syntax", tokens[-1].place, shown=")")
        if depth > MAX_PARENTHESES:
            raise refusal("formula.too_deep", tokens[-1].place, limit=MAX_PARENTHESES)
        if len(tokens) > MAX_TOKENS:
            raise refusal("formula.too_long", count=f"over {MAX_TOKENS}", what="words and signs", limit=MAX_TOKENS)
    if not tokens:
        raise refusal("formula.empty")
    return _settle_words(tokens, spellings)


def _token(match: re.Match[str], text: str, place: tuple[int, int]) -> Token:
    if match["name"]:
        return Token("name", unicodedata.normalize("NFKC", match["name"]), place)
    if match["operator"]:
        return Token("operator", _SAME.get(match["operator"], match["operator"]), place)
    if match["text"]:
        content = text[place[0] + 1 : place[1] - 1]
        if len(content) > MAX_TEXT:
            raise refusal("formula.too_long", place, count=len(content), what="characters in a text", limit=MAX_TEXT)
        quote = "'" if '"' in match["text"][1:-1] else '"'
        return Token("text", f"{quote}{content}{quote}", place, content)
    return _number(match, text, place)


def _number(match: re.Match[str], text: str, place: tuple[int, int]) -> Token:
    whole, part, times, currency = match["whole"], match["part"] or "", match["times"], match["currency"] or ""
    currency = {"元": "CNY"}.get(currency, currency)
    shift = _TIMES[times]
    if len(whole) > 15 - max(shift, 0) or len(part) > 10 or (len(whole) > 1 and whole[0] == "0") or (times == "%" and currency):
        raise refusal("formula.bad_number", place, shown=text[slice(*place)])
    if currency:
        try:
            minor_digits(currency)
        except InvalidValue as error:
            raise refusal("formula.bad_number", place, shown=text[slice(*place)]) from error
    figure = f"{whole or 0}.{part}" if part else whole
    value = Decimal(f"{figure}E{shift}")
    if times == "%":
        return Token("percent", f"{figure}%", place, value)
    spelling = f"{value:f}" if shift else figure
    return Token("money" if currency else "number", f"{spelling} {currency}".strip(), place, value, currency)


def _settle_words(tokens: Sequence[Token], spellings: Mapping[str, str]) -> list[Token]:
    """Tell functions, infix words and TRUE and FALSE from names, and give each its saved spelling."""
    settled: list[Token] = []
    for index, token in enumerate(tokens):
        if token.kind == "name":
            folded = token.text.casefold()
            after_operand = bool(settled) and settled[-1].ends_operand
            opens = index + 1 < len(tokens) and tokens[index + 1].text == "(" and tokens[index + 1].kind == "operator"
            if folded in _WORDS and (_WORDS[folded] == "NOT") != after_operand and not (opens and not after_operand):
                token = Token("operator", _WORDS[folded], token.place)
            elif opens and not after_operand:
                token = Token("function", spellings.get(folded, token.text), token.place)
            elif folded in _TRUTHS:
                token = Token("truth", _TRUTHS[folded], token.place, _TRUTHS[folded] == "TRUE")
        settled.append(token)
    return settled


def join(tokens: Sequence[Token]) -> tuple[str, list[tuple[int, int]]]:
    """Return the saved spelling, and where each token stands in it."""
    text, places = "", []
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else None
        unary = before is not None and before.text in ("+", "-") and not (index > 1 and tokens[index - 2].ends_operand)
        calls = before is not None and before.kind == "function"
        opened = before is not None and before.kind == "operator" and before.text == "("
        closes = token.kind == "operator" and token.text in (")", ",")
        text += "" if before is None or unary or calls or opened or closes else " "
        places.append((len(text), len(text) + len(token.text)))
        text += token.text
    return text, places


def python_source(tokens: Sequence[Token]) -> tuple[str, dict[int, int], dict[int, int]]:
    """Return the tokens as Python of placeholders ``t0``, ``t1`` … and operators, and the tokens by first and by last column."""
    source, starts, ends = "", {}, {}
    for index, token in enumerate(tokens):
        starts[len(source)] = index
        source += _PYTHON.get(token.text, token.text) if token.kind == "operator" else f"t{index}"
        ends[len(source)] = index
        source += " "
    return source.rstrip(), starts, ends
