"""Sentences about a buyer's account, for staff only; they order the queue and are no sign."""

from __future__ import annotations

from review_mining.evidence.reasons.language import Sentences

_ORDER_ONLY = {
    "zh": "只影响处理先后，不影响结论，不得告知买家或据此拒绝。",
    "en": "This only orders the queue; it changes no outcome and is no ground for a refusal.",
}

ACCOUNTS: Sentences = {
    "account.refund_rate": {
        "zh": "该账号 {orders} 单中退款 {number} 单，高于绝大多数买家。可能买的品类本来退货多。" + _ORDER_ONLY["zh"],
        "en": "{number} of this account's {orders} orders were refunded, more than of nearly all buyers; some goods "
        "are often sent back. " + _ORDER_ONLY["en"],
    },
    "account.dispute_rate": {
        "zh": "该账号 {orders} 单中有 {number} 单申请平台介入，高于绝大多数买家。可能遇到的商家多不处理。"
        + _ORDER_ONLY["zh"],
        "en": "{number} of this account's {orders} orders went to the platform, more than of nearly all buyers; the "
        "shops may not have answered. " + _ORDER_ONLY["en"],
    },
    "account.refund_only_rate": {
        "zh": "该账号 {orders} 单中仅退款 {number} 单，高于绝大多数买家。可能买的多是易损商品。" + _ORDER_ONLY["zh"],
        "en": "{number} of this account's {orders} orders were refunded without return, more than of nearly all "
        "buyers; they may be fragile goods. " + _ORDER_ONLY["en"],
    },
    "account.burst": {
        "zh": "该账号自 {from} 起 {days} 天内提出 {requests} 次退款，比平时密集。"
        "可能是大促后集中退货。" + _ORDER_ONLY["zh"],
        "en": "This account asked {requests} times within {days} days from {from}, more densely than usual; it may be "
        "after a sale. " + _ORDER_ONLY["en"],
    },
    "account.ring": {
        "zh": "{buyers} 个账号共用设备或地址，其中 {asking} 个有仅退款。可能是同住家人或代收点。" + _ORDER_ONLY["zh"],
        "en": "{buyers} accounts share devices or addresses, {asking} of them with refunds without return; they may be "
        "a household or a parcel shop. " + _ORDER_ONLY["en"],
    },
}
