"""The third rung, on real files with metadata as generators write it, and on those that only pretend."""

import json
import struct
import zlib
from typing import Any

import pytest
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from backend.contract import Evidence, MetadataDetails
from backend.evidence.hints import Hints
from backend.evidence.metadata import read_metadata
from backend.evidence.png_text import DamagedChunk, chunks
from tests.pictures import encoded, pixels

PICTURE = pixels()
A1111 = (
    "a fox in the snow\nNegative prompt: blurry\nSteps: 28, Sampler: DPM++ 2M, Schedule type: Karras, "
    "CFG scale: 7, Seed: 1234, Size: 512x512, Model hash: abc, Model: juggernaut, Version: v1.10.1"
)
COMFY_PROMPT = json.dumps({
    "3": {"class_type": "KSampler", "inputs": {"seed": 5, "steps": 20}},
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd_xl.safetensors"}},
})  # fmt: skip
COMFY_WORKFLOW = json.dumps({"nodes": [{"id": 3, "type": "KSamplerAdvanced"}], "links": [], "version": 0.4})
COMFY_RESIZE = json.dumps(
    {"1": {"class_type": "LoadImage", "inputs": {}}, "2": {"class_type": "ImageScale", "inputs": {}}}
)
INVOKE = json.dumps({
    "app_version": "4.2.7", "generation_mode": "sdxl_txt2img", "positive_prompt": "a fox", "seed": 1,
    "steps": 30, "model": {"name": "juggernaut"}, "cfg_scale": 7.5,
})  # fmt: skip
NOVELAI = json.dumps({"prompt": "a fox", "steps": 28, "scale": 5.0, "seed": 77, "sampler": "k_euler"})
FOOOCUS = json.dumps({
    "prompt": "a fox", "base_model": "juggernautXL", "steps": 30, "sampler": "dpmpp_2m_sde_gpu", "seed": "1",
    "version": "Fooocus v2.5.5",
})  # fmt: skip
SWARM = json.dumps({"sui_image_params": {"prompt": "a fox", "seed": 1}})


def png(*texts: tuple[str, str], packed: bool = False, international: bool = False) -> bytes:
    info = PngInfo()
    for keyword, text in texts:
        if international:
            info.add_itxt(keyword, text, zip=packed)
        else:
            info.add_text(keyword, text, zip=packed)
    return encoded(PICTURE, "PNG", pnginfo=info)


def with_exif(kind: str, tags: dict[int, Any]) -> bytes:
    exif = Image.Exif()
    for tag, value in tags.items():
        if tag == ExifTags.Base.UserComment:
            exif.get_ifd(ExifTags.IFD.Exif)[tag] = value
        else:
            exif[tag] = value
    return encoded(PICTURE, kind, exif=exif.tobytes())


def comment(text: str, order: str = "utf-16-be") -> dict[int, bytes]:
    return {ExifTags.Base.UserComment: b"UNICODE\0" + text.encode(order)}


def xmp(properties: str, attributes: str = "") -> bytes:
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:xmp="http://ns.adobe.com/xap/1.0/" {attributes}>{properties}</rdf:Description>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def source(term: str) -> str:
    address = f"http://cv.iptc.org/newscodes/digitalsourcetype/{term}"
    return f"<Iptc4xmpExt:DigitalSourceType>{address}</Iptc4xmpExt:DigitalSourceType>"


SOURCE_ATTRIBUTE = (
    'Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"'
)
Base = ExifTags.Base
WEB_UI = "Stable Diffusion web UI"

