"""Recognises the parameters that generators write into their files, by their structure. Pure.

A text is believed for its form (steps, sampler, seed ... as the program writes them, in the field where it
writes them), not for a name that occurs in it.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from backend.evidence.generators import COMFY_SAMPLERS, WEB_UI_VERSIONS, generator_in

# The last line of the web UI's parameters: "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, ..."
WEB_UI_LINE: Final = re.compile(r"^Steps: \d{1,6}, ", re.M)
WEB_UI_FIELDS: Final = (
    "Sampler: ",
    "CFG scale: ",
    "Seed: ",
    "Size: ",
    "Model: ",
    "Model hash: ",
    "Schedule type: ",
)
WEB_UI_VERSION: Final = re.compile(r"\bVersion: ([A-Za-z]+)")
DIFFUSION_STEPS: Final = ("steps", "num_inference_steps", "num_steps")
DIFFUSION_MORE: Final = (
    "sampler", "sampler_name", "scheduler", "cfg_scale", "guidance_scale", "scale", "base_model", "model",
)  # fmt: skip
FREE_TEXT: Final = frozenset(
    {"title", "description", "author", "copyright", "caption", "disclaimer", "warning"}
)


def in_png_texts(texts: Mapping[str, str]) -> tuple[str, str] | None:
    """(generator, place) for the keywords under which programs keep their parameters."""
    for keyword, read in _KEYWORDS.items():
        if keyword in texts and (name := read(texts[keyword])):
            return name, f"PNG text “{keyword}”"
    if texts.get("Software") == "NovelAI" and _is_diffusion(_object(texts.get("Comment", ""))):
        return "NovelAI", "PNG text “Comment”"
    if _is_diffusion({key: value for key, value in texts.items() if key.casefold() not in FREE_TEXT}):
        return "a diffusion model", "PNG texts"
    return None


def in_parameters(text: str) -> str | None:
    """The generator whose parameters stand in the PNG text "parameters", or in a field for comments (EXIF or
    XMP UserComment)."""
    return web_ui(text) or json_parameters(text)


def web_ui(text: str) -> str | None:
    """The Stable Diffusion web UI and those that write as it does."""
    found = WEB_UI_LINE.search(text)
    if found is None:
        return None
    line = text[found.start() :].split("\n", 1)[0]
    if "Seed: " not in line or sum(field in line for field in WEB_UI_FIELDS) < 3:
        return None
    version = WEB_UI_VERSION.search(line)
    letters = version.group(1).casefold() if version else "v"
    return WEB_UI_VERSIONS.get(letters, "Stable Diffusion web UI")


def json_parameters(text: str) -> str | None:
    """JSON as Fooocus, SwarmUI, InvokeAI, NovelAI, Draw Things and ComfyUI write it."""
    values = _object(text)
    if not values:
        return None
    if isinstance(values.get("sui_image_params"), dict):
        return "SwarmUI"
    if str(values.get("Software", "")) == "NovelAI" and _is_diffusion(
        _object(str(values.get("Comment", "")))
    ):
        return "NovelAI"
    if _is_diffusion(values):
        return generator_in(str(values.get("version", ""))) or "a diffusion model"
    return comfy_prompt(text) or invoke(text)


def comfy_prompt(text: str) -> str | None:
    """ComfyUI's "prompt": nodes by number, each with class_type and inputs; one must make a picture."""
    nodes = [node for node in _object(text).values() if isinstance(node, dict) and "inputs" in node]
    return _comfy([node.get("class_type") for node in nodes])


def comfy_workflow(text: str) -> str | None:
    """ComfyUI's "workflow": a list of nodes with their type."""
    nodes = _object(text).get("nodes")
    return (
        _comfy([node.get("type") for node in nodes if isinstance(node, dict)])
        if isinstance(nodes, list)
        else None
    )


def invoke(text: str) -> str | None:
    """InvokeAI's metadata, and the "sd-metadata" of its first versions."""
    values = _object(text)
    old = values.get("image")
    if isinstance(old, dict) and str(values.get("model", "")).startswith("stable diffusion"):
        return "InvokeAI" if "seed" in old and "steps" in old else None
    made = "seed" in values and ("steps" in values or "positive_prompt" in values)
    return "InvokeAI" if made and ("generation_mode" in values or "app_version" in values) else None


def invoke_graph(text: str) -> str | None:
    """InvokeAI's graph: nodes of which one denoises."""
    nodes = _object(text).get("nodes")
    kinds = (
        [str(node.get("type")) for node in nodes.values() if isinstance(node, dict)]
        if isinstance(nodes, dict)
        else []
    )
    return "InvokeAI" if any("denoise" in kind or kind.endswith("_text_to_image") for kind in kinds) else None


def dream(text: str) -> str | None:
    """InvokeAI's "Dream" line: a quoted prompt and the options -s steps, -S seed."""
    return "InvokeAI" if re.match(r'^".*" .*-s ?\d+ .*-S ?\d+', text[:20_000], re.S) else None


def _comfy(kinds: list[Any]) -> str | None:
    makes = any(each in str(kind).casefold() for kind in kinds for each in COMFY_SAMPLERS)
    return "ComfyUI" if makes else None


def _is_diffusion(values: Mapping[str, Any]) -> bool:
    lower = {str(key).casefold().replace(" ", "_") for key in values}
    steps, more = lower.intersection(DIFFUSION_STEPS), lower.intersection(DIFFUSION_MORE)
    return bool(steps) and "seed" in lower and bool(more)


def _object(text: str) -> dict[str, Any]:
    """The JSON object of a text; empty for anything else, depth bombs included."""
    if not text.lstrip().startswith("{"):
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


_KEYWORDS: Final = {
    "parameters": in_parameters,
    "prompt": comfy_prompt,
    "workflow": comfy_workflow,
    "invokeai_metadata": invoke,
    "invokeai_graph": invoke_graph,
    "sd-metadata": invoke,
    "Dream": dream,
}
