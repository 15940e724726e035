"""What each kind of sign does not prove, said beside it wherever a third party reads."""

from __future__ import annotations

from review_mining.evidence.reasons.language import Sentences

NOT_PROVEN: Sentences = {
    "c2pa_trusted_ai": {
        "zh": "签名证明文件出自使用 AI 的工具；不证明提交的人知情，也不证明商品没有问题。",
        "en": "The signature shows that the file came from a tool that uses AI; not that whoever sent it "
        "knew, nor that the goods are sound.",
    },
    "c2pa_untrusted_ai": {
        "zh": "签名者不在受信任名单内，任何人都能签出这样的内容；不证明图片由 AI 生成。",
        "en": "The signer is on no trust list and anyone could have signed this: it does not prove AI.",
    },
    "c2pa_tampered": {
        "zh": "签名与文件不符也会由正常的转存、压缩造成；不证明画面被改过，也不证明与 AI 有关。",
        "en": "Ordinary saving or compression breaks a signature too: neither an altered scene nor AI is proven.",
    },
    "c2pa_camera": {
        "zh": "相机签名说明文件出自相机；不证明拍的就是本单商品。",
        "en": "A camera's signature speaks for the file; it does not prove that this order's goods are shown.",
    },
    "tc260_label": {
        "zh": "隐式标识没有签名，可以被任何经手的人写入；不证明图片由 AI 生成。",
        "en": "The label is unsigned and could have been written by anyone who handled the file: it does not prove AI.",
    },
    "iptc_ai": {
        "zh": "图片信息没有签名，手机自带的修图也会写入；不证明画面中的问题是编造的。",
        "en": "The field is unsigned and a phone's own retouching writes it too: it does not prove an invented fault.",
    },
    "generator_metadata": {
        "zh": "生成参数没有签名，可以被写入；不证明图片由该程序生成。",
        "en": "Generation settings are unsigned and can be written: the program need not have made the picture.",
    },
    "visible_label": {
        "zh": "画面上的文字谁都可以加；不证明图片由 AI 生成。",
        "en": "Anyone can put words on a picture: they do not prove AI.",
    },
    "exact_reuse": {
        "zh": "证明同一个文件提交了两次；不证明谁拍摄、谁转发，同住、代买、转发都可能。",
        "en": "One file was sent twice; who took it and who passed it on is not proven: a household, a purchase for "
        "someone else, a forwarded picture.",
    },
    "verified_reuse": {
        "zh": "说明两张图画面一致（与共享库比对时只说明相似）；不证明谁拍摄、谁转发，同住、代买、转发都可能。",
        "en": "The content of both pictures agrees (against a pool of shops, it is only alike); who took it and who "
        "passed it on is not proven: a household, a purchase for someone else, a forwarded picture.",
    },
    "pixel_anomaly": {
        "zh": "像素统计按事先说明的比例误报正常照片；单凭它什么都不证明。",
        "en": "Pixel statistics flag honest photos at the stated rate: alone they prove nothing.",
    },
    "local_edit_hint": {
        "zh": "压缩、美颜、打码也会留下同样的痕迹；不证明问题处被改过。",
        "en": "Compression, beautifying and blurring leave the same traces: no edited fault is proven.",
    },
    "statement_contradiction": {
        "zh": "时钟不准、记错、打错字都会造成不一致；不证明有意隐瞒。",
        "en": "Wrong clocks, memory and typing cause contradictions too: intent is not proven.",
    },
    "unreadable": {
        "zh": "多半是上传中断；不说明任何问题。",
        "en": "Most likely an interrupted upload: it says nothing.",
    },
}
