"""What picture generators and AI editors write about themselves into text fields.

Sources: the PNG text of Stable Diffusion web UI, Fooocus, SwarmUI, ComfyUI, InvokeAI and NovelAI; EXIF and XMP of
files seen in use (Midjourney, Ideogram, xAI Grok, Draw Things, OpenAI Labs, Samsung, ByteDance, Apple).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from review_mining.evidence.aigc_label import MAX_TEXT, object_at

_STEPS = re.compile(r"\bSteps: \d{1,5}, ")
_FURTHER_SETTING = re.compile(r"\b(?:Sampler|CFG scale|Seed|Model)\b")
_INVOKE_KEYWORDS = frozenset({"dream", "sd-metadata", "invokeai_metadata", "invokeai_graph"})
_SD_KEYWORD = re.compile(r"sd:(?:mode|prompt|negative_prompt|seed|steps|sampler|cfg_scale|model_hash)")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_JOB = re.compile(r"\bJob ID: " + _UUID.pattern, re.IGNORECASE)
_OPTION = re.compile(r" --[a-z]+\b", re.IGNORECASE)
_NEAR, _MAX_PLACES = 420, 64
"""Characters between two marks that belong together, and places at which they are looked for: text is hostile too."""
_GROK = re.compile(r"Signature: [A-Za-z0-9+/=_-]{40,}")
_NAMES = {
    "adobe firefly": "Adobe Firefly",
    "aphrodite ai": "Aphrodite AI",
    "apple image playground": "Apple Image Playground",
    "automatic1111": "Stable Diffusion",
    "comfyui": "ComfyUI",
    "draw things": "Draw Things",
    "dreamstudio": "DreamStudio",
    "fal-ai": "fal.ai",
    "fal.ai": "fal.ai",
    "ideogram ai": "Ideogram",
    "invokeai": "InvokeAI",
    "leonardo.ai": "Leonardo.Ai",
    "luma ai": "Luma AI",
    "midjourney": "Midjourney",
    "novelai": "NovelAI",
    "reve.com": "Reve",
    "stable diffusion": "Stable Diffusion",
}
_NAMING = re.compile(rf"({'|'.join(re.escape(name) for name in _NAMES)})(?![^\s/,:;(])", re.IGNORECASE)
_CLEAN_UP = "apple photos clean up"
_NAME_FIELDS = frozenset({"software", "creatortool", "make", "source", "credit"})


@dataclass(frozen=True)
class GeneratorMark:
    """A program that left its mark.

    Attributes:
        tool: its name.
        message: key of the sentence in ``reasons``.
        strength: ``weak`` for a retouching tool or a mere host, else ``moderate``.
    """

    tool: str
    message: Literal[
        "generator",
        "generator.named",
        "generator.app_label",
        "generator.edit",
        "generator.clean_up",
        "generator.host",
    ]
    strength: Literal["moderate", "weak"] = "moderate"


def read_generator(keyword: str, text: str) -> GeneratorMark | None:
    """The program whose settings, name or label a metadata field holds.

    Args:
        keyword: keyword of a PNG text chunk or name of an EXIF, XMP or trailer field; empty for free text (a comment
            or description).
        text: its value.

    Returns:
        the mark, or None when the field is something else. A keyword alone proves nothing: ``parameters``, ``prompt``
        and ``workflow`` are everyday words, so the value must have the program's form too.
    """
    text, keyword = text[:MAX_TEXT].strip("\x00 \r\n\t"), keyword.lower()
    if keyword in _NAME_FIELDS:
        return _named_program(text)
    if (tool := _settings_of(keyword, text)) is not None:
        return GeneratorMark(tool, "generator")
    if keyword in ("", "description", "comment") and text:
        return _free_text(text)
    if keyword == "photoeditor_re_edit_data" and _positive(_mapping(text), "genAIType"):
        return GeneratorMark("Samsung Galaxy AI", "generator.edit")
    if keyword == "hf-job-id" and _UUID.fullmatch(text):
        return GeneratorMark("Hugging Face Jobs", "generator.host", "weak")
    return None


def read_grok(artist: str, description: str) -> GeneratorMark | None:
    """The mark of xAI's Grok: a random identifier as artist, and a signature as description. Neither alone counts."""
    if _UUID.fullmatch(artist.strip("\x00 ")) and _GROK.match(description):
        return GeneratorMark("xAI Grok", "generator.named")
    return None


def _named_program(text: str) -> GeneratorMark | None:
    if text.lower() == _CLEAN_UP:
        return GeneratorMark("Apple Clean Up", "generator.clean_up", "weak")
    found = _NAMING.match(text)
    return None if found is None else GeneratorMark(_NAMES[found[1].lower()], "generator.named")


def _settings_of(keyword: str, text: str) -> str | None:
    mapping = (
        _mapping(text) if keyword in ("parameters", "prompt", "workflow", "comment", "generation_data", "") else {}
    )
    if keyword in _INVOKE_KEYWORDS and text:
        return "InvokeAI"
    if (keyword in ("parameters", "") and _is_web_ui(text)) or (_SD_KEYWORD.fullmatch(keyword) and text):
        return "Stable Diffusion"
    if keyword == "parameters" and mapping:
        return "SwarmUI" if "sui_image_params" in mapping else "Fooocus" if "prompt" in mapping else None
    if (keyword == "prompt" and _is_comfy_prompt(mapping)) or (
        keyword == "workflow" and {"nodes", "links"} <= mapping.keys()
    ):
        return "ComfyUI"
    if keyword == "generation_data" and "prompt" in mapping:
        return "Civitai / Draw Things"
    if {"steps", "sampler", "seed", "uc"} <= mapping.keys():
        return "Draw Things" if "c" in mapping else "NovelAI"
    return None


def _free_text(text: str) -> GeneratorMark | None:
    if _is_midjourney(text):
        return GeneratorMark("Midjourney", "generator.named")
    if text.lower() == "made with openai labs":
        return GeneratorMark("OpenAI Labs (DALL·E)", "generator.named")
    found = _mapping(text)
    nested = found.get("data")
    for fields in (found, nested if isinstance(nested, dict) else {}):
        if _positive(fields, "aigc_type") or _positive(fields, "aigc_label_type"):
            return GeneratorMark(_product(fields), "generator.app_label")
    return None


def _is_web_ui(text: str) -> bool:
    places = islice(_STEPS.finditer(text), _MAX_PLACES)
    return any(_FURTHER_SETTING.search(text, steps.end(), steps.end() + _NEAR) for steps in places)


def _is_midjourney(text: str) -> bool:
    places = islice(_JOB.finditer(text), _MAX_PLACES)
    return any(_OPTION.search(text, max(0, job.start() - _NEAR), job.start()) for job in places)


def _product(fields: dict[str, Any]) -> str:
    product = fields.get("product")
    shown = "".join(c for c in product[:40] if c.isprintable()) if isinstance(product, str) else ""
    return f"ByteDance ({shown})" if shown else "ByteDance"


def _positive(fields: dict[str, Any], name: str) -> bool:
    return str(fields.get(name, "0")).strip() not in ("0", "", "None", "False", "none")


def _mapping(text: str) -> dict[str, Any]:
    found = object_at(text, 0) if text.startswith("{") else None
    return found if isinstance(found, dict) else {}


def _is_comfy_prompt(nodes: dict[str, Any]) -> bool:
    return any(isinstance(node, dict) and "class_type" in node for node in nodes.values())
