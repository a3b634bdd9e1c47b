"""The reorganisation that the demo company is planning when somebody looks at it: an open draft."""

from __future__ import annotations

from bole import Part, Work
from bole_demo.company import Company
from bole_reorganisation.drafts import Edit, edit_draft, start_draft

DRAFT = "key-accounts"
TITLE = "设立大客户部，调整一个销售团队 / Key accounts, and one team under another region"


def plan_reorganisation(work: Work, company: Company) -> None:
    """Draft a new department with its first people, and put the last region's first team under the first region."""
    regions = [unit for unit in company.units if any(other.parent == unit.code and _sellers(company, other.code) for other in company.units)]
    teams = [unit for unit in company.units if unit.parent == regions[-1].code]
    above = next(unit.parent for unit in company.units if unit.code == regions[0].code)
    veterans = sorted((person for person in company.sellers if person.left is None), key=lambda person: (person.hired, person.number))[:3]
    moved = [Edit(Part.DEPARTMENT, teams[0].code, {"parent": regions[0].code})] if len(regions) > 1 else []
    edits = [
        *moved,
        Edit(Part.DEPARTMENT, "KEY", {"parent": above, "name_zh": "大客户部", "name_en": "Key accounts", "head": veterans[0].number}),
        Edit(Part.POSITION, "KEY.manager", {"department": "KEY", "title_zh": "大客户经理", "title_en": "Key account manager"}),
        *(Edit(Part.ASSIGNMENT, person.number, {"department": "KEY", "position": None}) for person in veterans[1:]),
        Edit(Part.ASSIGNMENT, veterans[0].number, {"department": "KEY", "position": "KEY.manager"}),
    ]
    note = start_draft(work, DRAFT, title=TITLE)
    edit_draft(work, note.code, edits, seen=note.revision)


def _sellers(company: Company, unit: str) -> bool:
    return any(person.unit == unit for person in company.sellers)
