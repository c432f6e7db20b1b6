"""Job: one picture in, two clean JPEGs out: the photo and its thumbnail. Runs inside the child.

Only pixels survive: position, camera, comments, colour profiles and whatever was hung behind the picture are gone.
"""

from __future__ import annotations

import io
import struct
from typing import Any, BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from assetloan.documents.errors import FileRefused

LONGEST = 1600
THUMB = (480, 360)
THUMB_BYTES = 30 * 1024
# A JPEG is unfolded at a fraction of its size, the others whole: so they have different bounds.
MOST_PIXELS = {"JPEG": 200_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
_HEIC = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")
# Our own bounds are stricter than the library's, and say which picture it was.
Image.MAX_IMAGE_PIXELS = None


def reencode(source: BinaryIO, args: dict[str, Any], out: BinaryIO) -> dict[str, int]:
    """Write photo and thumbnail one after the other; return their sizes in bytes and the photo's in pixels."""
    data = source.read()
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        raise FileRefused("photo_heic")
    try:
        photo = _open(data)
    except (OSError, SyntaxError, ValueError, KeyError, IndexError, struct.error, EOFError, OverflowError):
        raise FileRefused("photo_not_image") from None
    large = _jpeg(photo, 82)
    small = _thumbnail(photo)
    out.write(large)
    out.write(small)
    return {"photo": len(large), "thumb": len(small), "width": photo.width, "height": photo.height}


def _open(data: bytes) -> Image.Image:
    """The picture upright, at most 1600 pixels long, in plain red, green and blue."""
    try:
        picture = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP"))
    except UnidentifiedImageError:
        raise FileRefused("photo_not_image") from None
    kind = "JPEG" if picture.format == "MPO" else str(picture.format)
    width, height = picture.size
    if width * height > MOST_PIXELS[kind] or max(width, height) > 30_000:
        raise FileRefused("photo_too_many_pixels", width=width, height=height)
    if kind == "JPEG":
        picture.draft("RGB", (LONGEST, LONGEST))
    picture.load()
    turned = picture.getexif().get(0x0112, 1)
    small = _plain(picture)
    small.getexif()[0x0112] = turned if isinstance(turned, int) else 1
    return ImageOps.exif_transpose(small)


def _plain(picture: Image.Image) -> Image.Image:
    """Small, and without transparency, palette or deep grey: red, green and blue on white."""
    if picture.mode.startswith("I"):
        picture = picture.convert("I").point(lambda value: value / 257).convert("L")
    elif picture.mode not in ("RGB", "RGBA", "L"):
        see_through = picture.mode in ("LA", "PA", "La", "RGBa") or "transparency" in picture.info
        picture = picture.convert("RGBA" if see_through else "RGB")
    picture.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    """A JPEG of the pixels alone."""
    target = io.BytesIO()
    clean = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    clean.save(target, "JPEG", quality=quality, optimize=True, progressive=True)
    return target.getvalue()


def _thumbnail(picture: Image.Image) -> bytes:
    """The middle of the picture at 4:3, as good as 30 KB allow."""
    small = ImageOps.fit(picture, THUMB, Image.Resampling.LANCZOS)
    for quality in (76, 66, 56, 46, 36, 26, 16):
        made = _jpeg(small, quality)
        if len(made) < THUMB_BYTES:
            return made
    return _jpeg(small.resize((THUMB[0] // 2, THUMB[1] // 2)), 30)
