"""All that the shop says, in the language of who reads it.

The key of a text is its English. `cs.json` and `ru.json` have the others; a test sees that no text
is missing. Values are put where their names stand in braces.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

LANGUAGES = {"en": "English", "cs": "Čeština", "ru": "Русский"}
HERE = Path(__file__).parent
CATALOGUES: dict[str, dict[str, str]] = {
    language: json.loads((HERE / f"{language}.json").read_text()) if language != "en" else {}
    for language in LANGUAGES
}
DATES = {
    "en": "{0.day} {1} {0.year}, {0:%H:%M}",
    "cs": "{0.day}. {0.month}. {0.year} {0:%H:%M}",
    "ru": "{0:%d.%m.%Y %H:%M}",
}
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def say(language: str, text: str, **values: Any) -> str:
    """Says a text in a language."""
    return CATALOGUES[language].get(text, text).format(**values)


def date(language: str, at: datetime) -> str:
    """Writes a time as people of this language do."""
    return DATES[language].format(at, MONTHS[at.month - 1])


def amount(language: str, text: str) -> str:
    """Writes an amount of dollars as people of this language do."""
    whole, _, cents = text.partition(".")
    grouped = f"{int(whole):,}"
    if language == "en":
        return f"${grouped}.{cents}"
    return f"{grouped},{cents} $".replace(",", "\N{NO-BREAK SPACE}", grouped.count(","))


def best_of(accepted: str) -> str:
    """Chooses a language by what a browser says that its owner reads."""
    for part in accepted.split(","):
        language = part.split(";")[0].strip()[:2].lower()
        if language in LANGUAGES:
            return language
    return "en"
