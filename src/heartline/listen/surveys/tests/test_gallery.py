"""The surveys to begin with can be asked, are whole in three languages, and are short."""

from __future__ import annotations

import pytest

from heartline.core.errors import NotFound
from heartline.listen.surveys.gallery import FOLDER, ORDER, example, gallery
from heartline.listen.surveys.length import seconds
from heartline.listen.surveys.linting import hints, untranslated


def test_every_file_is_shown() -> None:
    assert sorted(ORDER) == sorted(path.stem for path in FOLDER.glob("*.yaml"))
    with pytest.raises(NotFound):
        example("poem")


@pytest.mark.parametrize("key", ORDER)
def test_each_is_whole_in_three_languages_and_takes_under_two_minutes(key: str) -> None:
    one = gallery()[key]
    assert (one.key, one.languages) == (key, ("en", "de", "es"))
    assert [place for language in one.languages for place in untranslated(one, language)] == []
    assert seconds(one) < 120
    assert [hint for hint in hints(one) if hint.code not in ("double", "negation")] == []
