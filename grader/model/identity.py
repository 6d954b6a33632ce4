"""Who a student is to other systems, and how one is found again: by ids, never by a name that two have."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Identity:
    """What is known of a student; empty where it is not.

    Args:
        lms_user_id: the number of the person in the learning management system.
        participant: Moodle's number of a person in one assignment, which is another in the next.
    """

    lms_user_id: str = ""
    participant: str = ""
    login: str = ""
    email: str = ""
    sis_id: str = ""
    github_username: str = ""
    name: str = ""

    def fill(self, other: Identity) -> Identity:
        """With what another says of the same person where this one says nothing."""
        return replace(
            self, **{one.name: getattr(self, one.name) or getattr(other, one.name) for one in fields(Identity)}
        )

    @property
    def shown(self) -> str:
        """How messages speak of somebody."""
        ids = [text for text in (self.login or self.email, self.sis_id, self.lms_user_id, self.participant) if text]
        return " ".join([self.name, f"({ids[0]})"] if self.name and ids else [self.name or "".join(ids[:1]) or "?"])


# In this order: what one person alone can have, then what an administration gave out, then names.
ID_KEYS = ("lms_user_id", "participant", "login", "email", "github_username", "sis_id")


def key_of(field: str, text: str) -> str:
    """A text as it is compared with others of the same field."""
    if field == "name":
        return name_key(text)
    text = unicodedata.normalize("NFC", text.strip())
    return text.casefold() if field in ("login", "email", "github_username") else text


def name_key(text: str) -> str:
    """A name as it is compared: composed, without case, "Last, First" as "First Last".

    >>> name_key("Lovelace, Ada") == name_key("ada  LOVELACE")
    True
    """
    last, comma, first = unicodedata.normalize("NFC", text).casefold().partition(",")
    return " ".join(f"{first} {last}".split() if comma else last.split())