GENERATED = {
    "A1111 in PNG": (png(("parameters", A1111)), WEB_UI, "PNG text “parameters”"),
    "A1111 packed": (png(("parameters", A1111), packed=True), WEB_UI, "PNG text “parameters”"),
    "A1111 in iTXt": (
        png(("parameters", A1111), packed=True, international=True), WEB_UI,
        "PNG text “parameters”",
    ),
    "A1111 in JPEG": (with_exif("JPEG", comment(A1111)), WEB_UI, "EXIF UserComment"),
    "A1111 in WebP": (with_exif("WEBP", comment(A1111)), WEB_UI, "EXIF UserComment"),
    "A1111 in AVIF": (with_exif("AVIF", comment(A1111)), WEB_UI, "EXIF UserComment"),
    "A1111 little endian": (
        with_exif("JPEG", comment(A1111, "utf-16-le")), WEB_UI, "EXIF UserComment",
    ),
    "Forge": (
        png(("parameters", A1111.replace("v1.10.1", "f2.0.1v1.10.1"))), "Stable Diffusion web UI Forge",
        "PNG text “parameters”",
    ),
    "ComfyUI prompt": (png(("prompt", COMFY_PROMPT)), "ComfyUI", "PNG text “prompt”"),
    "ComfyUI workflow": (png(("workflow", COMFY_WORKFLOW)), "ComfyUI", "PNG text “workflow”"),
    "ComfyUI in WebP": (
        with_exif("WEBP", {Base.Model: f"prompt:{COMFY_PROMPT}", Base.Make: f"workflow:{COMFY_WORKFLOW}"}),
        "ComfyUI", "EXIF Model",
    ),
    "InvokeAI": (png(("invokeai_metadata", INVOKE)), "InvokeAI", "PNG text “invokeai_metadata”"),
    "InvokeAI of old": (
        png(("Dream", '"a fox in the snow" -s 50 -S 12345 -W 512 -H 512 -C 7.5 -A k_lms')), "InvokeAI",
        "PNG text “Dream”",
    ),
    "NovelAI": (png(("Software", "NovelAI"), ("Comment", NOVELAI)), "NovelAI", "PNG text “Comment”"),
    "NovelAI in WebP": (
        with_exif("WEBP", comment(json.dumps({"Software": "NovelAI", "Comment": NOVELAI}))), "NovelAI",
        "EXIF UserComment",
    ),
    "Fooocus in PNG": (png(("parameters", FOOOCUS)), "Fooocus", "PNG text “parameters”"),
    "Fooocus in JPEG": (with_exif("JPEG", comment(FOOOCUS)), "Fooocus", "EXIF UserComment"),
    "SwarmUI": (png(("parameters", SWARM)), "SwarmUI", "PNG text “parameters”"),
    "Easy Diffusion": (
        png(("seed", "1"), ("num_inference_steps", "25"), ("guidance_scale", "7.5"), ("prompt", "a fox")),
        "a diffusion model", "PNG texts",
    ),
    "software tag": (with_exif("JPEG", {Base.Software: "Mochi Diffusion 5.2"}), "Mochi Diffusion",
        "EXIF Software"),
    "FLUX's software tag": (
        with_exif("JPEG", {Base.Software: "AI generated;txt2img;flux"}), "an AI generator", "EXIF Software",
    ),
    "IPTC in XMP of JPEG": (
        encoded(PICTURE, xmp=xmp(source("trainedAlgorithmicMedia"))), None, "XMP DigitalSourceType",
    ),
    "IPTC as attribute in WebP": (
        encoded(PICTURE, "WEBP", xmp=xmp("", SOURCE_ATTRIBUTE)), None, "XMP DigitalSourceType",
    ),
    "IPTC in XMP of PNG": (
        png(
            ("XML:com.adobe.xmp", xmp(source("compositeWithTrainedAlgorithmicMedia")).decode()),
            international=True,
        ),
        None, "XMP DigitalSourceType",
    ),
    "IPTC's AI system": (
        encoded(PICTURE, xmp=xmp("<Iptc4xmpExt:AISystemUsed>Imagen 4</Iptc4xmpExt:AISystemUsed>")),
        "Imagen 4", "XMP AISystemUsed",
    ),
    "XMP's creator tool": (
        encoded(PICTURE, xmp=xmp("", 'xmp:CreatorTool="Adobe Firefly 3.0"')), "Adobe Firefly",
        "XMP CreatorTool",
    ),
}  # fmt: skip


def read(data: bytes) -> Evidence | None:
    return read_metadata(data, Hints())


@pytest.mark.parametrize(("data", "generator", "place"), GENERATED.values(), ids=GENERATED.keys())
def test_a_generator_is_known_by_what_it_writes(data: bytes, generator: str | None, place: str) -> None:
    evidence = read(data)
    assert evidence is not None
    details = MetadataDetails.model_validate(evidence.details)
    assert (evidence.says, details.generator, details.found_in[0]) == ("fake", generator, place)
    assert "generative AI" in evidence.summary


