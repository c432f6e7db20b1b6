"""The fake camera's film itself: every frame with a label is readable, so a failing scan is the scanner's fault."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest
from PIL import Image

from assetloan.core.ids import code_url, new_code
from assetloan.documents.labels import LAYOUTS, LabelData, render_labels
from tests.documents.seeing import codes_on
from tests.journeys.camera import FRAME, film, label_from

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_frame_of_the_film_shows_its_label(layout, tmp_path):
    rng = Random(7)
    codes = [new_code(rng) for _ in range(3)]
    labels = [
        LabelData(code, code_url("http://127.0.0.1:5000", code), "7440-001-0001-008", "เก้าอี้", "พก.", "กองคลัง", 2569)
        for code in codes
    ]
    pdf = render_labels(labels, at=NOW, layout=layout)
    path = film([label_from(pdf, at, layout=layout) for at in range(3)], tmp_path / "labels.y4m")
    head, *frames = path.read_bytes().split(b"FRAME\n")
    assert head.startswith(b"YUV4MPEG2 W640 H480 F10:1")
    pictures = [Image.frombytes("L", FRAME, frame[: FRAME[0] * FRAME[1]]) for frame in frames]
    seen = [codes_on(picture) for picture in pictures]
    assert [found for found in seen if found] == [[label.url] for label in labels for _ in range(15)]
    assert all(len(frame) == FRAME[0] * FRAME[1] * 3 // 2 for frame in frames)
