"""Reasons for what a file declares about itself."""

from __future__ import annotations

from review_mining.evidence.reasons.language import Sentences

_FORGEABLE = {
    "zh": "标识没有签名，任何人（包括转发的人）都能写入，请人工核对。",
    "en": "The label is unsigned and anyone who handled the file could have written it: have a person look.",
}

DECLARED: Sentences = {
    "tc260.is": {
        "zh": "文件内嵌国家标准的 AI 隐式标识，声明“是 AI 生成”（位置：{place}）。" + _FORGEABLE["zh"],
        "en": "The file carries the national AI label, which declares “AI-generated” ({place}). " + _FORGEABLE["en"],
    },
    "tc260.possible": {
        "zh": "文件内嵌国家标准的 AI 隐式标识，声明“可能是 AI 生成”（位置：{place}）。" + _FORGEABLE["zh"],
        "en": "The file carries the national AI label, which declares “possibly AI-generated” ({place}). "
        + _FORGEABLE["en"],
    },
    "tc260.suspected": {
        "zh": "文件内嵌国家标准的 AI 隐式标识，声明“疑似 AI 生成”（位置：{place}）。" + _FORGEABLE["zh"],
        "en": "The file carries the national AI label, which declares “suspected AI-generated” ({place}). "
        + _FORGEABLE["en"],
    },
    "tc260.other": {
        "zh": "文件内嵌 AI 隐式标识，但标识值不在国家标准的 1、2、3 之内（位置：{place}）。" + _FORGEABLE["zh"],
        "en": "The file carries an AI label whose value is not one of the standard's 1, 2, 3 ({place}). "
        + _FORGEABLE["en"],
    },
    "iptc.generated": {
        "zh": "图片信息写明来源为“生成式 AI 创作”（位置：{place}）。" + _FORGEABLE["zh"],
        "en": "The picture's source field says “created using generative AI” ({place}). " + _FORGEABLE["en"],
    },
    "iptc.edited": {
        "zh": "图片信息写明“经生成式 AI 编辑”（位置：{place}）；手机相册的一键修图也会写入。" + _FORGEABLE["zh"],
        "en": "The picture's source field says “edited with generative AI” ({place}); a phone's one-tap retouching "
        "writes it too. " + _FORGEABLE["en"],
    },
    "iptc.synthetic_part": {
        "zh": "图片信息写明“含合成内容”（位置：{place}），不一定与商品问题有关。" + _FORGEABLE["zh"],
        "en": "The picture's source field says “contains synthetic elements” ({place}), which need not touch the "
        "complaint. " + _FORGEABLE["en"],
    },
    "iptc.system": {
        "zh": "图片信息写明使用了 AI 系统“{value}”（位置：{place}）。" + _FORGEABLE["zh"],
        "en": "The picture's fields name an AI system, “{value}” ({place}). " + _FORGEABLE["en"],
    },
    "iptc.clean_up": {
        "zh": "图片信息写明用过苹果相册的“清理”（位置：{place}）。它常用来抹去路人或隐私，不说明商品部分被改动。"
        + _FORGEABLE["zh"],
        "en": "The picture's fields name Apple's Clean Up ({place}), often used to remove passers-by or private "
        "details; it does not say that the goods were altered. " + _FORGEABLE["en"],
    },
    "iptc.prompt": {
        "zh": "图片信息里有 AI 提示词字段（位置：{place}）。" + _FORGEABLE["zh"],
        "en": "The picture's fields describe an AI prompt ({place}). " + _FORGEABLE["en"],
    },
    "generator": {
        "zh": "文件里有绘图程序 {tool} 留下的生成参数（位置：{place}）。参数可以被写入或删除，请人工核对。",
        "en": "The file carries generation settings left by {tool} ({place}). Such settings can be written or removed: "
        "have a person look.",
    },
    "generator.named": {
        "zh": "文件信息写明由 AI 绘图工具 {tool} 制作（位置：{place}）。" + _FORGEABLE["zh"],
        "en": "The file says that it was made with the AI picture tool {tool} ({place}). " + _FORGEABLE["en"],
    },
    "generator.app_label": {
        "zh": "文件里有 {tool} 应用写入的 AI 内容标记（位置：{place}）。" + _FORGEABLE["zh"],
        "en": "The file carries an AI mark that an app of {tool} wrote ({place}). " + _FORGEABLE["en"],
    },
    "generator.edit": {
        "zh": "文件里有 {tool} 的编辑记录（位置：{place}），说明用过生成式编辑，但看不出改了哪里。" + _FORGEABLE["zh"],
        "en": "The file holds an editing record of {tool} ({place}): a generative edit was made, and it does not say "
        "where. " + _FORGEABLE["en"],
    },
    "generator.clean_up": {
        "zh": "文件信息写明用过 {tool}（位置：{place}）。它常用来抹去路人或隐私，不说明商品部分被改动。"
        + _FORGEABLE["zh"],
        "en": "The file names {tool} ({place}), often used to remove passers-by or private details; it does not say "
        "that the goods were altered. " + _FORGEABLE["en"],
    },
    "generator.host": {
        "zh": "文件里有 {tool} 的任务编号（位置：{place}）。那里常运行绘图模型，但也运行别的程序。" + _FORGEABLE["zh"],
        "en": "The file carries a job number of {tool} ({place}), where picture models often run, and other programs "
        "too. " + _FORGEABLE["en"],
    },
}
