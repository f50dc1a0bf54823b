"""What one person lived is shown as it lands; who was here lately, as it was published."""

from __future__ import annotations

from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.shell.models import Publication
from heartline.store.lake import Lake
from heartline.store.tests.world import events


def test_a_contact_shows_before_the_next_publication(alice: User, lake: Lake) -> None:
    Publication.objects.create(version=lake.at().version)
    client = signed_in(alice)
    rows = lake.at().rows("customer", "text")
    (anna,) = {row["customer"] for row in lake.at().execute(rows).to_pylist() if row["text"] == "Great"}
    before = client.get(f"/customers/{anna}/").content.decode()
    events(lake.folder, [("anna", "support", "2024-03-09 10:00", {"text": "A question"})])
    after = client.get(f"/customers/{anna}/").content.decode()
    assert ("A question" in before, "A question" in after) == (False, True)
    assert f"as_of={lake.at().version}" in after  # its numbers open the rows that it counted
    assert "A question" not in client.get("/voices/").content.decode()
