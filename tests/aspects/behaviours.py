"""A hundred invented reviews, each with what a reader must see in it (Ribeiro et al., CheckList, ACL 2020).

Letters stand for aspects (q quality, l logistics, s service, p price), signs for labels: + praise, - complaint,
0 nothing. An aspect that is not named may have any label.
"""

from __future__ import annotations

from dataclasses import dataclass

ASPECTS = {"q": "quality", "l": "logistics", "s": "service", "p": "price"}
LABELS = {"+": "positive", "-": "negative", "0": "none"}


@dataclass(frozen=True)
class Behaviour:
    """A text and the labels that it must get."""

    capability: str
    text: str
    wanted: str

    def labels(self) -> dict[str, str]:
        """Label by aspect name."""
        return {ASPECTS[part[0]]: LABELS[part[1]] for part in self.wanted.split()}


_TABLE = """
negation | 质量不好 | q-
negation | 东西一点也不好用 | q-
negation | 物流并不快 | l-
negation | 客服不理人 | s-
negation | 价格不便宜 | p-
negation | 没有色差，很喜欢 | q+
negation | 没有任何异味 | q+
negation | 快递没有破损 | l+
negation | 客服从不推诿 | s+
negation | 一点都不贵 | p+
contrast | 东西很好，但是快递太慢了 | q+ l-
contrast | 物流很快，不过质量太差 | l+ q-
contrast | 虽然客服态度好，但是衣服掉色严重 | s+ q-
contrast | 价格便宜，可是做工粗糙 | p+ q-
contrast | 质量没得说，就是价格有点贵 | q+ p-
contrast | 快递小哥服务好，可惜商品是坏的 | l+ q-
contrast | 包装简陋，但水果很甜 | l- q+
contrast | 手机运行流畅，但客服回复太慢 | q+ s-
contrast | 发货慢了点，好在质量不错 | l- q+
contrast | 安装师傅态度恶劣，空调制冷倒是很好 | s- q+
irony | 真是好质量，穿一次就破 | q-
irony | 客服真是厉害，三天不回一句话 | s-
irony | 好快的物流，半个月终于到了 | l-
irony | 太感谢商家了，寄来一双烂鞋 | q-
irony | 呵呵，这做工也是没谁了 | q-
irony | 这价格真良心，买完第二天就降两百 | p-
irony | 果然一分钱一分货，用两天就报废 | q-
irony | 服务真到位，退个货要我打十个电话 | s-
comparison | 比上次买的质量差远了 | q-
comparison | 比实体店便宜很多 | p+
comparison | 比隔壁店贵了五十块 | p-
comparison | 不如以前的好用 | q-
comparison | 比想象中的还要漂亮 | q+
comparison | 物流比以前慢多了 | l-
comparison | 比我原来的手机流畅多了 | q+
comparison | 客服比别家耐心 | s+
implicit | 三天了还没发货 | l-
implicit | 打开箱子里面全是水 | l-
implicit | 洗了一次就缩成童装了 | q-
implicit | 用了两天开不了机 | q-
implicit | 说好送的赠品没有给 | s-
implicit | 刚买完就降价一百 | p-
implicit | 申请退款一个星期没人处理 | s-
implicit | 十个苹果烂了六个 | q-
implicit | 上午下单下午就到了 | l+
implicit | 早上充的电，到晚上还剩八成 | q+
implicit | 少发了一件 | l-
implicit | 收到时屏幕已经碎了 | l-
implicit | 穿上之后皮肤起了红疹 | q-
implicit | 盒子是拆过的，一看就是别人退回来的 | q-
typo | 质量很差进，不推荐 | q-
typo | 物流狠快，赞 | l+
typo | 客服太度很差 | s-
typo | 东西非常满意，质量恨好 | q+
typo | 快第太慢了，等了十天 | l-
typo | 做功很差，到处是线头 | q-
typo | 价格实会，划算 | p+
typo | 衣服退色严重 | q-
traditional | 質量很差，穿兩天就破了 | q-
traditional | 物流很快，包裝完好 | l+
traditional | 客服態度非常好 | s+
traditional | 價格便宜，很划算 | p+
traditional | 手機運行很流暢 | q+
traditional | 發貨太慢了 | l-
traditional | 東西壞的，客服也不理人 | q- s-
traditional | 價格太貴，不值 | p-
emoji | 质量太差了😡😡 | q-
emoji | 物流超快👍👍👍 | l+
emoji | 客服很有耐心❤️ | s+
emoji | 用一次就坏💔无语 | q-
emoji | 等了半个月🙄快递真慢 | l-
emoji | 便宜又好用😊 | p+ q+
emoji | 【质量】★☆☆☆☆ 一碰就碎 | q-
emoji | 😭衣服掉色，把白鞋都染了 | q-
swap | 客服差，质量好 | s- q+
swap | 质量差，客服好 | q- s+
swap | 物流差，价格好 | l- p+
swap | 物流好，价格贵 | l+ p-
swap | 质量好，物流慢 | q+ l-
swap | 质量差，物流快 | q- l+
swap | 服务好，价格贵 | s+ p-
swap | 服务差，价格便宜 | s- p+
swap | 包装精美，味道难吃 | l+ q-
swap | 包装破烂，味道好吃 | l- q+
elsewhere | 手机反应速度很快 | q+ l0
elsewhere | 快递速度很快 | l+ q0
elsewhere | 电脑开机很慢 | q- l0
elsewhere | 客服处理很慢 | s- l0
elsewhere | 帮同事买的，他还没用 | q0 l0 s0
elsewhere | 希望好用 | q0 l0 s0
elsewhere | 上周下的单 | l0 s0 p0
elsewhere | 书的内容很精彩 | q+ l0 s0
elsewhere | 安装师傅很专业 | s+ q0
elsewhere | 送货上门，快递员很热情 | l+ q0
several | 物流快，质量好，客服耐心，价格也实惠 | l+ q+ s+ p+
several | 物流慢，质量差，客服不理，还卖这么贵 | l- q- s- p-
several | 面料舒服，发货也快，就是贵 | q+ l+ p-
several | 屏幕漏光，找客服也没用，退货还要自己出运费 | q- s-
several | 味道好，包装严实，下次还买 | q+ l+
several | 尺码偏小，换货时客服很配合 | q- s+
"""

BEHAVIOURS = tuple(Behaviour(*(cell.strip() for cell in line.split("|"))) for line in _TABLE.strip().splitlines())

IRRELEVANT = (
    ("add a mark", lambda text: text + "。"),
    ("add white space", lambda text: f"  {text}\n"),
    ("name the day", lambda text: "周三收到的。" + text),
    ("greet", lambda text: "大家好，" + text),
    ("widen the marks", lambda text: text.replace("，", ", ")),
)
"""Changes that alter no label."""
