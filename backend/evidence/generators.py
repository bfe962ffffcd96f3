"""Programs that generate pictures, and the traces that they leave in a file: the tables to extend. Pure.

To add a generator that names itself in a software field (EXIF Software, PNG Software, xmp:CreatorTool),
add a row to SOFTWARE. A name counts at the start of the field and as a whole word, never in a caption.
"""

from typing import Final

# Start of the field (lower case) -> the generator's name.
SOFTWARE: Final = {
    "ai generated": "an AI generator",  # FLUX's own program writes "AI generated;txt2img;flux"
    "automatic1111": "Stable Diffusion web UI",
    "adobe firefly": "Adobe Firefly",
    "comfyui": "ComfyUI",
    "dall-e": "DALL·E",
    "dall·e": "DALL·E",
    "diffusionbee": "DiffusionBee",
    "draw things": "Draw Things",
    "dreamstudio": "DreamStudio",
    "easy diffusion": "Easy Diffusion",
    "fooocus": "Fooocus",
    "ideogram": "Ideogram",
    "invokeai": "InvokeAI",
    "invoke ai": "InvokeAI",
    "midjourney": "Midjourney",
    "mochi diffusion": "Mochi Diffusion",
    "novelai": "NovelAI",
    "sd.next": "SD.Next",
    "stable diffusion": "Stable Diffusion",
    "stability ai": "Stability AI",
    "swarmui": "SwarmUI",
}

# Nodes of a ComfyUI graph that make a picture. A graph without one may only have resized a photograph.
COMFY_SAMPLERS: Final = (
    "sampler", "dalle", "gptimage", "openaiimage", "fluxpro", "fluxkontext", "flux2", "ideogram",
    "geminiimage", "stabilitystableimage", "recrafttexttoimage", "lumaimage", "klingimage", "seedream",
    "runwaytexttoimage", "fooocus",
)  # fmt: skip

# "Version:" at the end of the parameters that the family of Stable Diffusion web UI writes.
WEB_UI_VERSIONS: Final = {
    "comfyui": "ComfyUI",
    "fooocus": "Fooocus",
    "f": "Stable Diffusion web UI Forge",  # f2.0.1v1.10.1
    "v": "Stable Diffusion web UI",  # v1.10.1
}


def generator_in(software: str) -> str | None:
    """The generator that a software field names, None for every other program."""
    field = software.strip().casefold()
    for start, name in SOFTWARE.items():
        if field.startswith(start) and not field[len(start) : len(start) + 1].isalpha():
            return name
    return None
