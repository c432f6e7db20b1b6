"""Spellings that nearly match: who finds one suggests it, a person decides (domain.md 8.3 item 18).

Pure. Spaces, tone marks, brackets and Thai digits make no difference; numbers and single letters do, since "ห้อง 101" is
not "ห้อง 102" and "อาคาร ก" not "อาคาร ข". Half a word must match exactly, so that a look-up costs a few reads.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from assetloan.core.text import search_key

SHORT, LONG = 5, 10  # letters from which on one, and two, of them may differ
MOST_COMPARED = 50

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_TITLES = re.compile(
    r"^(?:นางสาว|นาย|นาง|น\.ส\.|ด\.ช\.|ด\.ญ\.|ดร\.|คุณ|พี่|mr\.?|mrs\.?|ms\.?"
    r"|ว่าที่ ?(?:ร้อย|ร\.) ?(?:ตรี|โท|เอก|ต\.|ท\.|อ\.)(?:หญิง)?) ?"
)
_NUMBERS = re.compile(r"[0-9]+")
_ALONE = re.compile(r"(?:^|(?<=[\s/.\-(]))([a-zก-ฮ])(?=$|[\s/.\-)0-9])")
_LIGHT = re.compile("[\u0e47-\u0e4e]")
_NO_LETTER = re.compile(r"[^a-zก-ฮ\u0e30-\u0e3a\u0e40-\u0e46]+")


@dataclass(frozen=True, slots=True)
class Fold:
    """A word without what makes no difference: its numbers and single letters, and all its letters."""

    exact: tuple[str, ...]
    letters: str


@lru_cache(maxsize=8192)
def fold(word: str, *, person: bool = False) -> Fold:
    """What of a word is compared; of a person's name the title is not."""
    key = search_key(word)
    bare = _BRACKETS.sub(" ", key).strip() or key
    if person:
        bare = _TITLES.sub("", bare)
    exact = (*_NUMBERS.findall(bare), *_ALONE.findall(bare))
    return Fold(exact, _NO_LETTER.sub("", _LIGHT.sub("", _NUMBERS.sub("", bare))))


class Likeness:
    """Known words, to be asked for the one that a spelling nearly matches."""

    def __init__(self, words: Iterable[str], *, person: bool = False) -> None:
        self._person = person
        self._same: dict[Fold, list[str]] = defaultdict(list)
        self._halves: dict[tuple[tuple[str, ...], int, bool, str], list[str]] = defaultdict(list)
        self._keys: set[str] = set()
        for word in words:
            key = search_key(word)
            if key in self._keys:
                continue
            self._keys.add(key)
            folded = fold(word, person=person)
            if not folded.letters:
                continue
            first = folded not in self._same
            self._same[folded].append(word)
            size = len(folded.letters)
            if first and size >= SHORT:
                half = size // 2
                self._halves[folded.exact, size, False, folded.letters[:half]].append(word)
                self._halves[folded.exact, size, True, folded.letters[half:]].append(word)

    def nearest(self, word: str) -> str | None:
        """The one known word that this may be meant to be; None when it is known, when nothing or too much is near."""
        if search_key(word) in self._keys:
            return None
        folded = fold(word, person=self._person)
        same = self._same.get(folded, []) if folded.letters else []
        if same:
            return same[0] if len(same) == 1 else None
        if len(folded.letters) < SHORT:
            return None
        found: dict[int, set[str]] = defaultdict(set)
        for candidate in self._candidates(folded):
            other = fold(candidate, person=self._person).letters
            most = 2 if min(len(other), len(folded.letters)) >= LONG else 1
            steps = distance(folded.letters, other, most)
            if steps <= most:
                found[steps].add(candidate)
        nearest = found[min(found)] if found else set()
        return next(iter(nearest)) if len(nearest) == 1 else None

    def _candidates(self, folded: Fold) -> list[str]:
        letters, size = folded.letters, len(folded.letters)
        found: dict[str, None] = {}
        for other in range(size - 2, size + 3):
            half = other // 2
            for key in (
                (folded.exact, other, False, letters[:half]),
                (folded.exact, other, True, letters[size - (other - half) :] if other - half <= size else letters),
            ):
                for word in self._halves.get(key, ())[:MOST_COMPARED]:
                    found[word] = None
        return list(found)


def distance(one: str, other: str, most: int) -> int:
    """How many letters must be added, left out, changed or swapped with the next; more than `most` is `most` + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, row, older = row, [i], before
        before = last
        for j, mark in enumerate(other, 1):
            steps = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != mark))
            if older and i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == mark:
                steps = min(steps, older[j - 2] + 1)
            row.append(steps)
        if min(row) > most:
            return most + 1
    return row[-1]
