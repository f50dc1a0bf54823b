"""Who objected to profiling is in no prediction, and still counts where a score is corrected for who did not answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import heartline
from heartline.listen.honest.tests.test_beside import bought
from heartline.server.accounts import access
from heartline.server.accounts.models import User
from heartline.server.people.privacy.models import Objection
from heartline.server.shell import opened, personal
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db


def test_an_objection_takes_nobodys_voice_in_a_corrected_score(tmp_path: Path, settings: Any, alice: User) -> None:
    events(tmp_path / "data", list(bought(np.random.default_rng(1))), touchpoint={"delivery": {"expected_wait_s": 100}})
    settings.DATA = tmp_path / "data"
    opened._opened.cache_clear()
    here = heartline.open(tmp_path / "data")
    before = access.ask(alice, here, "scores", {"corrected": True, "period": "all"})
    assert before.figures["nps_corrected"].value is not None
    people = [f"user_id:c{number}" for number in range(0, 300, 3)]  # those who were late, and are unhappy
    Objection.objects.bulk_create(Objection(identifier=person, by="test") for person in people)
    assert personal.left_out(people) == frozenset(people)
    after = access.ask(alice, heartline.open(tmp_path / "data"), "scores", {"corrected": True, "period": "all"})
    assert after.figures == before.figures
    opened._opened.cache_clear()
