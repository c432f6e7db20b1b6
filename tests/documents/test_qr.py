"""QR codes: the version follows the host, every code is read back, and the path is the matrix."""

from __future__ import annotations

from random import Random

import pytest
import zxingcpp
from PIL import Image

from assetloan.core.errors import DomainError
from assetloan.core.ids import new_code
from assetloan.documents import qr


def host_of(length: int) -> str:
    """An https address whose host has so many characters."""
    return "https://" + "a" * (length - 3) + ".th"


@pytest.mark.parametrize(
    ("host", "small", "version", "level"),
    [
        (4, False, 3, "H"), (16, False, 3, "H"), (17, False, 4, "H"), (31, False, 4, "H"), (32, False, 5, "H"),
        (4, True, 2, "M"), (19, True, 2, "M"), (20, True, 3, "M"), (60, False, 6, "H"), (65, False, 6, "H"),
    ],
)  # fmt: skip
def test_the_symbol_follows_the_length_of_the_host(host, small, version, level):
    symbol = qr.symbol_for(host_of(host), small=small)
    assert (symbol.version, symbol.level) == (version, level)


def test_an_address_beyond_every_symbol_is_refused():
    with pytest.raises(DomainError) as caught:
        qr.symbol_for(host_of(120))
    assert caught.value.code == "base_url_too_long"


def drawn(path: str, symbol: qr.Symbol) -> Image.Image:
    """The path, drawn with 6 dots a module and a quiet zone."""
    side = symbol.modules + 2 * qr.QUIET
    picture = Image.new("L", (side, side), 255)
    for run in path.split("z")[:-1]:
        start, width = run.removeprefix("M").split("h")[:2]
        x, y = map(int, start.split())
        for step in range(int(width.split("v")[0])):
            picture.putpixel((x + step + qr.QUIET, y + qr.QUIET), 0)
    return picture.resize((side * 6, side * 6), Image.Resampling.NEAREST)


@pytest.mark.parametrize("small", [False, True])
@pytest.mark.parametrize("host", [8, 16, 19, 31, 50])
def test_every_symbol_is_read_back(host, small):
    symbol = qr.symbol_for(host_of(host), small=small)
    url = f"{host_of(host)}/Q/7K3M9Q2X".upper()
    found = zxingcpp.read_barcodes(drawn(qr.path(url, symbol), symbol))
    assert [code.text for code in found] == [url]


@pytest.mark.parametrize("host", [7, 8, 16, 19, 31])
@pytest.mark.parametrize("small", [False, True])
def test_a_series_draws_what_each_code_alone_would_be(host, small):
    symbol = qr.symbol_for(host_of(host), small=small)
    head = f"{host_of(host)}/Q/".upper()
    series, rng = qr.Series(symbol, head, 8), Random(host)
    for _ in range(40):
        code = new_code(rng)
        assert series.path(code) == qr.path(head + code, symbol)
    assert series.path("$%*+-./:") == qr.path(head + "$%*+-./:", symbol)


def test_a_local_address_with_a_port_is_read_back():
    symbol = qr.symbol_for("http://127.0.0.1:5000")
    url = "HTTP://127.0.0.1:5000/Q/7K3M9Q2X"
    assert [code.text for code in zxingcpp.read_barcodes(drawn(qr.path(url, symbol), symbol))] == [url]


def test_the_picture_for_a_page_is_one_svg():
    picture = qr.svg("HTTPS://X.TH/Q/7K3M9Q2X", qr.symbol_for("https://x.th"))
    assert picture.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 37 37"')
    assert "style=" not in picture
    assert picture.count("<path") == 2
