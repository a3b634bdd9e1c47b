"""The pages of the back office, for tests that look at all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

PAGES = (
    *("/admin/", "/admin/core/employee/", "/admin/core/employee/3/", "/admin/core/department/", "/admin/core/department/2/"),
    *("/admin/core/legal_entity/", "/admin/core/legal_entity/1/", "/admin/core/indicator/", "/admin/core/indicator/4/"),
    *("/admin/core/plan/", "/admin/core/plan/1/", "/admin/core/plan_version/", "/admin/core/plan_version/1/"),
    *("/admin/core/period/", "/admin/core/period/1/", "/admin/core/result/", "/admin/core/result/2026Q3/3/"),
    *("/admin/core/observation/", "/admin/core/observation/?employee=3&period=2026Q3", "/admin/core/award/", "/admin/core/award/1/"),
    *("/admin/core/payout/", "/admin/core/payout/1/", "/admin/core/incentive_rule/", "/admin/core/incentive_rule/1/"),
    *("/admin/core/plugin/", "/admin/core/user/", "/admin/core/user/1/", "/admin/core/role/", "/admin/core/role/1/"),
    *("/admin/core/job/", "/admin/core/job/2/", "/admin/core/ledger_checkpoint/", "/admin/core/ledger_checkpoint/1/"),
    *("/admin/sample/note/", "/admin/sample/note/1/", "/admin/sample/hello/"),
    *("/admin/core/award/?status=void", "/admin/core/employee/?search=nobody+at+all", "/admin/core/result/?search=nobody"),
)
FIELDS = ("input", "select", "textarea")


@dataclass
class Page(HTMLParser):
    """What a page holds that rules speak of."""

    lang: str = ""
    headings: int = 0
    ids: list[str] = field(default_factory=list)
    controlled: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)
    _labels: int = 0
    _style: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    @classmethod
    def of(cls, text: str) -> Page:
        """Read a page."""
        page = cls()
        page.feed(text)
        return page

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note what an element says."""
        given = {name: value or "" for name, value in attributes}
        self.lang = given["lang"] if tag == "html" else self.lang
        self.headings += tag == "h1"
        self._labels += tag == "label"
        self.ids += [given["id"]] if "id" in given else []
        self.controlled += given.get("aria-controls", "").split() + given.get("popovertarget", "").split()
        if tag in FIELDS and given.get("type") != "hidden" and not self._labels and "aria-label" not in given and "id" not in given:
            self.unnamed.append(str(given))
        self.breaches += [f"{tag} {name}" for name in given if name.startswith("on") or name == "style"]
        self.breaches += [f"{tag} {value}" for value in given.values() if value.lower().strip().startswith("javascript:")]
        self.breaches += [f"{tag} {given[name]}" for name in ("src", "href", "action") if given.get(name, "/").startswith(("http", "//", "data:"))]
        self.breaches += [tag] if tag == "style" or (tag == "script" and not ("src" in given and "nonce" in given)) else []

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        self._labels -= tag == "label"
