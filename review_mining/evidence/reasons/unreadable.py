"""Reasons for files that cannot be looked at."""

from __future__ import annotations

from review_mining.evidence.reasons.language import Sentences

UNREADABLE: Sentences = {
    "unreadable.missing": {
        "zh": "图片文件没有找到，请重新上传。",
        "en": "The picture file was not found: ask for it again.",
    },
    "unreadable.not_a_file": {
        "zh": "这个名字指向的不是普通文件，没有读取。",
        "en": "The name does not lead to a regular file, so it was not read.",
    },
    "unreadable.empty": {
        "zh": "图片文件是空的（0 字节），多半是上传中断。",
        "en": "The picture file is empty (0 bytes), most likely an interrupted upload.",
    },
    "unreadable.too_large": {
        "zh": "图片文件超过 {limit} 字节的上限，没有读取。",
        "en": "The picture file exceeds the limit of {limit} bytes, so it was not read.",
    },
    "unreadable.unknown_format": {
        "zh": "文件内容不是支持的图片格式（JPEG、PNG、WebP、GIF、TIFF、HEIC、AVIF）。",
        "en": "The content is none of the known picture formats (JPEG, PNG, WebP, GIF, TIFF, HEIC, AVIF).",
    },
    "unreadable.too_many_pixels": {
        "zh": "图片尺寸 {width}×{height} 超过 {limit} 像素的上限，没有解码。",
        "en": "At {width}×{height} the picture exceeds the limit of {limit} pixels, so it was not decoded.",
    },
    "unreadable.too_many_frames": {
        "zh": "动图或多页图超过 {limit} 帧的上限，没有解码。",
        "en": "The animation or page count exceeds the limit of {limit} frames, so it was not decoded.",
    },
    "unreadable.too_many_scans": {
        "zh": "JPEG 文件里的扫描遍数远超正常照片，没有解码；请重新拍摄或重新上传原图。",
        "en": "The JPEG holds far more scans than a photo ever has, so it was not decoded: ask for it again.",
    },
    "unreadable.damaged": {
        "zh": "图片文件损坏或不完整，打不开，多半是上传中断。",
        "en": "The picture file is damaged or incomplete and cannot be opened, most likely an interrupted upload.",
    },
}
