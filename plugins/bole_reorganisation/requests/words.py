"""What requests are called, in both languages: their states, what happens to them, how much time is left."""

from __future__ import annotations

from collections.abc import Mapping

from bole import Choice, Label, Tone
from bole_reorganisation.requests.notes import RequestNote

STATES = (
    Choice("open", Label("待受理", "Open"), Tone.WAITING),
    Choice("in_progress", Label("办理中", "In progress"), Tone.WAITING),
    Choice("waiting", Label("待申请人答复", "Waiting for an answer"), Tone.PLAIN),
    Choice("done", Label("已办结", "Done"), Tone.GOOD),
    Choice("declined", Label("已拒绝", "Declined"), Tone.BAD),
    Choice("withdrawn", Label("已撤回", "Withdrawn"), Tone.OVER),
)

EVENTS: Mapping[str, Label] = {
    "asked": Label("提交了申请", "asked for it"),
    "taken": Label("受理", "took it"),
    "given": Label("转交", "gave it"),
    "commented": Label("留言", "said"),
    "waiting": Label("向申请人提问，计时暂停", "asked back; the clock stands still"),
    "answered": Label("答复，计时继续", "answered; the clock runs on"),
    "linked": Label("关联草案", "linked a draft"),
    "unlinked": Label("取消关联草案", "took the draft away"),
    "shelved": Label("归档了关联的草案", "archived the linked draft"),
    "reminded": Label("到期提醒", "Reminder"),
    "escalated": Label("已超时，上报", "Escalated"),
    "done": Label("办结", "finished it"),
    "declined": Label("拒绝", "declined it"),
    "withdrawn": Label("撤回", "withdrew it"),
}
"""What happened, as it follows the name of who did it; ``given`` is ``taken`` where somebody else is to handle it."""

TONES: Mapping[str, Tone] = {"calm": Tone.PLAIN, "soon": Tone.WAITING, "overdue": Tone.BAD, "paused": Tone.OVER, "closed": Tone.OVER}
"""The colour of each urgency."""

HOUR = 60


def time_left(note: RequestNote) -> Label:
    """Return how much of a request's time is left, or by how much it is late, to the hour; to the minute below one."""
    late, minutes = note.minutes_left < 0, abs(note.minutes_left)
    hours = minutes // HOUR
    zh, en = (f"{hours} 小时", f"{hours} h") if hours else (f"{minutes} 分钟", f"{minutes} min")
    if late:
        return Label(f"超时 {zh}", f"{en} late")
    return Label(f"剩余 {zh}", f"{en} left")
