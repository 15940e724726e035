"""Reasons for what the pixel detector finds."""

from __future__ import annotations

from review_mining.evidence.reasons.language import Sentences

PIXELS: Sentences = {
    "pixels.anomaly": {
        "zh": "像素统计与普通照片有差异（{method}，得分 {score}）。这只是弱提示：阈值按 {photos} 张真实照片设定，"
        "每千张误报不超过约 {per_thousand} 张，来源不同的照片误报可能更多；修图、美颜、压缩和缩放也会造成差异。"
        "不能据此认定图片由 AI 生成，请再要一张照片核对。",
        "en": "The pixel statistics differ from ordinary photos ({method}, score {score}). This is a weak hint: the "
        "threshold was set on {photos} genuine photos for at most about {per_thousand} false alarms in a thousand, and "
        "photos from other sources may give more; retouching, filters, compression and scaling cause such differences "
        "too. It does not show that AI made the picture: ask for another photo.",
    },
}
