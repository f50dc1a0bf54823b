"""Names and values of columns say what they are for."""

from __future__ import annotations

import pytest

from heartline.collect.guessing import columns, names, times, values
from heartline.collect.guessing.plan import Column

USES = {
    "ref": ("order_id", "Bestellnummer", "Auftragsnr", "InvoiceNo", "pedido_id", "Ticket ID", "case:concept:name"),
    "customer": ("customer_id", "Kundennummer", "CUSTOMERID", "id_cliente".replace("id_", "") + "_id", "KundenNr."),
    "email": ("E-Mail", "email", "Correo electrónico", "e_mail_adresse"),
    "phone": ("Telefon", "phone_number", "Teléfono", "Handy"),
    "time": ("order_date", "Bestelldatum", "Zeitstempel", "fecha_pedido", "createdAt", "InvoiceDate"),
    "score": ("Rating", "Bewertung", "Puntuación", "NPS", "Zufriedenheit", "satisfaction_score", "Sterne"),
    "text": ("Kommentar", "comment", "Comentario", "Review Text", "Freitext", "review_comment_message"),
    "amount": ("Betrag", "total_amount", "Importe", "Umsatz", "price"),
    "product": ("Artikelnummer", "product_id", "SKU", "StockCode", "producto"),
    "unit": ("Filiale", "store_id", "Tienda", "Country", "seller_id"),
    "promised": ("order_estimated_delivery_date", "due_date", "zugesagt am", "fecha_prevista"),
    "wait": ("Wartezeit", "wait_minutes", "tiempo_espera", "duration"),
    "contact": ("Kundenname", "first_name", "PLZ", "Straße", "customer_zip_code_prefix", "apellidos"),
}


@pytest.mark.parametrize(("use", "name"), [(use, name) for use, listed in USES.items() for name in listed])
def test_names_in_three_languages_and_any_spelling(use: str, name: str) -> None:
    assert use in names.uses(name)


@pytest.mark.parametrize("name", ["customer_city", "order_status", "Größe", "customer_state", "complete", "qualifier"])
def test_names_that_only_sound_alike(name: str) -> None:
    assert not names.uses(name) & {"ref", "customer", "score", "time", "text", "amount"}


@pytest.mark.parametrize(
    ("texts", "format_"),
    [
        (["2025-12-31 14:05:00", "2025-12-31T14:05:00+01:00", "2025-12-31"], "iso"),
        (["31.12.2025 14:05", "1.2.2025 9:00"], "%d.%m.%Y %H:%M"),
        (["31.12.2025 14:05", "1.2.2025"], "%d.%m.%Y %H:%M | %d.%m.%Y"),
        (["31/12/2025"], "%d/%m/%Y"),
        (["12/31/2025"], "%m/%d/%Y"),
        (["12/31/2025 9:30:00 PM"], "%m/%d/%Y %I:%M:%S %p"),
        (["Aug 2022", "Sep 2021"], "%b %Y"),
        (["31.12.25"], "%d.%m.%y"),
        (["2025/12/31"], "%Y/%m/%d"),
    ],
)
def test_formats_of_moments(texts: list[str], format_: str) -> None:
    found = times.recognise(texts)
    assert found is not None
    assert (found.format, found.unsure) == (format_, False)


def test_a_day_and_month_that_could_be_either_are_said_to_be_unsure() -> None:
    found = times.recognise(["01/09/21", "07/11/21"])
    assert found is not None
    assert (found.format, found.unsure) == ("%d/%m/%y", True)
    assert times.swapped(found.format) == "%m/%d/%y"


@pytest.mark.parametrize(
    "texts", [["1.5", "2"], ["12.5.3"], ["5", "4"], ["12/31/1899 09:30:00 AM"], [""], ["12345678"]]
)
def test_what_is_no_moment(texts: list[str]) -> None:
    assert times.recognise(texts) is None


@pytest.mark.parametrize(
    ("texts", "comma", "low", "high"),
    [(["12,50 €", "1.000,00 €"], True, 12.5, 1000.0), (["$1,234.50", "$3.00"], False, 3.0, 1234.5),
     (["1,5", "2"], True, 1.5, 2.0), (["1,200", "3,400"], False, 1200.0, 3400.0), (["-3.5"], False, -3.5, -3.5)],
)  # fmt: skip
def test_numbers_in_both_notations(texts: list[str], comma: bool, low: float, high: float) -> None:
    found = values.profile(texts)
    assert (found.numbers, found.comma, found.low, found.high) == (1.0, comma, low, high)


@pytest.mark.parametrize(
    ("name", "texts", "scale"),
    [("NPS", ["0", "10", "7"], "nps"), ("review_score", ["1", "5"], "stars5"), ("Zufriedenheit", ["1", "5"], "csat5"),
     ("Zufriedenheit", ["1", "7"], "csat7"), ("effort score", ["1", "7"], "ces7"), ("recommend", ["0", "1"], "yesno"),
     ("NETPRO", ["0", *map(str, range(12)), "8", "9"], "nps"), ("rating", ["1", "10"], "rating10"),
     ("Bewertung", ["8", "0", "10"], "nps"), ("Zufriedenheit", ["0", "10"], "points10"),
     ("Zufriedenheit", ["8", "10"], "rating10"), ("score", ["100", "55"], ""),
     ("score", [str(number) for number in range(0, 101, 5)], "points100"),
     ("credit_score", [str(number) for number in range(0, 101, 5)], ""),
     ("rating", ["4.5", "3", "1"], "stars5"), ("rating", ["4.37", "3.2"], ""),
     ("rating", ["1", "2", "3", "4", "5", "99"], "stars5"), ("rating", ["2", "9", "10", "99"], "rating10"),
     ("thumbs", ["👍", "👎"], "yesno"), ("recommended", ["yes", "no"], "yesno"), ("Daumen", ["1", "0"], "yesno")],
)  # fmt: skip
def test_scales_by_name_and_range(name: str, texts: list[str], scale: str) -> None:
    assert columns.scale(Column(name, profile=values.profile(texts))) == scale


def decided(table: dict[str, list[str]]) -> dict[str, tuple[str, str]]:
    """Give what a table's columns are decided to be for."""
    made = [
        Column(name, profile=values.profile(texts, named_time="time" in names.uses(name)))
        for name, texts in table.items()
    ]
    columns.decide(made)
    return {column.name: (column.use, column.detail) for column in made}


def test_columns_without_telling_names_are_recognised_by_their_values() -> None:
    found = decided(
        {
            "a": ["31.12.2025 14:05", "30.12.2025 10:00"],
            "b": ["anna@example.org", "ben@example.org"],
            "c": ["Das Paket kam leider viel zu spät an.", "Alles war gut und ging sehr schnell."],
            "d": ["+49 30 1234567", "030 / 7654321"],
            "e": ["EUR", "GBP"],
            "f": ["blue", "red"],
        }
    )
    assert found == {
        "a": ("time", "%d.%m.%Y %H:%M"), "b": ("person", "email"), "c": ("text", ""), "d": ("person", "phone"),
        "e": ("currency", ""), "f": ("keep", ""),
    }  # fmt: skip


def test_contact_data_are_left_out_and_a_name_against_its_values_is_not_believed() -> None:
    found = decided({"Kundenname": ["Anna A", "Ben B"], "Bewertung": ["gut", "schlecht"], "Datum": ["x", "y"]})
    assert found["Kundenname"] == ("leave", "")
    assert found["Bewertung"] != ("score", "stars5")
    assert found["Datum"][0] == "keep"
