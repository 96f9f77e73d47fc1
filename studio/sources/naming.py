"""What a downloaded file is called: its ending tells sources what it is, and nothing in it may lead elsewhere."""

from __future__ import annotations

import re
from email.message import Message
from pathlib import PurePosixPath

import httpx

NAME_BYTES = 120
KNOWN_SUFFIXES = (
    *(
        ".zip",
        ".npy",
        ".npz",
        ".csv",
        ".tsv",
        ".txt",
        ".json",
        ".jsonl",
        ".ndjson",
        ".gz",
        "-ubyte",
    ),
    *(".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"),
)
SUFFIX_OF_TYPE = {
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/gzip": ".gz",
    "application/x-gzip": ".gz",
    "application/json": ".json",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".ndjson",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
}


def safe_name(text: str) -> str:
    """Return what a file may be called that calls itself `text`; empty where nothing is left.

    Example:
        >>> safe_name("/data/.cats and dogs.csv.gz"), safe_name("a/..")
        ('cats and dogs.csv.gz', '')
    """
    name = re.split(r"[/\\]", text)[-1]
    name = "".join(letter for letter in name if letter.isprintable() and letter not in '<>:"|?*')
    name = name.strip(". ")
    if len(name.encode()) > NAME_BYTES:
        end = "".join(PurePosixPath(name).suffixes[-2:])[-10:]
        name = name.encode()[: NAME_BYTES - 40].decode(errors="ignore") + end
    return name


def file_name(answer: httpx.Response, address: httpx.URL) -> str:
    """Return the name for what `answer` brings: the host's own for it, else that of an address.

    Args:
        answer: Of the host that has the file.
        address: Where the file was asked for, before any redirect.
    """
    disposition = Message()
    disposition["content-disposition"] = answer.headers.get("content-disposition", "")
    texts = (disposition.get_filename(""), answer.url.path, address.path)
    names = [name for name in map(safe_name, texts) if name]
    for name in names:
        if name.lower().endswith(KNOWN_SUFFIXES):
            return name
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return (names[0] if names else "download") + SUFFIX_OF_TYPE.get(kind, "")
