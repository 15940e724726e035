"""The keyword baseline on invented statements, hard negatives among them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_mining.evidence import STATEMENT_KINDS, read_statement

REPORTS_OF_FAKE_EVIDENCE = [
    "买家发来的图明显是AI生成的，裂纹边缘都糊成一团",
    "这张照片一看就是豆包做的，右下角水印都没去干净",
    "客户申请仅退款，用的是网图，百度一搜就有",
    "同一张图退了三家店，麻烦平台查一下",
    "对方的凭证是P过的图，阴影方向都不对",
    "顾客举证的图片有PS痕迹，破洞边上是直线",
    "怀疑这组照片是人工智能合成的，手指有六根",
    "买家盗用别人评论里的图来申请退款",
    "他这视频是AI生成的，螃蟹多了一条腿",
    "申请人上传的照片是从小红书上扒来的图片",
    "售后图造假，面单上的字全是乱码，图片是假的",
    "明显用AI做的假图骗退款，请官方处理",
    "退款图是即梦生成的图，水印还在左上角",
    "这人拿P图来骗仅退款，已经不是第一次了",
]

NOT_REPORTS = [
    "你们的AI客服根本听不懂人话，转人工转了半小时",
    "智能客服一直重复一句话，问题没有解决",
    "主图是AI生成的吧，实物跟图片完全不一样",
    "详情页的图全是AI做的，衣服到手就是块抹布",
    "你们店里的照片都是P过的，颜色差太多了",
    "模特图修得太狠，上身完全两回事",
    "卖家秀是合成的，别信",
    "你们凭什么说我的图是AI生成的？我现场拍的",
    "这图不是P的，我可以再拍个视频给你们看",
    "图是我自己拍的，怎么会是AI生成，你们太过分了",
    "商家非说我盗图，冤枉好人",
    "直播间展示的视频是AI合成的吧，收到完全不是那个样子",
    "买这个AI绘画本给孩子，收到少了一本",
    "图片已经上传，请看一下裂口",
    "拍了照片，盒子是瘪的，杯子碎了",
    "人工智能音箱连不上网，一直没反应",
    "假一赔十，我怀疑是假货",
    "手指被杯口划破了，杯子有个缺口",
    "这个相机拍的照片全是糊的，退货",
    "申请仅退款，面包发霉了，照片在上面",
    "宣传图上是六个装，只收到五个",
    "机器人客服说已经退了，可我没收到钱",
    "图片是假的，根本不是黑色",
    "上百度搜个图片都卡，屏幕还拖影",
    "视频像普通P30拍的，屏幕不行",
    "实物颜色差太远，赶上P图神器了",
    "网上下载的图片传不到卡里",
    "广告照片都是修出来的，实物颜色差很多",
    "",
]

KINDS = {
    "damaged_in_transit": [
        "快递箱子压扁了，里面的碗碎成几块",
        "运输途中摔坏了，瓶子漏液流得到处都是",
        "收到的时候外包装全破了，罐子也凹了，压变形了",
    ],
    "spoiled": ["打开一股馊味，上面长毛了", "十个橙子烂了四个", "肉臭了，完全不新鲜", "饼干受潮发霉"],
    "defective": ["用了两天就开不了机", "充不进电，灯也不亮", "风扇转起来有异响", "衣服第一次洗就掉色，袖口还开线"],
    "missing": ["说好送收纳袋，没收到，少发了", "三件套只收到两件", "盒子里没有充电线", "是个空包裹，里面什么都没"],
    "wrong_item": ["我买的黑色，给我发错成红色", "型号不对，发错货了", "不是我买的那款"],
    "not_as_described": ["实物和描述不符", "跟图片完全不一样，色差特别大", "详情写着纯棉，材质不符，虚假宣传"],
    "suspected_fake": ["防伪码查不到，怀疑不是正品", "明显是山寨货", "和专柜的差别很大，假货"],
    "size": ["裤子偏小，穿不进去", "尺码不准，大了一码", "鞋子太紧挤脚"],
    "expired": ["牛奶过期半个月了", "临期的还按原价卖", "过了保质期才发货"],
    "foreign_body": ["面里吃出一根头发", "米里有虫子在爬", "罐头里发现玻璃渣"],
    "changed_mind": ["不想要了，七天无理由退", "买多了，没拆封想退", "家里用不上，退掉"],
    "other": ["请尽快处理", "发票抬头开一下公司名", ""],
}


@pytest.mark.parametrize("statement", REPORTS_OF_FAKE_EVIDENCE)
def test_a_report_of_fake_evidence_is_heard(statement):
    reading = read_statement(statement)
    assert reading.fake_score >= 0.5
    assert reading.cues
    assert all(cue in statement for cue in reading.cues)


@pytest.mark.parametrize("statement", NOT_REPORTS)
def test_what_only_sounds_alike_is_no_report(statement):
    assert read_statement(statement).fake_score < 0.5


@pytest.mark.parametrize(("kind", "statement"), [(kind, text) for kind, texts in KINDS.items() for text in texts])
def test_what_is_claimed(kind, statement):
    assert read_statement(statement).kind == kind


@given(st.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_text_has_a_reading(text):
    reading = read_statement(text)
    assert reading.kind in STATEMENT_KINDS
    assert 0 <= reading.fake_score < 1


@pytest.mark.parametrize("unit", ["图", "图AI", "P图", "有", "同一张图退", "拍的是", "A", "图片是被都全明显"])
def test_a_long_statement_costs_little(unit):
    read_statement((unit * 20_000)[:20_000])
