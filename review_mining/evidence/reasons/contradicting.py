"""Reasons for what does not fit in a case; each names the innocent explanation."""

from __future__ import annotations

from review_mining.evidence.reasons.language import Sentences

CONTRADICTING: Sentences = {
    "contradiction.product": {
        "zh": "陈述说的是“{claimed}”，订单商品是“{product_name}”。多半是选错了订单，"
        "也可能是赠品或同单的另一件，请向买家确认。",
        "en": "The statement speaks of “{claimed}”, the order is for “{product_name}”. Most likely "
        "the wrong order was "
        "chosen, or it is a gift or another item of it: ask the buyer.",
    },
    "contradiction.quantity": {
        "zh": "陈述提到的件数（{words}）与订单数量 {quantity} 对不上。可能分了几单、一件含多个或有赠品，请核对订单。",
        "en": "The pieces named in the statement ({words}) do not fit the order's quantity of {quantity}. "
        "There may be "
        "several orders, a multi-pack or a gift: look at the order.",
    },
    "contradiction.variant": {
        "zh": "陈述说下单的规格（{words}）与订单规格“{sku}”不同。可能记错、后来改过规格，或页面名称与规格名称不同。",
        "en": "The variant that was ordered by the statement ({words}) is not the order's “{sku}”. It "
        "may be a slip, a "
        "later change, or a listing that names it otherwise.",
    },
    "contradiction.amount": {
        "zh": "陈述说的付款（{words}）高于订单金额 {amount} 元。可能含运费、其他订单或他处价格，请核对付款记录。",
        "en": "The payment named in the statement ({words}) is more than the order's {amount} yuan. It may include "
        "postage, other orders or another shop's price: look at the payment.",
    },
    "contradiction.received_date": {
        "zh": "陈述说的收货时间（{words}）与物流签收日 {delivered_on} 相差较大。可能由驿站或家人代收、晚取件，"
        "或物流记录有误。",
        "en": "The day of receipt in the statement ({words}) is far from the delivery on {delivered_on}. "
        "The parcel may "
        "have lain at a pick-up point or with a relative, or the carrier's record is wrong.",
    },
    "contradiction.order_date": {
        "zh": "陈述说的购买时间（{words}）与下单日 {ordered_on} 相差较大。可能说的是另一次购买，或随口一说。",
        "en": "The day of purchase in the statement ({words}) is far from the order on {ordered_on}. It may be about "
        "another purchase, or said loosely.",
    },
    "contradiction.used_longer": {
        "zh": "陈述说已经使用（{words}），而这一单送达才 {held_days} 天。可能说的是以前买的同款，"
        "请确认是哪一单的商品。",
        "en": "The statement speaks of use ({words}), but this order came only {held_days} days before. "
        "It may be about "
        "an earlier purchase of the same kind: ask which order the goods belong to.",
    },
    "contradiction.taken_before_order": {
        "zh": "图片 {file} 写明拍摄于 {taken_at}，早于下单时间 {ordered_at}。相机时间可能不准，"
        "也可能误选了以前买的同款的照片。",
        "en": "Picture {file} says it was taken on {taken_at}, before the order of {ordered_at}. The "
        "camera's clock may "
        "be wrong, or a photo of an earlier purchase was chosen by mistake.",
    },
    "contradiction.taken_before_delivery": {
        "zh": "图片 {file} 写明拍摄于 {taken_at}，早于签收时间 {delivered_at}。可能物流补录签收，或相机时间不准。",
        "en": "Picture {file} says it was taken on {taken_at}, before the delivery of {delivered_at}. The "
        "carrier may "
        "have recorded it late, or the camera's clock is wrong.",
    },
    "contradiction.taken_apart": {
        "zh": "同一案件的图片拍摄时间相隔 {days} 天（{first} 至 {last}）。问题可能是逐渐出现的，仅供参考。",
        "en": "Pictures of this case were taken {days} days apart ({first} to {last}). The fault may have "
        "grown; this is "
        "for information only.",
    },
    "contradiction.cameras": {
        "zh": "同一案件的图片来自 {number} 台设备（{cameras}）。家人各用手机拍摄很常见，仅供参考。",
        "en": "Pictures of this case come from {number} cameras ({cameras}). Relatives often each take "
        "one; this is for "
        "information only.",
    },
    "contradiction.exclusive_claims": {
        "zh": "同一订单在案件 {other_case} 里的说法与这次不能同时成立（一处称未拆封、无问题或未收到，"
        "一处称商品有故障）。"
        "可能后来才拆封或收到，请按时间先后向买家确认。",
        "en": "Of the same order, case {other_case} and this one say what cannot both hold (unopened, sound or never "
        "received, and faulty). It may have been opened or found later: ask what happened when.",
    },
    "contradiction.received_counts": {
        "zh": "同一订单：这次说收到 {received} 件，案件 {other_case} 里说收到 {received_earlier} 件。"
        "可能两次数法不同，请核对。",
        "en": "Of the same order {received} pieces came by this statement, {received_earlier} by case "
        "{other_case}. They "
        "may have been counted differently: check.",
    },
    "contradiction.same_text": {
        "zh": "同一买家为另一订单（案件 {other_case}）写过几乎相同的陈述。同款商品再次出问题时，复制原话很常见。",
        "en": "The same buyer wrote nearly the same statement for another order (case {other_case}). People do copy "
        "their words when the same goods fail again.",
    },
    "contradiction.same_text_other_buyer": {
        "zh": "另一位买家的案件 {other_case} 里有几乎相同的陈述。可能同住、代写或套用网上模板，仅供参考。",
        "en": "Case {other_case} of another buyer has nearly the same statement. They may share a household or a "
        "template; this is for information only.",
    },
}
