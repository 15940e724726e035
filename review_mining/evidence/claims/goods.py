"""What a statement complains about and what an order sold, as coarse classes of goods.

Only words that mean one thing are listed. A longer word hides the shorter one inside it: 手机壳 is no phone, 鞋柜 no
shoe, 水果刀 no fruit. Words of the class ``None`` are listed only to hide others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from review_mining.evidence.claims.clauses import clauses, folded

_WORDS: Mapping[str, str] = {
    "shoes": "鞋子 鞋 运动鞋 皮鞋 凉鞋 拖鞋 靴子 跑鞋 板鞋 帆布鞋 小白鞋 高跟鞋 棉鞋 童鞋",
    "trousers": "裤子 牛仔裤 阔腿裤 短裤 长裤 打底裤 运动裤 休闲裤 西裤",
    "dress": "裙子 连衣裙 半身裙 短裙 长裙",
    "top": "衣服 T恤 卫衣 毛衣 衬衫 衬衣 外套 羽绒服 大衣 风衣 棉服 夹克 针织衫 打底衫 马甲 背心 睡衣",
    "underwear": "内裤 内衣 文胸 袜子 丝袜 中筒袜",
    "fruit": (
        "苹果 橙子 脐橙 橘子 香蕉 草莓 葡萄 梨 桃子 西瓜 芒果 榴莲 猕猴桃 樱桃 车厘子 火龙果 柚子 荔枝 水果"
        " 石榴 蓝莓 柠檬"
    ),
    "seafood": "螃蟹 大闸蟹 虾 大虾 海鲜 鱼 带鱼 三文鱼 鱿鱼 生蚝 扇贝",
    "flower": "绿萝 多肉 盆栽 鲜花 玫瑰 百合 月季 绿植 兰花 君子兰",
    "rice": "大米 面粉 挂面 五常大米 面条",
    "earphones": "耳机 蓝牙耳机",
    "power bank": "充电宝 移动电源",
    "hair dryer": "吹风机 电吹风",
    "fan": "风扇 电风扇 落地扇 小风扇",
    "kettle": "热水壶 电水壶 烧水壶",
    "cooker": "电饭煲 电饭锅 空气炸锅 高压锅",
    "lamp": "台灯 吊灯 落地灯 吸顶灯",
    "cup": "杯子 保温杯 水杯 马克杯 玻璃杯 茶杯",
    "bag": "书包 双肩包 背包 手提包 单肩包 电脑包 斜挎包",
    "suitcase": "行李箱 拉杆箱",
    "cosmetics": "口红 面膜 粉底 眼影 唇釉 精华 面霜 眉笔 气垫",
    "wash": "洗发水 沐浴露 洗衣液 洗洁精 牙膏 洗面奶",
    "tissue": "纸巾 抽纸 卫生纸 湿巾 洗脸巾 卷纸",
    "bedding": "被子 枕头 床单 四件套 被套 羽绒被 棉被 床笠",
    "chair": "椅子 凳子 办公椅",
    "book": "绘本 教材 图书 小说",
    "nuts": "坚果 瓜子 核桃 花生 腰果",
    "pet food": "猫粮 狗粮",
    "shirt rack": "衣架 晾衣架",
    "keyboard": "键盘",
    "toy": "积木 拼图 毛绒玩具 洋娃娃 遥控车",
    "watch": "手表 电子表",
    "phone holder": "手机支架 车载支架",
}
_HIDING = (
    "手机壳 鞋柜 鞋架 鞋盒 鞋垫 鞋带 鞋油 鞋底 鞋面 鞋码 鞋拔 鞋刷 鞋套 水果刀 水果盘 果盘 苹果手机 苹果电脑"
    " 苹果味 苹果醋 苹果汁 苹果皮 苹果耳机 草莓味 草莓脆 草莓酱 草莓干 柠檬味"
    " 芒果干 芒果味 葡萄干 葡萄味 葡萄酒 西瓜霜 西瓜红 桃子味 荔枝味 洗衣服 晒衣服 晾衣服 收衣服 叠衣服 熨衣服"
    " 衣服架 玫瑰花茶 玫瑰味 玫瑰金 玫瑰精油 百合干 杯垫 杯盖 杯套 杯刷 水杯架"
    " 书包架 背包客 耳机盒 耳机套 耳机孔 键盘膜 椅子套 椅套 灯泡 虾皮 虾片 虾条 虾米 鱼缸 鱼竿 鱼油 鱼饵 鱼钩"
    " 鱼线 鱼腥 鱼尾 鱼食 鱼粮 金鱼 鱼肝油 木鱼 鱼骨 梨子味 梨膏 面膜粉 袜子鞋 裤子架 裤架"
    " 裤腿 裤裆 裤缝 裤脚 裙子架 花生油 核桃油 花生酱 面条机 被子收纳 枕头套 被子夹 风扇罩 风扇叶 充电宝线"
    " 坚果乳 吹风机架 手表带 表带 手表盒 苹果树 樱桃木 樱桃番茄"
)
_CLASS_OF: Mapping[str, str | None] = {
    **{word: name for name, words in _WORDS.items() for word in words.split()},
    **dict.fromkeys(_HIDING.split()),
}
_GOODS = "|".join(sorted(map(re.escape, _CLASS_OF), key=len, reverse=True))
_ANY = re.compile(_GOODS)
_FAULT = (
    r"(?:.{0,6}?)(?:坏|烂|破|裂|碎|断|开胶|掉|漏|脏|臭|死|不亮|不转|没声|没反应|冒烟|起球|褪色|变质|发霉|长毛"
    r"|生锈|有洞|开线|脱线|不能用|用不了|开不了|充不进|质量|瘪|枯|蔫|黄了|酸)"
)
_NAMED_AS_CLAIMED = (
    re.compile(rf"(?:这|那)(?:[双件条个盆台把本支只箱盒款套])?(?P<word>{_GOODS})"),
    re.compile(
        rf"(?:你家|你们家|店里|贵店)(?:的|这|卖的)?(?:[双件条个盆台把本支只箱盒款套]|这[双件条个])?(?P<word>{_GOODS})"
    ),
    re.compile(
        rf"(?:收到的|收到|买的|买了|拍的|下单的|订的)(?:一?[双件条个盆台把本支只箱盒款套])?的?(?P<word>{_GOODS})"
    ),
    re.compile(rf"^(?P<word>{_GOODS}){_FAULT}"),
)
_ANOTHER_CAME = re.compile(
    r"发错|寄错|错发|错寄|拿错|装错|发成|寄成|变成|居然是|竟然是|结果是|却是|而不是|不是我|货不对板"
    r"|收到(?:的)?(?:是|一|了一)|发来(?:的)?(?:是|一)|给我(?:发|寄)"
    r"|赠品|赠送|送的|买.{0,6}送"
)


def complained_goods(statement: str) -> dict[str, str]:
    """Classes of the goods that a statement complains about.

    Args:
        statement: free text. One that says that something else came, or that speaks of a gift, names none.

    Returns:
        Class → the word that named it.
    """
    if _ANOTHER_CAME.search(folded(statement)):
        return {}
    named: dict[str, str] = {}
    for clause in clauses(statement):
        for pattern in _NAMED_AS_CLAIMED:
            for match in pattern.finditer(clause):
                if (goods := _CLASS_OF[match["word"]]) is not None:
                    named.setdefault(goods, match["word"])
    return named


def goods_in(text: str) -> set[str]:
    """All classes of goods that a text names anywhere."""
    return {goods for match in _ANY.finditer(folded(text)) if (goods := _CLASS_OF[match.group()]) is not None}
