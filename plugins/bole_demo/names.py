"""Names of people, put together by chance from lists; nobody real is meant."""

from __future__ import annotations

from dataclasses import dataclass

from bole_demo.dice import Dice

_SURNAMES = (
    "林 Lin 陈 Chen 周 Zhou 吴 Wu 徐 Xu 孙 Sun 胡 Hu 朱 Zhu 高 Gao 何 He 郭 Guo 罗 Luo 梁 Liang 宋 Song 郑 Zheng 谢 Xie 韩 Han 唐 Tang "
    "冯 Feng 于 Yu 董 Dong 萧 Xiao 程 Cheng 曹 Cao 袁 Yuan 邓 Deng 许 Xu 傅 Fu 沈 Shen 曾 Zeng 彭 Peng 吕 Lü 苏 Su 卢 Lu 蒋 Jiang 蔡 Cai "
    "丁 Ding 魏 Wei 薛 Xue 叶 Ye 阎 Yan 潘 Pan 杜 Du 戴 Dai 夏 Xia 钟 Zhong 汪 Wang 田 Tian 任 Ren 姜 Jiang 范 Fan 方 Fang 石 Shi 姚 Yao"
).split()
_FIRST = "思 雨 嘉 文 明 晓 志 欣 一 书 安 若 清 景 婉 承 俊 舒 语 知 亦 允 昭 沐".split()
_SECOND = "远 涵 琪 辰 宁 哲 然 悦 轩 澜 柔 恒 昕 蕾 禾 川 珂 帆 岚 溪 桐 霖 妍 朗".split()
_ENGLISH = (
    "Ada Alvin Amber Arthur Audrey Basil Beatrix Calvin Carina Cedric Celia Clara Conrad Cora Dahlia Damian Delia Desmond Edith Edwin Elina "
    "Elmer Esther Ethan Felix Fiona Flora Gareth Gemma Gideon Greta Harvey Hazel Hugo Ida Imogen Irene Isla Ivan Ivy Jasper Joan Jonas Judith "
    "Julian Kendra Leona Linus Lorna Lydia Mabel Marcus Matilda Maud Milo Mina Nadia Nelson Nina Norman Olive Oscar Petra Phoebe Quentin Ralph "
    "Rhoda Rosa Rufus Sabina Selma Silas Stella Sybil Tabitha Theo Una Ursula Vera Victor Viola Walter Wanda Wilma Xenia Yvonne Zelda Zena"
).split()


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name in Chinese and English, and what stands before the @ of the address."""

    zh: str
    en: str
    mailbox: str


def draw_names(dice: Dice, count: int) -> list[Name]:
    """Return names of which no two are alike in either language."""
    found: dict[str, Name] = {}
    taken: set[str] = set()
    while len(found) < count:
        place = 2 * dice.whole(0, len(_SURNAMES) // 2 - 1)
        surname, latin = _SURNAMES[place], _SURNAMES[place + 1]
        chinese = surname + dice.one_of(_FIRST) + dice.one_of(_SECOND)
        english = f"{dice.one_of(_ENGLISH)} {latin}"
        if english in found or chinese in taken:
            continue
        taken.add(chinese)
        found[english] = Name(chinese, english, english.lower().replace(" ", ".").replace("ü", "u"))
    return list(found.values())
