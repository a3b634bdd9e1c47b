"""A chart as a file: a table of its departments, or a picture of the tree."""

from __future__ import annotations

import csv
import io
import re
from xml.sax.saxutils import escape, quoteattr

from bole import Verb
from bole_reorganisation.charts import Chart, Node

COLUMNS = ("code", "name_zh", "name_en", "parent", "head", "legal_entity", "level", "employees", "employees_with_below", "change")
"""The columns of the table; the first six are those that an import of a snapshot takes."""

ROW, INDENT, BOX, PAD = 34, 28, 26, 20
"""Pixels: from one department to the next, for each level, height of a department's box, and around the picture."""

_COLOURS = {"": ("#ffffff", "#9aa5a0"), Verb.ADDED: ("#e3f4e6", "#2f7d3b"), Verb.CLOSED: ("#fbe6e4", "#b03a2e"), Verb.MOVED: ("#e3edfb", "#2a5db0")}
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 does not allow in any text."""
_OTHER = ("#fdf1d8", "#9a6a00")
_WORDS = {
    Verb.ADDED: ("新增", "added"),
    Verb.CLOSED: ("撤销", "closed"),
    Verb.MOVED: ("调整上级", "moved"),
    Verb.RENAMED: ("更名", "renamed"),
    Verb.HEAD_CHANGED: ("负责人变更", "new head"),
    Verb.ALTERED: ("变更", "altered"),
}


def chart_csv(chart: Chart) -> str:
    """Return a chart as CSV, every department after the one above it; a spreadsheet never takes a cell for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    levels: dict[str | None, int] = {}
    for code in chart.walk():
        node, facts = chart.node(code), chart.departments[code]
        levels[code] = level = levels.get(facts["parent"], 0) + 1
        given = [code, facts["name_zh"], facts["name_en"], facts["parent"] or "", facts["head"] or "", facts["legal_entity"] or ""]
        writer.writerow([*map(_harmless, given), level, node.own, node.total, node.mark])
    # The mark tells spreadsheets that the text is UTF-8.
    return "\ufeff" + out.getvalue()


def chart_svg(chart: Chart, language: str) -> str:
    """
    Return a chart as a picture: one box for each department, indented by level, with lines to the one above it.

    Args:
        language: ``zh`` or ``en``.
    """
    shapes: list[str] = []
    rows: dict[str, tuple[int, int]] = {}
    widest = 0
    for place, code in enumerate(chart.walk()):
        node = chart.node(code)
        above = rows.get(node.parent or "")
        left, top = (above[0] + INDENT if above else PAD), PAD + place * ROW
        rows[code] = (left, top)
        if above:
            stem = above[0] + INDENT // 2
            shapes.append(f'<path d="M{stem} {above[1] + BOX}V{top + BOX // 2}H{left}" fill="none" stroke="#b8c1bc"/>')
        box, width = _box(node, left, top, language)
        shapes.append(box)
        widest = max(widest, left + width)
    wide, high = widest + PAD, PAD * 2 + len(rows) * ROW
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" lang={quoteattr(language)}>'
    font = "font-family=\"'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', system-ui, sans-serif\" font-size=\"13\""
    return f'{head}<rect width="100%" height="100%" fill="#fff"/><g {font}>{"".join(shapes)}</g></svg>'


def _box(node: Node, left: int, top: int, language: str) -> tuple[str, int]:
    fill, line = _COLOURS.get(node.mark, _OTHER)
    name = _FORBIDDEN.sub("", node.name.of(language))
    mark = _WORDS[Verb(node.mark)][language != "zh"] if node.mark else ""
    said = f"{name}  {node.total:,}" + (f"  {mark}" if mark else "")
    width = 24 + sum(14 if ord(letter) > 0x2E7F else 8 for letter in said)
    struck = ' text-decoration="line-through"' if node.mark == Verb.CLOSED else ""
    text = f'<tspan{struck}>{escape(name)}</tspan><tspan dx="8" fill="#66706b">{node.total:,}</tspan>'
    text += f'<tspan dx="8" fill="{line}">{escape(mark)}</tspan>' if mark else ""
    told = node.code + (f": {node.note.of(language)}" if node.mark else "")
    title = f"<title>{escape(_FORBIDDEN.sub('', told))}</title>"
    shape = f'<rect x="{left}" y="{top}" width="{width}" height="{BOX}" rx="5" fill="{fill}" stroke="{line}"/>'
    return f'<g>{title}{shape}<text x="{left + 10}" y="{top + 18}" fill="#1d2b24">{text}</text></g>', width


def _harmless(text: str) -> str:
    """Return a text that a spreadsheet takes for text, whatever blanks come first."""
    begins = text.lstrip()[:1]
    return f"'{text}" if text[:1] in ("\t", "\r", "\n") or (begins and begins in "=+-@＝＋－＠") else text
