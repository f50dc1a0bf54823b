"""One promise for every encoder: those that ship, a service over HTTP, a model of one's own where one is."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from heartline.core.errors import HeartlineError
from heartline.listen.text import embedding
from heartline.listen.text.embedder import Embedder, label
from heartline.listen.text.encoders import local
from heartline.listen.text.encoders.endpoint import Endpoint, measured
from heartline.listen.text.tests.toy import Toy

from .service import Purse, Service, serving

MODEL = os.environ.get("HEARTLINE_TEST_MODEL", "")
"""The folder of a model for sentence-transformers, where somebody has one."""
KINDS = (*embedding.installed(), "endpoint", *(["local"] if MODEL and local.available() else []))


@pytest.fixture(scope="module", params=KINDS)
def encoder(request: pytest.FixtureRequest) -> Iterator[Embedder]:
    """Give each encoder that can be made here."""
    if request.param == "local":
        yield embedding.named(f"local:{MODEL}")
    elif request.param == "endpoint":
        inner = embedding.portable()
        with serving(Service(lambda texts: inner.vectors(texts), "secret")) as service:
            yield Endpoint("some/model v3", inner.dimensions, post=service.post, budget=Purse())
    else:
        yield embedding.named(request.param)


def test_texts_become_vectors_of_length_one(encoder: Embedder) -> None:
    texts = ["The delivery was late", "Die Lieferung kam zu spät", "I love this cake", "", "   ", "a\0b \ud800"]
    found = encoder.vectors(texts)
    assert found.shape == (6, encoder.dimensions)
    assert found.dtype == np.float32
    assert np.allclose(np.linalg.norm(found, axis=1), [1, 1, 1, 0, 0, 1], atol=1e-3)
    assert np.allclose(found, encoder.vectors(texts), atol=1e-6)
    assert np.allclose(found[:1], encoder.vectors(texts[:1]), atol=1e-3)
    assert encoder.vectors([]).shape == (0, encoder.dimensions)


def test_alike_meaning_lies_closer(encoder: Embedder) -> None:
    late, again, cake = encoder.vectors(["The delivery was late", "The parcel arrived too late", "I love this cake"])
    assert late @ again > late @ cake + 0.03


def test_names_may_stand_in_the_name_of_a_folder(encoder: Embedder) -> None:
    assert re.fullmatch(r"[\w.-]+", label(encoder))
    assert label(encoder) == f"{encoder.name}-{encoder.version}"


@pytest.fixture
def service() -> Iterator[Service]:
    toy = Toy()
    with serving(Service(lambda texts: toy.vectors(texts))) as made:
        yield made


def test_nothing_personal_is_sent_and_nothing_twice(service: Service, tmp_path: Path) -> None:
    purse = Purse()
    first = Endpoint("m", 24, post=service.post, budget=purse, folder=tmp_path, names=lambda: {"schmidt"})
    texts = ["Late again, said Schmidt", "Write to me: bea@example.org", "Late again, said Schmidt"]
    found = first.vectors(texts)
    assert service.texts == ["Late again, said [name]", "Write to me: [email]"]
    assert purse.spent == 8, "what the service counted"
    other = Endpoint("m", 24, post=service.post, budget=purse, folder=tmp_path, names=lambda: {"schmidt"})
    assert np.allclose(other.vectors(texts), found, atol=1e-3)
    assert len(service.asked) == 1
    alone = Endpoint("m", 24, folder=tmp_path, names=lambda: {"schmidt"})
    assert np.allclose(alone.vectors(texts[:1]), found[:1], atol=1e-3), "what was kept needs nobody"
    with pytest.raises(HeartlineError) as refused:
        alone.vectors(["Something new"])
    assert refused.value.code == "not_asked"


def test_a_budget_stops_before_anything_is_sent(service: Service) -> None:
    purse = Purse(40)
    made = Endpoint("m", 24, post=service.post, budget=purse)
    made.vectors(["short"])
    sent = len(service.asked)
    with pytest.raises(HeartlineError) as refused:
        made.vectors(["a much longer text that could cost more than what is left of it"])
    assert refused.value.code == "budget_used"
    assert (len(service.asked), purse.spent) == (sent, 1)


def test_a_busy_service_is_asked_again_and_a_refusing_one_is_not(service: Service) -> None:
    waited: list[float] = []
    purse = Purse()
    made = Endpoint("m", 24, post=service.post, budget=purse, wait=waited.append)
    service.trouble = [(429, {"Retry-After": "3"}, {}), (503, {}, {})]
    assert made.vectors(["late"]).any()
    assert waited == [3.0, 2.0]
    service.trouble = [(500, {}, {})] * 3
    for code, trouble in (
        ("service_failed", [(500, {}, {})] * 3), ("service_refused", [(401, {}, {})]),
        ("bad_vectors", [(200, {}, b"<html>")]), ("bad_vectors", [(200, {}, {"data": []})]),
        ("bad_vectors", [(200, {}, {"data": [{"index": 0, "embedding": [1.0] * 23}]})]),
        ("bad_vectors", [(200, {}, {"data": [{"index": 1, "embedding": [1.0] * 24}]})]),
    ):  # fmt: skip
        service.trouble = list(trouble)
        with pytest.raises(HeartlineError) as refused:
            made.vectors([f"something new {code}"])
        assert refused.value.code == code
    assert measured("m", service.post) == 24


def test_numbers_that_no_service_should_give_do_no_harm(service: Service, tmp_path: Path) -> None:
    """Vectors are kept as half floats; a count of tokens goes into a database; a pause is slept."""
    purse, waited = Purse(), list[float]()
    made = Endpoint("m", 24, post=service.post, budget=purse, folder=tmp_path, wait=waited.append)
    for said, size in (("huge", 1e300), ("tiny", 1e-300), ("large", 70_000.0)):
        body = {"data": [{"index": 0, "embedding": [size] * 24}], "usage": {"total_tokens": 2**62}}
        service.trouble = [(429, {"Retry-After": "-5"}, {}), (429, {"Retry-After": "nan"}, {}), (200, {}, body)]
        for _again in range(2):  # asked for, then read from what was kept
            (row,) = made.vectors([said])
            assert float(np.linalg.norm(row)) == pytest.approx(1.0, abs=1e-2)
            assert row == pytest.approx(24**-0.5, abs=1e-2)
    assert waited == [1.0, 2.0] * 3
    assert purse.spent < 200


def test_what_nobody_can_read_is_counted_all_the_same(service: Service) -> None:
    purse = Purse()
    made = Endpoint("m", 24, post=service.post, budget=purse)
    service.trouble = [(200, {}, b"<html>")]
    with pytest.raises(HeartlineError):
        made.vectors(["late"])
    spent = purse.spent
    assert spent > 0
    vector = {"index": 0, "embedding": [1.0] * 24}
    service.trouble = [(200, {}, {"data": [vector], "usage": {"total_tokens": -1_000_000}})]
    made.vectors(["again"])
    assert purse.spent > spent


def test_a_model_of_ones_own_needs_the_package_and_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "available", lambda: False)
    with pytest.raises(HeartlineError) as refused:
        embedding.named("local:/nowhere/model:384")
    assert refused.value.code == "no_package"
    assert "pip install sentence-transformers" in str(refused.value.remedy)


def test_where_the_package_is_a_missing_model_is_said() -> None:
    with pytest.raises(HeartlineError) as refused:
        embedding.named("local:/nowhere/model")
    assert refused.value.code == ("no_model" if local.available() else "no_package")


def test_the_operator_and_the_company_may_name_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARTLINE_ENCODER", "endpoint:m:24")
    assert embedding.usual() == "endpoint:m:24"
    assert embedding.named(embedding.usual()).dimensions == 24
    assert embedding.chosen("use") == "use"
    assert embedding.chosen("gone") == "endpoint:m:24"
    monkeypatch.setenv("HEARTLINE_ENCODER", "use")
    assert embedding.chosen("endpoint:m:24") == "endpoint:m:24"
    before = embedding.named("endpoint:m:24")
    assert embedding.named("endpoint:m:24") is before
    turned = embedding.state()
    monkeypatch.setitem(embedding.OTHERS, "endpoint", embedding.OTHERS["endpoint"])
    embedding.offer("endpoint", lambda rest: Endpoint(rest.partition(":")[0], 24))
    assert embedding.named("endpoint:m:24") is not before
    assert embedding.state() != turned
