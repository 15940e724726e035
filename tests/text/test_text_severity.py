"""Words of danger, return and dispute, on invented sentences: what counts and what only looks like it."""

from pathlib import Path

import pyarrow as pa
import pytest

from review_mining.errors import ConfigError
from review_mining.text.severity import KINDS, SeverityWords

WORDS = SeverityWords.bundled()

SAID = {
    "safety": [
        "插上电不到五分钟就冒烟了",
        "半夜充电的时候着火，把桌布烧了一个洞",
        "插头一碰就冒火花",
        "外壳漏电，摸着发麻",
        "洗澡时差点触电",
        "烤箱用到第三次玻璃门炸裂",
        "充电宝鼓起来之前，电池已经鼓包",
        "倒水时壶盖松开，手被烫伤",
        "铁皮边没打磨，孩子的手指割破了",
        "抽屉合上时夹到手",
        "敷完第二天过敏，满脸红疹",
        "涂上去脸颊刺痛",
        "全家吃完都拉肚子",
        "晚上上吐下泻，去了急诊",
        "坚果吃出虫子",
        "面包切开已经发霉",
        "打开衣柜味道刺鼻",
        "新床甲醛味重得睡不着",
        "热水器安装后漏煤气",
        "闻久了头晕",
        "装的时候梯子断了，腿摔伤",
        "倒水时不小心烫伤了手",
        "宝宝不小心划破了手",
        "外观还行不过漏电",
        "用了两天很快冒烟了",
        "可怕的是起火了",
        "恐怖着火了",
        "好像漏电摸着手麻",
        "线路有问题漏电",
    ],
    "return": [
        "穿一次就开线，我要退货",
        "颜色不对，已经申请退款",
        "第二件还是坏的，只好换货",
        "实在受不了，退了",
        "开箱就有裂纹，客服不给退",
        "激活以后不让退，太坑",
        "等了一周没人理，要求退",
        "包裹压烂了，当场拒收",
        "货没收到，也不退款",
        "这样的东西能不能退货啊",
        "质量不好要退货",
        "质量不行退货了",
        "屏幕有问题申请退款",
        "实在太差了要退货",
        "不满意申请退款",
        "穿着不合适退货了",
        "不好用能不能退货",
        "客服不退货",
        "服务态度不好直接退货",
        "没收到货和退款",
        "电池不行退货了",
        "发现有问题就退货了",
    ],
    "dispute": [
        "再不处理我就投诉",
        "已经打了12315",
        "准备去工商局问个明白",
        "只能找消协了",
        "维权两个月没结果",
        "我会把聊天记录发给媒体曝光",
        "不赔就起诉",
        "要按假货退一赔三",
        "卖假货，大家一起举报",
        "师傅骂人，我报警了",
    ],
}

NOT_SAID = {
    "safety": [
        "敏感皮肤用着没有过敏",
        "金属外壳，不会漏电",
        "线太细，怕着火就没敢用",
        "酒精味很淡，不刺鼻",
        "没有出现红肿的情况",
        "担心中毒，洗了三遍才用",
        "性能爆炸，开什么都不卡",
        "客服态度差到爆炸",
        "酒店挨着火车站，出门方便",
        "我是过敏性鼻炎，用它舒服多了",
        "电脑中毒，重装了系统",
        "装了漏电保护器",
        "待机一晚漏电很快",
        "夏天看着火大",
        "手机短路程导航够用",
        "专门买来除甲醛的",
        "因为脸过敏才买的这一款",
        "房间里一股发霉的味道",
        "问过敏的事，客服很耐心",
        "以前用别家的会过敏，这个很温和",
        "没有漏电",
        "怕着火",
        "恐怕着火",
        "小心烫伤",
        "机身热得快要起火",
        "不太刺鼻",
        "像触电一样心动",
        "就像中毒的颜色",
        "人像和远景细节爆炸",
        "问过漏电没有",
    ],
    "return": [
        "大小正好，不用退货",
        "有点瑕疵，懒得退了",
        "本来怕麻烦，没有退款",
        "送了退货运费险",
        "几块钱的东西，懒得去弄退货",
        "降价以后差价也给退了",
        "怀疑是别人退回去的货",
        "店家支持七天无理由退货，买着放心",
        "看着像别人退货的机器",
        "前台退了押金",
        "软件老是闪退了又开",
        "客服很快退了差价",
        "医院旁边的店，退房也快",
        "满意，绝不是要退出会员",
        "退款速度很快，客服耐心",
        "不满意可以退货",
        "支持七天退货",
        "如果不合适能退货吗",
        "不合适支持免费退换",
        "有问题随时退款",
        "不喜欢能退货",
        "质量还行，我不退货",
        "要是不好用就退货",
        "如果三天之内还是有问题我就要退货",
        "不合适再退货",
        "再试几天，不行就退货",
        "用着再说，有问题就退货",
        "是不是有问题退回去的机器",
        "耽误了几天不好退货",
        "从没遇到不满意和退货的情况",
    ],
    "dispute": [
        "小问题，懒得投诉",
        "从来没有投诉过谁",
        "夜景曝光过度",
        "附近有工商银行",
        "高温报警器一直响",
        "店家承诺假一赔十，放心",
        "本想投诉，后来算了",
        "买的是315毫升的那种",
    ],
}


def kinds_of(text):
    hits = WORDS.find(pa.array([text]))
    return {KINDS[kind] for kind in hits.kind.tolist()}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in SAID.items() for text in texts])
def test_what_is_meant_counts(kind, text):
    assert kind in kinds_of(text)


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in NOT_SAID.items() for text in texts])
def test_what_is_denied_imagined_or_something_else_does_not(kind, text):
    assert kind not in kinds_of(text)


def test_a_denial_reaches_no_further_than_its_clause():
    assert kinds_of("没有异味，但是用了就过敏") == {"safety"}
    assert kinds_of("不吵，漏电") == {"safety"}


def test_hits_name_the_text_and_the_clause_of_the_word():
    texts = pa.array(["颜色不错。插头冒烟了，吓人！快递慢。", None, "", "很好", "要退货，还要投诉"])
    hits = WORDS.find(texts)
    assert hits.text.tolist() == [0, 4, 4]
    assert [KINDS[kind] for kind in hits.kind] == ["safety", "return", "dispute"]
    assert texts[0].as_py()[hits.start[0] : hits.end[0]] == "插头冒烟了"


def test_a_long_clause_is_cut_twenty_characters_away():
    text = "甲" * 50 + "漏电" + "乙" * 50
    hits = WORDS.find(pa.array([text]))
    assert (hits.start.tolist(), hits.end.tolist()) == ([30], [72])


def test_places_count_code_points():
    hits = WORDS.find(pa.array(["😀😀。漏电"]))
    assert (hits.start.tolist(), hits.end.tolist()) == ([3], [5])


@pytest.mark.parametrize(
    "content",
    [
        "safety: {words: [着火], unless: [], denied: []}",
        "safety: {words: ['(着火'], unless: [], denied: []}",
        "noise: {words: [吵], unless: [], denied: []}",
    ],
)
def test_words_that_cannot_be_used_are_refused(tmp_path: Path, content):
    (tmp_path / "words.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError):
        SeverityWords.read(tmp_path / "words.yaml")
