"""Names without accents and capitals: their order in lists, and the words by which they are found."""

from __future__ import annotations

import unicodedata

from partners.texts import visible

SEPARATOR = " "
WORD_LENGTH = 100  # of a stored word; a search has no more characters
# Letters that do not decompose, as people type them without the right keyboard.
_LETTERS = str.maketrans(
    {
        **{"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"},
        **{
            "ŋ": "n",
            "ə": "e",
            "ǝ": "e",
            "ɛ": "e",
            "ɔ": "o",
            "ɓ": "b",
            "ɗ": "d",
            "ɖ": "d",
            "ƙ": "k",
            "ŧ": "t",
        },
    }
)
# Letters that are also written with two: a name with one of them is found by both.
_PAIRS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "đ": "dj"})


def fold(text: str) -> str:
    """Return `text` casefolded, without accents and invisible characters, and with spaces for all other signs.

    Modifier letters, such as the ʿ of a transcription, count as signs: they are written like apostrophes.

    >>> fold("García-López, María")
    'garcia lopez maria'
    """
    decomposed = unicodedata.normalize("NFKD", visible(text).casefold()).translate(_LETTERS)
    letters = [
        char if char.isalnum() and unicodedata.category(char) != "Lm" else SEPARATOR
        for char in decomposed
        if not unicodedata.combining(char)
    ]
    return SEPARATOR.join("".join(letters).split())


def sort_key(last_name: str, first_name: str) -> str:
    """Return the key by which the client list is ordered: last name, then first name."""
    return f"{fold(last_name)} {fold(first_name)}".strip()


def name_words(last_name: str, first_name: str) -> list[str]:
    """Return what a search by name looks for: the name from each of its words on, written as one word.

    The spaces are left out, so that "obrien" and "brien" both are the beginning of a word of O'Brien. Letters that are
    also written with two give the words of both spellings.

    >>> name_words("O'Brien", "Zoë")
    ['obrienzoe', 'brienzoe', 'zoe']
    """
    composed = unicodedata.normalize("NFC", f"{last_name} {first_name}".casefold())
    keys = (sort_key(last_name, first_name), fold(composed.translate(_PAIRS)))
    return list(
        dict.fromkeys(
            "".join(words[start:])[:WORD_LENGTH]
            for words in (key.split() for key in keys)
            for start in range(len(words))
        )
    )


def prefix_range(word: str) -> tuple[str, str]:
    """Return the half-open range of words that start with `word` (byte order, collation C)."""
    return word, word + "\U0010ffff"
