"""Reasons for what the C2PA record (Content Credentials) of a picture says."""

from __future__ import annotations

from review_mining.evidence.reasons.language import Language, Sentences

_ANYONE: dict[Language, str] = {
    "zh": "签名者不在您的信任名单里，或凭证没有通过校验；任何人都能这样签名，请人工核对。",
    "en": "The signer is not on your trust list, or the record fails a check; anyone can sign like this: have a person "
    "look.",
}
_HARMLESS: dict[Language, str] = {
    "zh": "另存、压缩、裁剪等正常操作也会造成，这不说明图片由 AI 生成，请人工核对。",
    "en": "Harmless re-saving, compressing or cropping does this too, and it does not mean that the picture is "
    "AI-made: have a person look.",
}

CREDENTIALS: Sentences = {
    "c2pa.trusted_generated": {
        "zh": "文件带有完好的 C2PA 内容凭证，由信任名单中的“{signer}”签名，声明整张图由生成式 AI 创作。",
        "en": "The file carries an intact C2PA record, signed by “{signer}” of your trust list, which declares the "
        "whole picture created by generative AI.",
    },
    "c2pa.trusted_edited": {
        "zh": "文件带有完好的 C2PA 内容凭证，由信任名单中的“{signer}”签名，声明用过 AI 编辑。"
        "手机相册一键去路人也会这样记录，看不出改了哪里，请人工核对。",
        "en": "The file carries an intact C2PA record, signed by “{signer}” of your trust list, which declares an edit "
        "by AI. A phone's one-tap clean-up is recorded like this too, and it does not say where: have a person look.",
    },
    "c2pa.trusted_ingredient": {
        "zh": "文件的 C2PA 内容凭证由信任名单中的“{signer}”签名，写明所用素材经过生成式 AI（{source}）。"
        "素材可能只是图中一部分，请人工核对。",
        "en": "The C2PA record, signed by “{signer}” of your trust list, says that a picture it was made from came "
        "from generative AI ({source}). That may be only a part: have a person look.",
    },
    "c2pa.untrusted_generated": {
        "zh": "文件的 C2PA 内容凭证声明由生成式 AI 创作，自称签名者“{signer}”。" + _ANYONE["zh"],
        "en": "The C2PA record declares the picture created by generative AI; it names “{signer}” as its signer. "
        + _ANYONE["en"],
    },
    "c2pa.untrusted_edited": {
        "zh": "文件的 C2PA 内容凭证声明用过 AI 编辑，自称签名者“{signer}”；手机相册一键去路人也会这样记录。"
        + _ANYONE["zh"],
        "en": "The C2PA record declares an edit by AI, as a phone's one-tap clean-up does too; it names “{signer}” as "
        "its signer. " + _ANYONE["en"],
    },
    "c2pa.untrusted_ingredient": {
        "zh": "文件的 C2PA 内容凭证写明所用素材经过生成式 AI（{source}），自称签名者“{signer}”。" + _ANYONE["zh"],
        "en": "The C2PA record says that a picture it was made from came from generative AI ({source}); it names "
        "“{signer}” as its signer. " + _ANYONE["en"],
    },
    "c2pa.tampered_picture": {
        "zh": "C2PA 内容凭证与图片不符：签名之后图片数据变过（{failed}）。" + _HARMLESS["zh"],
        "en": "The C2PA record does not fit the picture: its bytes changed after signing ({failed}). "
        + _HARMLESS["en"],
    },
    "c2pa.tampered_record": {
        "zh": "C2PA 内容凭证里的内容在签名之后变过（{failed}）。" + _HARMLESS["zh"],
        "en": "Something in the C2PA record changed after signing ({failed}). " + _HARMLESS["en"],
    },
    "c2pa.tampered_claim": {
        "zh": "C2PA 内容凭证的签名与其内容不符（{failed}）。" + _HARMLESS["zh"],
        "en": "The signature of the C2PA record does not fit what it signs ({failed}). " + _HARMLESS["en"],
    },
    "c2pa.camera": {
        "zh": "文件带有完好的 C2PA 内容凭证，由信任名单中的“{signer}”签名，声明由相机拍摄、没有 AI 步骤；这支持买家。"
        "它不证明拍到的是哪件商品，也可能是翻拍。",
        "en": "The file carries an intact C2PA record, signed by “{signer}” of your trust list, which declares a "
        "camera capture without an AI step: this speaks for the buyer. It does not prove which item is seen, and a "
        "photo of a screen is a capture too.",
    },
}