CHUNK = next(
    struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    for kind, body in chunks(png(("parameters", A1111)))
)
SEGMENT = with_exif("JPEG", comment(A1111))
SPEAKS_OF_AI = "Made with Midjourney and Stable Diffusion, trainedAlgorithmicMedia, Seed: 5"
INNOCENT = {
    "plain": encoded(PICTURE),
    "PNG chunk behind IEND": encoded(PICTURE, "PNG") + CHUNK,
    "whole PNG behind a PNG": encoded(PICTURE, "PNG") + png(("parameters", A1111)),
    "whole JPEG behind a JPEG": encoded(PICTURE) + SEGMENT,
    "EXIF segment behind a JPEG": encoded(PICTURE) + SEGMENT[2:],
    "XMP behind a JPEG": encoded(PICTURE) + xmp(source("trainedAlgorithmicMedia")),
    "whole WebP behind a WebP": encoded(PICTURE, "WEBP") + with_exif("WEBP", comment(A1111)),
    "parameters behind a GIF": encoded(PICTURE, "GIF") + A1111.encode(),
    "caption in EXIF": with_exif("JPEG", {Base.ImageDescription: SPEAKS_OF_AI, Base.Artist: "Midjourney"}),
    "parameters as the caption": with_exif("JPEG", {Base.ImageDescription: A1111}),
    "caption in PNG": png(("Title", "NovelAI"), ("Description", A1111), ("Comment", SPEAKS_OF_AI)),
    "caption in XMP": encoded(PICTURE, xmp=xmp(f"<dc:description>{SPEAKS_OF_AI}</dc:description>")),
    "property of another namespace": encoded(
        PICTURE, xmp=xmp(source("trainedAlgorithmicMedia").replace("Iptc4xmpExt", "dc"))
    ),
    "comment that tells of a generator": with_exif("JPEG", comment("no Stable Diffusion here, Seed: 5")),
    "recipe with steps": png(("parameters", "Steps: 3, mix and bake. Seed: poppy")),
    "editor": with_exif("JPEG", {Base.Software: "Adobe Photoshop 26.1 (Windows)"}),
    "brand inside another name": with_exif("JPEG", {Base.Software: "NovelAIde 1.0"}),
    "brand later in the field": with_exif("JPEG", {Base.Software: "Detector of Midjourney 1.0"}),
    "NovelAI's comment alone": png(("Comment", NOVELAI)),
    "ComfyUI that only resized": png(("prompt", COMFY_RESIZE)),
    "PNG with a prompt for people": png(("prompt", "Please credit the photographer")),
    "JSON of another kind": png(("parameters", json.dumps({"seed": 1, "name": "x"}))),
    "depth bomb": png(("prompt", "{" + '"a":{' * 100_000)),
}  # fmt: skip


@pytest.mark.parametrize("data", INNOCENT.values(), ids=INNOCENT.keys())
def test_captions_and_appended_bytes_prove_nothing(data: bytes) -> None:
    assert read(data) is None


def test_a_camera_in_unsigned_metadata_is_told_and_never_real() -> None:
    evidence = read(encoded(PICTURE, xmp=xmp(source("digitalCapture"))))
    assert evidence is not None
    assert (evidence.says, evidence.strength) == ("unsure", "weak")
    assert "anyone may have written it" in evidence.summary


LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, 10))
BOMB = b'<!DOCTYPE x [<!ENTITY l0 "ha">' + LAUGHS + b"]><x>&l9;</x>"
OUTSIDE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>'
HOSTILE = {
    "billion laughs": encoded(PICTURE, xmp=BOMB),
    "external entity": encoded(PICTURE, xmp=OUTSIDE),
    "broken XML": encoded(PICTURE, xmp=b"<x:xmpmeta>"),
    "wrong checksum": png(("parameters", A1111)).replace(b"Steps: 28", b"Steps: 29"),
    "text that unpacks to 40 MB": png(("parameters", "a" * 40_000_000), packed=True),
    "many texts that unpack to 32 MB": png(*((f"k{n}", "a" * 4_000_000) for n in range(8)), packed=True),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_metadata_raises_so_that_the_ladder_reports_it(data: bytes) -> None:
    with pytest.raises(Exception) as raised:
        read(data)
    assert isinstance(raised.value, ValueError | SyntaxError | DamagedChunk)


def test_a_huge_text_without_packing_is_read_to_its_end() -> None:
    evidence = read(png(("workflow", "x" * 5_000_000), ("parameters", A1111)))
    assert evidence is not None
    assert evidence.says == "fake"


def test_a_broken_part_does_not_hide_what_another_says() -> None:
    exif = Image.Exif()
    exif[Base.Software] = "InvokeAI 4.2"
    evidence = read(encoded(PICTURE, xmp=BOMB, exif=exif.tobytes()))
    assert evidence is not None
    assert evidence.says == "fake"
