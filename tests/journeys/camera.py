"""What the fake camera sees: labels cut out of our own PDF, filmed as an uncompressed video for Chromium.

    film([label_from(pdf, at) for at in (0, 1)], tmp_path / "labels.y4m")

Chromium then shows the film as a camera with the switches of `chromium_switches`; it plays again and again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pypdfium2
from PIL import Image, ImageFilter

from assetloan.documents.labels import DEFAULT_LAYOUT, LAYOUTS

FRAME = (640, 480)
FRAMES_A_SECOND = 10
_DESK = 150  # the grey on which the label lies


def chromium_switches(film_path: Path) -> list[str]:
    """How Chromium is started so that the film is its only camera and no person is asked."""
    return [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film_path}",
    ]


def label_from(pdf: bytes, at: int = 0, *, layout: str = DEFAULT_LAYOUT, dpi: int = 203) -> Image.Image:
    """The label in cell `at` (counted from 0 over all pages), as a label printer would print it."""
    chosen = LAYOUTS[layout]
    place = chosen.geometry
    page, cell = divmod(at, chosen.per_page)
    sheet = pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72).to_pil().convert("L")
    left = place.left + cell % place.columns * (place.cell_width + place.gap_x)
    top = place.top + cell // place.columns * (place.cell_height + place.gap_y)
    edges = (left, top, left + place.cell_width, top + place.cell_height)
    return sheet.crop(tuple(round(edge * dpi / 25.4) for edge in edges))


def frame_of(label: Image.Image, *, turned: float = 0.0, blur: float = 0.6) -> Image.Image:
    """The label as a hand-held phone sees it: on a grey desk, a little turned, a little out of focus."""
    share = 0.86 * min(FRAME[0] / label.width, FRAME[1] / label.height)
    held = label.resize((round(label.width * share), round(label.height * share)), Image.Resampling.LANCZOS)
    held = held.rotate(turned, Image.Resampling.BICUBIC, expand=True, fillcolor=_DESK)
    frame = Image.new("L", FRAME, _DESK)
    frame.paste(held, ((FRAME[0] - held.width) // 2, (FRAME[1] - held.height) // 2))
    return frame.filter(ImageFilter.GaussianBlur(blur))


def film(labels: Sequence[Image.Image], path: Path, *, seconds_each: float = 1.5, pause: float = 0.5) -> Path:
    """Write a film that shows each label for a while, with an empty desk between them. Returns the path."""
    empty = Image.new("L", FRAME, _DESK)
    colourless = bytes([128]) * (FRAME[0] * FRAME[1] // 2)
    with path.open("wb") as video:
        video.write(f"YUV4MPEG2 W{FRAME[0]} H{FRAME[1]} F{FRAMES_A_SECOND}:1 Ip A1:1 C420jpeg\n".encode())
        for label in labels:
            swings = (-4.0, -2.0, 0.0, 2.0, 4.0, 2.0, 0.0, -2.0)
            views = [frame_of(label, turned=turned) for turned in swings]
            shown = [views[number % len(views)] for number in range(round(seconds_each * FRAMES_A_SECOND))]
            for view in (*shown, *[empty] * round(pause * FRAMES_A_SECOND)):
                video.write(b"FRAME\n" + view.tobytes() + colourless)
    return path
