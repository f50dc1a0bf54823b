"""Pages as tests read them."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client


def text(client: Client, address: str, **headers: str) -> str:
    """Give a page as it was sent, with a blank for all white space."""
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return re.sub(r"\s+", " ", answer.content.decode())


def sentence(page: str) -> str:
    """Give the sentence that answers, as its reader sees it."""
    found = re.search(r'<p class="answer">(.*?)</p>', page)
    assert found is not None
    return unescape(re.sub(r"<[^>]+>", "", found[1]))
