"""A payout's chain: nested lists that read without a script, and the same as JSON."""

from __future__ import annotations

from html.parser import HTMLParser

from tests.admin.conftest import Login


class Lists(HTMLParser):
    """Counts lists within lists, and the steps in them."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = self.deepest = self.steps = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Enter a list or meet a step."""
        if "steps" in (dict(attributes).get("class") or "").split():
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)
        elif tag == "ul":
            self.depth += 1
        self.steps += "step" in (dict(attributes).get("class") or "").split()

    def handle_endtag(self, tag: str) -> None:
        """Leave a list."""
        self.depth -= tag == "ul"


def chain_of(text: str) -> str:
    """The part of the page that shows the chain."""
    return text.split('<div class="chain-frame"')[1].split("</section>")[0]


def test_the_chain_reads_without_a_script(reader: Login) -> None:
    """The page holds every step, none hidden, in lists as deep as the chain."""
    chain = chain_of(reader().get("/admin/core/payout/1/").get_data(as_text=True))

    lists = Lists()
    lists.feed(chain)

    assert lists.deepest == 5
    assert lists.steps >= 15
    assert " hidden" not in chain.replace("hidden-text", "")
    assert "Payout 1" in chain
    assert "8,941.27 CNY" in chain
    assert "Rule: Sales commission" in chain
    assert "Score: Sales" in chain
    assert "Measured: Sales" in chain
    assert "Sale #" in chain
    assert "Ledger leaf" in chain


def test_the_chain_speaks_chinese(reader: Login) -> None:
    """The same chain in Chinese."""
    chain = chain_of(reader(language="zh").get("/admin/core/payout/1/").get_data(as_text=True))

    assert "规则：销售提成" in chain
    assert "实绩：销售额" in chain
    assert "展开来源" in chain


def test_facts_that_are_not_listed_are_one_link_away(reader: Login) -> None:
    """Where more facts stand behind a figure than are listed, the page says how many and leads to all of them."""
    chain = chain_of(reader().get("/admin/core/payout/1/").get_data(as_text=True))

    assert "more</span>" in chain
    assert 'href="/admin/core/observation/?employee=2&amp;period=2026Q2"' in chain


def test_the_chain_comes_as_json(reader: Login) -> None:
    """Programs read the same chain."""
    chain = reader().get("/admin/core/payout/1/chain.json").get_json()

    assert (chain["kind"], chain["value"]) == ("payout", "8,941.27 CNY")
    assert [child["kind"] for child in chain["children"]] == ["award", "ledger"]
    assert [child["kind"] for child in chain["children"][0]["children"]][:2] == ["rule", "score"]


def test_the_stages_count_all_facts(reader: Login) -> None:
    """The row above the chain counts the steps of each kind, unlisted facts included."""
    page = reader().get("/admin/core/payout/1/").get_data(as_text=True)

    stages = page.split('<ol class="stages"')[1].split("</ol>")[0]
    assert "<span>Award</span><strong>1</strong>" in stages
    assert "<span>Score</span><strong>4</strong>" in stages
    facts = int(stages.split("<span>Fact</span><strong>")[1].split("<")[0])
    assert facts > 40
