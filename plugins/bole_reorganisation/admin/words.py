"""The words of the pages of requests and of the work calendar, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from bole import Label

WORDS: Mapping[str, Label] = {
    "ask": Label("提交申请", "Ask for a change"),
    "ask_lead": Label(
        "写明要改什么、为什么要改。申请会有专人办理，限时 {hours} 小时，只在工作日计时；向您提问期间计时暂停。",
        "Say what shall change, and why. Somebody handles it within {hours} hours, which run on working days and stand still while you are asked.",
    ),
    "title": Label("标题", "Title"),
    "wish": Label("要改什么，为什么", "What shall change, and why"),
    "wished_on": Label("希望从哪天起生效（可不填）", "From which day on (may stay empty)"),
    "send": Label("提交", "Ask"),
    "cancel": Label("取消", "Cancel"),
    "asked": Label("申请已提交", "Asked"),
    "clock": Label("办理时限", "Clock"),
    "of_hours": Label("共 {hours} 小时，仅工作日计时", "of {hours} hours on working days"),
    "due": Label("{moment} 到期", "due {moment}"),
    "paused": Label("计时暂停，等待申请人答复", "The clock stands still until there is an answer"),
    "closed": Label("{moment} 关闭", "closed {moment}"),
    "handled_by": Label("{name} 办理", "handled by {name}"),
    "unowned": Label("尚未受理", "nobody has taken it yet"),
    "asked_by": Label("{name} 于 {moment} 提交", "asked by {name}, {moment}"),
    "owner": Label("办理人", "Owner"),
    "owner_number": Label("办理人工号", "Owner's employee number"),
    "assign": Label("指派", "Assign"),
    "hand_over": Label("转交", "Hand over"),
    "draft": Label("执行草案", "Draft that carries it out"),
    "draft_none": Label("没有关联草案", "No draft is linked"),
    "draft_hint": Label("草案生效后，申请自动办结。", "Once the draft is in force, the request is done by itself."),
    "draft_choose": Label("选择草案", "Choose a draft"),
    "no_drafts": Label("目前没有编辑中的草案。", "There are no open drafts at the moment."),
    "link": Label("关联", "Link"),
    "unlink": Label("取消关联", "Take away"),
    "to_tree": Label("打开组织架构", "Open the organisation"),
    "log": Label("办理经过", "What happened"),
    "say": Label("写点什么", "Say something"),
    "comment": Label("留言", "Comment"),
    "ask_back": Label("向申请人提问", "Ask back"),
    "answer": Label("答复", "Answer"),
    "withdraw": Label("撤回申请", "Withdraw the request"),
    "withdraw_reason": Label("理由（可不填）", "Reason (may stay empty)"),
    "withdraw_now": Label("撤回", "Withdraw"),
    "said": Label("已记录", "Recorded"),
    "refused": Label("还不能提交", "Not yet"),
    "to": Label("→ {name}", "→ {name}"),
    "to_handlers": Label("→ 全体办理人", "→ all who handle requests"),
    "share": Label("时限已过 {share}", "{share} of the time is over"),
    "details": Label("详情", "Details"),
    "calendar_lead": Label(
        "这里列出与每周规则不同的日子：节假日，以及调休上班的周末。申请的时限会随之重新计算。",
        "Days that are not as the week says: holidays, and weekends worked instead. What is due moves with them.",
    ),
    "set_days": Label("设置日期", "Set days"),
    "first_day": Label("第一天", "First day"),
    "last_day": Label("最后一天", "Last day"),
    "day_name": Label("名称", "Name"),
    "legal_entity": Label("用人单位", "Legal entity"),
    "kind": Label("这些天", "These days"),
    "off": Label("休息", "are off"),
    "working": Label("上班", "are worked"),
    "set": Label("保存", "Save"),
    "set_done": Label("日历已更新（{count} 天）", "Calendar changed ({count} days)"),
}


class Words:
    """
    The words in one language, as attributes.

    Args:
        language: ``zh`` or ``en``.
    """

    def __init__(self, language: str) -> None:
        self.language = language

    def __getattr__(self, name: str) -> str:
        if name not in WORDS:
            raise AttributeError(f"there is no word {name!r}.")
        return WORDS[name].of(self.language)

    def with_values(self, word: str, /, **values: object) -> str:
        """Return a sentence with its places filled."""
        return WORDS[word].of(self.language).format(**values)
