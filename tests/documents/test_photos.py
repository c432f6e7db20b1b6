"""Photos: made anew from their pixels, upright and small; whatever is no photo is refused; memory stays bounded."""

from __future__ import annotations

import io
import struct
import time
import zlib

import pytest
from PIL import Image

from assetloan.core.errors import DomainError
from assetloan.documents import photos
from assetloan.documents.photos import Photo, reencode
from tests.documents.makers import memory_of_this_process

RED, BLUE = (200, 30, 30), (30, 30, 200)


def picture(width: int = 400, height: int = 300, mode: str = "RGB") -> Image.Image:
    """Red, with a blue top left quarter."""
    made = Image.new("RGB", (width, height), RED)
    made.paste(BLUE, (0, 0, width // 2, height // 2))
    return made.convert(mode)


def encoded(image: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def refusal(data: bytes) -> str:
    with pytest.raises(DomainError) as caught:
        reencode(data)
    return caught.value.code


def near(found: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 25 for a, b in zip(found, wanted, strict=True))


def png(width: int, height: int, *chunks: bytes) -> bytes:
    """A PNG that states a size and holds next to nothing."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + _chunk(b"IDAT", zlib.compress(bytes(9))) + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize(
    ("form", "mode"),
    [("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "LA"),
     ("PNG", "1"), ("PNG", "I;16"), ("WEBP", "RGB"), ("WEBP", "RGBA")],
)  # fmt: skip
def test_photos_of_every_kind_become_jpeg(form, mode):
    source = picture(mode="L").convert("I;16") if mode == "I;16" else picture(mode=mode)
    made = reencode(encoded(source, form))
    assert isinstance(made, Photo)
    assert (made.width, made.height) == (400, 300)
    assert (opened(made.jpeg).format, opened(made.jpeg).mode, opened(made.jpeg).size) == ("JPEG", "RGB", (400, 300))


def test_a_large_photo_becomes_small_with_a_smaller_thumbnail():
    noise = Image.effect_noise((4032, 3024), 90).convert("RGB")
    made = reencode(encoded(noise, quality=70))
    assert (made.width, made.height) == (1600, 1200)
    assert opened(made.thumb).size == (480, 360)
    assert len(made.thumb) < 30 * 1024
    assert len(made.jpeg) < 2 * 2**20


def test_the_thumbnail_of_a_tall_photo_is_its_middle():
    assert opened(reencode(encoded(picture(300, 900))).thumb).size == (480, 360)


def test_transparency_is_laid_on_white():
    clear = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    assert near(opened(reencode(encoded(clear, "PNG")).jpeg).getpixel((50, 50)), (255, 255, 255))


@pytest.mark.parametrize("turned", range(1, 9))
def test_E15_orientation_is_applied_and_dropped(turned):
    exif = Image.Exif()
    exif[0x0112] = turned
    flip = {2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
            5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
            8: Image.Transpose.ROTATE_270}  # fmt: skip
    stored = picture().transpose(flip[turned]) if turned > 1 else picture()
    made = opened(reencode(encoded(stored, exif=exif)).jpeg)
    assert made.size == (400, 300)
    assert near(made.getpixel((50, 50)), BLUE)
    assert near(made.getpixel((350, 50)), RED)
    assert near(made.getpixel((50, 250)), RED)


def test_E15_position_camera_and_comments_are_gone():
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[2] = (13.0, 45.0, 0.0)
    data = encoded(picture(), exif=exif, comment=b"SecretComment")
    assert b"Secret" in data
    made = reencode(data)
    for kept in (made.jpeg, made.thumb):
        assert b"Secret" not in kept
        assert b"Exif" not in kept
        assert not opened(kept).getexif()
    text = _chunk(b"tEXt", b"Comment\0SecretText")
    plain = encoded(picture(), "PNG")
    assert b"Secret" not in reencode(plain[:33] + text + plain[33:]).jpeg


def test_E15_a_polyglot_loses_its_second_face():
    made = reencode(encoded(picture()) + b"<script>alert(1)</script>PK\x03\x04<?php evil(); ?>")
    assert b"script" not in made.jpeg
    assert b"php" not in made.jpeg
    assert b"PK" not in made.jpeg[-200:]


def test_E15_an_animated_picture_gives_its_first_frame():
    frames = [picture(), Image.new("RGB", (400, 300), "green")]
    for form in ("WEBP", "PNG"):
        data = encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=100)
        assert near(opened(reencode(data).jpeg).getpixel((350, 250)), RED)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "photo_not_image"),
        (b"<html><script>alert(1)</script></html>", "photo_not_image"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "photo_not_image"),
        (b"GIF89a" + bytes(100), "photo_not_image"),
        (b"%PDF-1.7", "photo_not_image"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(200), "photo_heic"),
        (b"\x00\x00\x00\x1cftypmif1" + bytes(200), "photo_heic"),
        (encoded(picture())[:2000], "photo_not_image"),
        (encoded(picture(), "PNG")[:300], "photo_not_image"),
        (encoded(picture(), "WEBP")[:200], "photo_not_image"),
        (encoded(picture(), "BMP"), "photo_not_image"),
        (encoded(picture(), "TIFF"), "photo_not_image"),
        (b"\xff\xd8\xff\xe0" + bytes(1000), "photo_not_image"),
        (b"RIFF\xff\xff\xff\xffWEBPVP8 " + bytes(100), "photo_not_image"),
    ],
)  # fmt: skip
def test_E15_what_is_no_photo_is_refused(data, code):
    assert refusal(data) == code


@pytest.mark.parametrize("size", [(30_000, 30_000), (60_000, 100), (6_000, 6_000), (2**31 - 1, 2**31 - 1)])
def test_E15_a_flood_of_pixels_is_refused_in_time_and_in_bounds(size):
    started, before = time.monotonic(), memory_of_this_process()
    assert refusal(png(*size)) in ("photo_too_many_pixels", "photo_not_image")
    assert time.monotonic() - started < 5
    assert memory_of_this_process() - before < 20 * 2**20


def test_E15_a_chunk_that_unfolds_to_a_gigabyte_is_refused():
    bomb = _chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(200 * 2**20), 9))
    assert refusal(png(10, 10, bomb)) in ("photo_not_image", "photo_too_large")


def test_too_many_bytes_are_refused_before_anything_is_opened():
    with pytest.raises(DomainError) as caught:
        reencode(bytes(photos.MOST_BYTES + 1))
    assert (caught.value.code, caught.value.details["most_mib"]) == ("photo_too_large", 20)
