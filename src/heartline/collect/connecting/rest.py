"""Rows of an HTTP API, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from .asked import Asked, Fetched, Unfit
from .rows import Texts, flat, named

TIMEOUT = (15, 120)
"""Seconds to connect, and to wait for each answer."""
LONGEST_WAIT_S = 120
MOST_PAGES = 100_000
MOST_DIGITS = 40
"""Of a cursor that is a number: more are neither a time nor an id."""
HIGH = 10_000_000_000
"""Above it a number of seconds since 1970 counts milliseconds."""


def fetch(asked: Asked) -> Iterator[tuple[str, Fetched]]:
    """Fetch every table of an API into a Parquet file of texts, and say how far each was read."""
    client = opened(asked)
    for name, options in asked.tables.items():
        yield name, _table(asked, client, name, options)


def opened(asked: Asked) -> Any:
    """Give a client that signs in, tries again, and waits as long as it is told to."""
    from dlt.sources.helpers.requests import Client
    from dlt.sources.helpers.rest_client import RESTClient

    session = Client(
        request_timeout=TIMEOUT, raise_for_status=False, request_max_attempts=asked.tries, request_backoff_factor=0.5,
        request_max_retry_delay=LONGEST_WAIT_S, respect_retry_after_header=True,
    ).session  # fmt: skip
    session.trust_env = False
    headers = {"User-Agent": "heartline", "Accept": "application/json, */*;q=0.5", **asked.options.get("headers", {})}
    return RESTClient(asked.url, headers=headers, auth=_signed(asked), session=session)


def _signed(asked: Asked) -> Any:
    """Give what signs requests; a recipe that only has a secret means a bearer token."""
    from dlt.sources.helpers.rest_client.auth import APIKeyAuth, BearerTokenAuth, HttpBasicAuth

    if not asked.secret:
        return None
    how = asked.options.get("auth", {"by": "bearer"})
    if how["by"] == "basic":
        return HttpBasicAuth(how["user"], asked.secret)
    if how["by"] == "bearer":
        return BearerTokenAuth(asked.secret)
    return APIKeyAuth(name=how["name"], api_key=asked.secret, location=how["by"])


def _table(asked: Asked, client: Any, name: str, options: Mapping[str, Any]) -> Fetched:
    kept = asked.cursors.get(name, {})
    cursor = named(options["cursor"]) if "cursor" in options else ""
    newest, params = kept.get("cursor"), dict(options.get("params", {}))
    since = before(newest, asked.overlap_s) if newest is not None else options.get("from")
    if "since" in options and since is not None:
        params[options["since"]] = WRITTEN[options.get("since_as", "same")](since)
    known = [*options.get("fields", []), *kept.get("columns", [])]
    with Texts(Path(asked.folder) / f"{name}.parquet", known) as table:
        for row in _rows(client, options, params):
            if not isinstance(row, Mapping):
                raise Unfit("no_rows")
            made = flat(row)
            table.add(made)
            newest = later(newest, made.get(cursor))
            if asked.limit is not None and table.rows >= asked.limit:
                break
    return Fetched(table.rows, {"columns": list(table.columns), **({"cursor": newest} if newest is not None else {})})


def _rows(client: Any, options: Mapping[str, Any], params: dict[str, Any]) -> Iterator[Any]:
    """Give the rows of all pages; a source that leads round in a circle is left."""
    seen: set[str] = set()
    pages = client.paginate(
        options["path"], params=params, paginator=_paginator(options.get("pages", {"by": "none"})),
        data_selector=options.get("rows"),
    )  # fmt: skip
    for number, page in enumerate(pages):
        if page.response.url in seen or number == MOST_PAGES:
            break
        seen.add(page.response.url)
        yield from page


def _paginator(pages: Mapping[str, Any]) -> Any:
    from dlt.sources.helpers.rest_client import paginators

    by = pages["by"]
    if by == "page":
        total = pages.get("total")
        return paginators.PageNumberPaginator(
            base_page=int(pages.get("first", 1)), page_param=pages.get("parameter", "page"), total_path=total,
            stop_after_empty_page=True,
        )  # fmt: skip
    if by == "offset":
        size = int(pages.get("size", 100))
        return paginators.OffsetPaginator(
            limit=size, offset_param=pages.get("parameter", "offset"), limit_param=pages.get("limit", "limit"),
            total_path=None, stop_after_empty_page=True,
        )  # fmt: skip
    if by == "cursor":
        return paginators.JSONResponseCursorPaginator(
            cursor_path=pages["at"], cursor_param=pages.get("parameter", "cursor")
        )
    if by == "link":
        return paginators.HeaderLinkPaginator()
    if by == "next":
        return paginators.JSONLinkPaginator(next_url_path=pages["at"])
    return paginators.SinglePagePaginator()


def later(newest: str | None, value: str | None) -> str | None:
    """Give the later of two values of a cursor, as they are written: times by time, numbers by size, else texts.

    Raises
    ------
    Unfit
        `bad_cursor` for a number that is neither a time nor an id.
    """
    if not value:
        return newest
    if newest is None:
        return value
    one, other = _moment(newest), _moment(value)
    if one is None or other is None:
        return max(newest, value, key=lambda text: (int(text) if text.isdecimal() else -1, text))
    return value if other > one else newest


def before(value: str, seconds: float) -> str:
    """Go back a little, written as the value is: a row may become visible after a later one was read.

    Example
    -------
    >>> before("2026-03-01T10:00:00Z", 300), before("1772359200", 300), before("c-17", 300)
    ('2026-03-01T09:55:00Z', '1772358900', 'c-17')
    """
    moment = _moment(value)
    if moment is None:
        return value
    if value.isdecimal():
        return str(int(value) - int(seconds * (1000 if int(value) > HIGH else 1)))
    first = datetime.min.replace(tzinfo=moment.tzinfo)
    made = (max(moment, first + timedelta(seconds=seconds)) - timedelta(seconds=seconds)).isoformat()
    if len(value) == len("2026-01-01"):
        return (moment.date() - timedelta(days=1)).isoformat()
    zoneless = made.removesuffix("+00:00")
    return f"{zoneless}Z" if value.endswith("Z") else made if "+" in value[10:] or "-" in value[10:] else zoneless


def _moment(value: str) -> datetime | None:
    if value.isdecimal() and len(value) >= 9:
        if len(value) > MOST_DIGITS:
            raise Unfit("bad_cursor", said=f"{value[:MOST_DIGITS]}…")
        number = int(value)
        try:
            return datetime.fromtimestamp(number / 1000 if number > HIGH else number, UTC)
        except (ValueError, OverflowError, OSError):  # no time but a number, as the ids of large services are
            return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _unix(value: Any) -> str:
    moment = _moment(str(value))
    return str(int(moment.timestamp())) if moment else str(value)


def _day(value: Any) -> str:
    moment = _moment(str(value))
    day: date | None = moment.astimezone(UTC).date() if moment else None
    return day.isoformat() if day else str(value)


WRITTEN: Mapping[str, Callable[[Any], str]] = {"same": str, "unix": _unix, "date": _day}
