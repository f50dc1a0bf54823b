"""Uploads: private, bounded, only from who may, gone after use; what cannot be read is said in a sentence."""

from __future__ import annotations

import errno
import gzip
import io
import os
import stat
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.collect.imports import taking, tasks, uploads, views
from heartline.server.collect.imports.models import Import, State
from heartline.server.jobs import worker
from heartline.store.lake import Lake

from .browsing import ORDERS, brought, page, send

pytestmark = pytest.mark.django_db(transaction=True)


def test_uploads_are_private_and_never_pass_through_memory(alice: User, empty_lake: Lake) -> None:
    send(signed_in(alice), "/import/", {"orders.csv": ORDERS})
    one = Import.objects.get()
    assert stat.S_IMODE(one.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(one.folder.parent.stat().st_mode) == 0o700
    (path,) = one.folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == ORDERS


NASTY: dict[str, tuple[str | bytes, str]] = {
    "empty.csv": ("", "empty.csv is empty."),
    "header.csv": ("a,b,c\n", "has names of columns and no line below them"),
    "picture.csv": (bytes(range(256)) * 20, "is not a table that we can read"),
    "report.pdf": (b"%PDF-1.4", "is of no kind that we can read here"),
    "quote.csv": ('a,b\n1,"x\n2,y\n', "a quotation mark opens near line 2"),
    "cut.csv.gz": (gzip.compress(b"a,b\n1,2\n" * 1000)[:40], "its packing is damaged"),
    "broken.json": ("{", "is not a table that we can read"),
    "broken.parquet": (b"PAR1nothing", "is not a table that we can read"),
    "broken.xlsx": (b"PK\x03\x04nothing", "is not a table that we can read"),
}


@pytest.mark.parametrize("name", NASTY)
def test_a_file_that_cannot_be_read_is_said_in_a_sentence(alice: User, empty_lake: Lake, name: str) -> None:
    content, said = NASTY[name]
    client = signed_in(alice)
    send(client, "/import/", {name: content})
    worker.run(once=True)
    one = Import.objects.get()
    assert one.state == State.FAILED
    assert said in page(client, one)
    assert "Nothing was taken in." in page(client, one)


def test_beside_a_file_that_cannot_be_read_the_others_go_on(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    send(client, "/import/", {"orders.csv": ORDERS, "empty.csv": "", "broken.json": "{"})
    worker.run(once=True)
    checking = page(client, Import.objects.get())
    assert "<strong>4 lines</strong> in 1 file." in checking
    assert "empty.csv is empty." in checking
    assert "broken.json is not a table that we can read" in checking


def test_more_than_is_taken_at_once_is_refused(alice: User, empty_lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(alice)
    monkeypatch.setattr("heartline.server.collect.imports.uploads.MOST_FILES", 2)
    answer = send(client, "/import/", {f"{number}.csv": "a,b\n1,2\n" for number in range(3)})
    assert answer.status_code == 413
    assert "These are too many files at once." in answer.content.decode()
    monkeypatch.setattr("heartline.server.collect.imports.uploads.MOST_BYTES", 100)
    answer = send(client, "/import/", {"a.csv": "x" * 200}, **{"HX-Request": "true"})
    assert answer.status_code == 413
    assert "<html" not in answer.content.decode()
    assert client.post("/import/").status_code == 400
    assert Import.objects.count() == 0
    assert list((empty_lake.folder / "uploads").iterdir()) == []


def test_who_may_not_import_is_refused_before_the_first_byte(
    alice: User, bob: User, charlie: Client, lake: Lake
) -> None:
    one = brought(signed_in(alice), orders_csv=ORDERS)
    stranger = signed_in(bob)  # sees Berlin only
    assert send(stranger, "/import/", {"a.csv": ORDERS}).status_code == 403
    for address in ("/import/", f"/import/{one.key}/", f"/import/{one.key}/recipe.yaml", f"/import/{one.key}/dropped/"):
        assert stranger.get(address).status_code == 403, address
        assert charlie.get(address).status_code == 302, address
    for address in ("start", "discard", "correct", "again", "mend"):
        assert stranger.post(f"/import/{one.key}/{address}/", {"what": "general"}).status_code == 403, address
    assert len(list((lake.folder / "uploads").iterdir())) == 1


def test_a_form_from_elsewhere_is_refused(alice: User, empty_lake: Lake) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    assert send(client, "/import/", {"a.csv": ORDERS}).status_code == 403
    assert Import.objects.count() == 0


@pytest.mark.parametrize("name", ["../../evil.csv", "..\\evil.csv", "/etc/passwd.csv", "a\x00b.csv", ".csv"])
def test_a_files_name_leads_nowhere(name: str) -> None:
    made = uploads.fitting(name, [])
    assert Path(made).name == made
    assert made not in ("", ".", "..")
    assert "\x00" not in made


def test_files_of_one_name_stay_apart() -> None:
    assert uploads.fitting("orders.xlsx", ["orders.csv"]) == "orders_2.xlsx"


def test_uploads_that_nobody_goes_on_with_are_removed_after_a_day(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    old, new = brought(client, orders_csv=ORDERS), brought(client, orders_csv=ORDERS)
    Import.objects.filter(pk=old.pk).update(made_at=timezone.now() - timedelta(days=2))
    before = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(old.folder, (before, before))
    assert tasks.sweep.call() == 1
    assert (old.folder.exists(), new.folder.exists()) == (False, True)


def test_thrown_away_is_gone(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    one = brought(client, orders_csv=ORDERS)
    assert client.post(f"/import/{one.key}/discard/").status_code == 302
    assert not one.folder.exists()
    assert client.get(f"/import/{one.key}/").status_code == 404


@pytest.mark.parametrize("where", [40, 300])
def test_an_upload_that_is_cut_off_leaves_nothing(alice: User, empty_lake: Lake, where: int) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n'
        + b"a,b\n1,2\n" * 400
        + b"\r\n--b--\r\n"
    )
    whole = RequestFactory().post("/import/", body, content_type="multipart/form-data; boundary=b")
    for stream, status in ((io.BytesIO(body), 302), (io.BytesIO(body[:-where]), 400)):
        environ = {**whole.environ, "wsgi.input": stream, "CONTENT_LENGTH": str(len(body))}
        request = WSGIRequest(environ)
        request.user, request.htmx = alice, False  # type: ignore[attr-defined]
        request.session = {}  # type: ignore[assignment]
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        answer = views.bring(request)
        assert answer.status_code == status
    assert isinstance(answer, HttpResponse)
    assert "The upload was cut off. Nothing was kept" in answer.content.decode()
    assert Import.objects.count() == 1
    assert len(list((empty_lake.folder / "uploads").iterdir())) == 1


def test_a_full_disk_is_said_and_leaves_nothing(alice: User, empty_lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def full(path: Any, how: int, *more: Any, **named: Any) -> int:
        return opened("/dev/full", os.O_WRONLY) if how & os.O_CREAT else opened(path, how, *more, **named)

    monkeypatch.setattr(os, "open", full)
    client = signed_in(alice)
    for size in (10, 200_000):  # where it is noticed at the end, and where in the middle
        answer = send(client, "/import/", {"a.csv": "a,b\n" * size})
        assert answer.status_code == 400
        assert "The disk is full. Make room and try again." in answer.content.decode()
    assert Import.objects.count() == 0
    assert not any((empty_lake.folder / "uploads").iterdir())


def test_what_goes_wrong_in_the_background_never_leaves_an_import_under_way(
    alice: User, empty_lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(alice)

    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def broken(*_args: object) -> None:
        raise RuntimeError("unheard of")

    one = brought(client, orders_csv=ORDERS)
    for wrong, said in ((full, "The disk is full."), (broken, "Something went wrong on our side.")):
        for name, state in (("read", State.READING), ("take_in", State.LANDING)):
            with monkeypatch.context() as patch:
                patch.setattr(taking, name, wrong)
                Import.objects.filter(pk=one.pk).update(state=state)
                task = tasks.read if name == "read" else tasks.land
                with nullcontext() if wrong is full else pytest.raises(RuntimeError):
                    task.call(one.key)
            one.refresh_from_db()
            assert one.state == State.FAILED
            assert said in page(client, one)
