"""Label codes: the check character and every way in which a code reaches us (stack.md 4, ux.md U06)."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetloan.core import ids

CODES = st.integers(0, 2**32).map(lambda seed: ids.new_code(random.Random(seed)))

# The Thai Kedmanee layout, written independently of the code: US key → Thai character, unshifted and shifted.
KEDMANEE = dict(zip("1234567890", "ๅ/-ภถุึคตจ", strict=True)) | dict(
    zip("qwertyuiopasdfghjklzxcvbnm", "ๆไำพะัีรนยฟหกดเ้่าสผปแอิืท", strict=True)
)
KEDMANEE |= dict(zip("QWERTYUIOPASDFGHJKLZXCVBNM", '๐"ฎฑธํ๊ณฯญฤฆฏโฌ็๋ษศ()ฉฮฺ์?', strict=True))
KEDMANEE |= {"/": "ฝ", ":": "ซ", "-": "ข", ".": "ใ", " ": " "}
CAPS_DIGITS = dict(zip("1234567890", "+๑๒๓๔ู฿๕๖๗", strict=True))


def on_thai_layout(keys: str) -> str:
    return "".join(KEDMANEE[key] for key in keys)


def on_thai_layout_with_caps_lock(keys: str) -> str:
    return "".join(CAPS_DIGITS.get(key) or KEDMANEE[key.swapcase()] for key in keys)


def with_thai_digits(code: str) -> str:
    return code.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))


def full_width(code: str) -> str:
    return "".join(chr(ord(ch) + 0xFEE0) for ch in code)


def look_alikes(code: str) -> str:
    return code.replace("0", "O").replace("1", "l")


GARBLERS = [
    str.lower,
    lambda code: f"  {code[:4]} {code[4:]}\n",
    lambda code: f"{code[:4]}-{code[4:]}",
    lambda code: f"{code[:2]}–{code[2:5]}‑{code[5:]}".lower(),
    lambda code: "\u200b".join(code) + "\ufeff",
    look_alikes,
    lambda code: look_alikes(code).replace("l", "I"),
    with_thai_digits,
    full_width,
    on_thai_layout,
    lambda code: on_thai_layout(code.lower()),
    on_thai_layout_with_caps_lock,
    lambda code: on_thai_layout(f"{code[:4]} {code[4:]}"),
    lambda code: on_thai_layout(f"{code[:4]}-{code[4:]}".lower()),
    lambda code: f"HTTPS://PATSADU.EXAMPLE.GO.TH/Q/{code}",
    lambda code: f" https://patsadu.example.go.th:8443/q/{code.lower()}?from=label#top",
    lambda code: f"/q/{code}/",
    lambda code: f"]Q3HTTPS://PATSADU.EXAMPLE.GO.TH/Q/{code}\r\n",
    lambda code: on_thai_layout(f"HTTPS://PATSADU.GO.TH/Q/{code}"),
    lambda code: on_thai_layout(f"https://patsadu.go.th/q/{code}".lower()),
]


@pytest.mark.parametrize("index", range(len(GARBLERS)))
def test_u06_five_hundred_garbled_variants_are_read_and_none_as_another_code(index):
    rng = random.Random(index)
    for _ in range(25):
        code = ids.new_code(rng)
        assert ids.read_code(GARBLERS[index](code)) == code


def test_u06_holds_five_hundred_variants():
    assert len(GARBLERS) * 25 == 500


@given(CODES, st.sampled_from(GARBLERS))
def test_every_spelling_leads_to_its_code(code, garble):
    assert ids.read_code(garble(code)) == code


@given(CODES)
def test_codes_have_the_right_shape_and_check(code):
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{8}", code)
    assert ids.check_char(code[:7]) == code[7]
    assert ids.read_code(code) == code
    assert not ids.looks_like_code(code)


@given(CODES)
def test_no_single_wrong_character_passes(code):
    for place in range(8):
        for other in ids.CODE_ALPHABET:
            if other != code[place]:
                wrong = code[:place] + other + code[place + 1 :]
                assert ids.read_code(wrong) is None
                assert ids.looks_like_code(wrong)


@pytest.mark.parametrize("distance", [1, 2])
@given(code=CODES)
def test_no_swap_of_neighbours_or_round_a_third_passes(distance, code):
    for place in range(8 - distance):
        swapped = list(code)
        swapped[place], swapped[place + distance] = swapped[place + distance], swapped[place]
        if "".join(swapped) != code:
            assert ids.read_code("".join(swapped)) is None


@pytest.mark.parametrize("key", ids.CODE_ALPHABET)
def test_one_key_held_down_is_rarely_a_code(key):
    # Exactly one character solves the linear equation; it is not 0.
    assert (ids.read_code(key * 8) is None) == (key != "B")


@pytest.mark.parametrize(
    "text",
    ["", " ", "ABC", "ABCDEFGHJ", "UUUUUUUU", "7440-001-0001", "โต๊ะทำงาน", "ABCDE\x00", "https://example.org/q/",
     "https://example.org/", "😀😀😀😀😀😀😀😀", "Å" * 8, "١٢٣٤٥٦٧٨", "²²²²²²²²"],
)  # fmt: skip
def test_e9_other_texts_are_no_codes(text):
    assert ids.read_code(text) is None
    assert not ids.looks_like_code(text)


@given(st.text(max_size=40))
def test_reading_never_fails_and_never_invents(text):
    code = ids.read_code(text)
    assert code is None or ids.check_char(code[:7]) == code[7]


def test_the_label_address_is_in_capitals():
    assert ids.code_url("https://patsadu.go.th/", "ABCD1234") == "HTTPS://PATSADU.GO.TH/Q/ABCD1234"
    assert ids.code_url("http://127.0.0.1:5000", "ABCD1234") == "HTTP://127.0.0.1:5000/Q/ABCD1234"


def test_tokens_are_long_and_kept_as_hashes():
    token = ids.new_token()
    assert len(token) >= 43
    assert token != ids.new_token()
    assert re.fullmatch("[0-9a-f]{64}", ids.token_hash(token))
    assert token not in ids.token_hash(token)
