"""What a column is for by its name: English, German and Spanish words, in any spelling."""

from __future__ import annotations

import re

from heartline.core.ids import slug

_NUMBER = r"(_?(id|ids|nr|no|num|number|nummer|numero|key|code|ref|reference|uuid|guid))?"
_CUSTOMER = "customer|kunden?|clientes?|client|klient|buyer|kaufer|kaeufer|comprador|passenger|patient|guest|gast|shopper|consumer|contact|person|household"  # noqa: E501  (one list of words)
_REF = (
    "order|bestell|bestellungs?|auftrags?|pedido|invoice|rechnungs?|factura|belegs?|bon|receipt|ticket|case|fall"
    "|vorgangs?|booking|buchungs?|reserva|reservation|reservierungs?|visit|besuchs?|transaction|transaktions?"
    "|purchase|shipment|sendungs?|session|incident|claim|basket|cart|caso|incidencia|visita|compra"
)
_PRODUCT = (
    "product|produkt|artikel|article|item|sku|stock|producto|articulo|ean|gtin|asin|clothing|ware|product_purchased"
)
_UNIT = (
    "store|shop|branch|filiale?|filial|laden|markt|standort|location|region|country|land|pais|market|tienda|sucursal"
    "|seller|handler|haendler|vendedor|outlet|airport|site|unit|einheit|team|geschaft|geschaeft|centro"
)
_OWN = (
    "review|feedback|response|answer|message|event|survey|row|line|record|entry|bewertungs?|antwort|nachricht|ereignis"
    "|zeilen?|opinion|encuesta|resena|respuesta|evento|call|anruf|llamada|comment|kommentar|interaction"
)

USES: dict[str, re.Pattern[str]] = {
    use: re.compile(text)
    for use, text in {
        "contact": r"^(first|last|full|middle|given|family|sur|vor|nach|user)_?names?$|^name$"
        r"|(^|_)(first|last|sur|vor|nach)_?name$|(^|_)(your|ihr|dein)_(full_)?name$|(^|_)(customer|client|kunden|contact|guest)_?name$"
        r"|nombre|apellido|adress|address|direccion|street|strasse|^calle|(^|_)(zip|plz|postcode|postal|postleitzahl|codigo_postal)(_|$)"
        r"|hausn|geburt|birth|nacimiento|^dob$|^fax$|anrede|salutation",
        "email": r"(^|_)e_?mails?(_?adress?e?)?$|correo",
        "phone": r"(^|_)(tele)?(phone|fon)(_|$|n)|handy|^mobil|(^|_)tel$|telefon|movil|celular|whatsapp",
        "card": r"(loyalty|kunden|bonus|member|payback|club|customer)_?(card|kart)|tarjeta_(cliente|fidel)|^karten?_?n",
        "anonymous": rf"cookie|visitor|besucher_?id|anonym|(^|_)device_?id|visitante|^(client|respondent|resp){_NUMBER}$|^respnum$",  # noqa: E501
        "user": rf"^(user|login|account|konto|benutzer|nutzer|usuario|member|mitglieds?){_NUMBER}$",
        "customer": rf"^({_CUSTOMER})(_unique)?{_NUMBER}$",
        "promised": r"estimat|promis|expected|deadline|(^|_)due|limit|(^|_)soll|geplant|planned|versprochen|zugesagt"
        r"|erwartet|faellig|fallig|estimad|previst|promet|scheduled|target",
        "ref": rf"^({_REF}){_NUMBER}$|^case_concept_name$",
        "id": rf"^(id|uuid|guid|key)$|^({_OWN})_?(id|nr|no|num|number|nummer|numero|uuid|key)$",
        "touchpoint": r"touch_?point|kontaktpunkt|(^|_)activity|aktivitat|aktivitaet|actividad|^event(_?(name|type))?$"
        r"|^ereignis|^evento|^action$|^aktion$|^schritt|^step|^concept_name$|punto_de_contacto|interaction_?type",
        "channel": r"channel|(^|_)kanal|(^|_)canal|^medium$",
        "currency": r"currency|wahrung|waehrung|moneda|divisa|(^|_)cur$",
        "score": r"score|rating|(^|_)bewertung$|(^|_)(schul)?note$|sterne|(^|_)stars?$|puntuacion|calificacion"
        r"|valoracion"
        r"|estrellas|(^|_)nps|net_?pro|csat|(^|_)ces(_|$)|satisf|zufried|(^|_)recommend(ed)?$|thumb|daumen|pulgar|likely|weiterempf|recom(i?end|mand)"
        r"|effort|aufwand|esfuerzo|smiley",
        "text": r"comment|kommentar|comentario|(^|_)text|message|nachricht|mensaje|feedback|review$|reviews$|opinion"
        r"|meinung|remark|bemerkung|anmerkung|verbatim|freitext|open_?(answer|end)|begrundung|content|inhalt"
        r"|observacion|resena|beschwerde|complaint|queja|(^|_)title$|titel$|titulo|(^|_)subject$|betreff|asunto|(^|_)body$",
        "unit_price": r"unit_?price|price_?(per|each)|einzelpreis|stuckpreis|stueckpreis|precio_unit",
        "quantity": r"quantity|(^|_)qty|(^|_)menge|anzahl$|stuckzahl|stueckzahl|cantidad|^pieces$|^units$",
        "amount": r"amount|betrag|summe|(^|_)total|umsatz|revenue|(^|_)value$|warenwert|(^|_)price$|preis$|(^|_)precio"
        r"|importe|monto|(^|_)sales(_value)?$|spend|turnover|gesamt|ingresos|(^|_)valor$",
        "product_category": r"categor|kategorie|warengruppe|(^|_)class(_name)?$",
        "product_name": r"^(product|produkt|artikel|article|item)_?(name|bezeichnung|description|title)$|^bezeichnung$"
        r"|^description$|^beschreibung$|^descripcion$",
        "product": rf"^({_PRODUCT}){_NUMBER}$",
        "unit": rf"^({_UNIT})(_?name)?{_NUMBER}$",
        "wait": r"(^|_)wait|wartezeit|warte|(^|_)dauer|duration|espera|duracion|response_?time|handling_?time"
        r"|queue_?time"
        r"|lead_?time|hold_?time",
        "succeeded": r"success|succeeded|erfolg|(^|_)resolved$|gelost$|geloest$|solved|on_?time|punktlich|puenktlich"
        r"|fulfilled|exito|resuelto|a_tiempo|went_?(right|well)",
        "about": r"^about$|^bewertet|^betrifft|^topic$|^thema$|^aspect$|^aspekt$|^aspecto$|^sobre$",
        "time": r"date|datum|(^|_)time(_|$)|timestamp|zeit(punkt|stempel)?(_|$)|fecha|(^|_)hora|_at$|_on$|^at$|^when$"
        r"|^wann$"
        r"|created|occurred|(^|_)tag$|(^|_)dia$|^day$|_am$|(^|_)cuando",
        "clock": r"uhrzeit|(^|_)time(_|$)|zeit(_|$)|(^|_)hora(_|$)|clock|(^|_)tod$|(^|_)(h|hh)mm$|^um$",
        "asked": r"creat|(^|_)sent|asked|invit|gesendet|versendet|verschickt|enviad|erstellt",
        "answered": r"answer|respon|submit|complet|antwort|abgegeben|respuesta|respond|review_date|feedback",
    }.items()
}
"""Use -> what names such columns."""

WEIGHT = re.compile(
    r"(survey_|final_|resp(ondent)?_)?(weight(s|ing)?|wgt|wt)(_final|var)?"
    r"|gewicht(e|ung|ungsfaktor)?|peso|ponderaci(on)|ponderador|factor_de_(ponderacion|expansion)"
)
"""How surveys call the column that says what each answer weighs."""
DATED = re.compile(
    r"(^|_)(date|fecha|timestamp|zeitstempel|zeitpunkt|marca_temporal|(completion|end|start|submit)_time)(_|$)|datum(_|$)|_at$"
)
"""How columns are called that hold a date, and no length of time."""
RECOMMEND = re.compile(r"nps|net_?pro|recommend|empfehl|recom(i?end|mand)|likely")
"""What the question of the NPS is called."""

STEPS: tuple[tuple[str, str, str, str, str], ...] = (
    ("cancellation", "cancel|storn|anul", "support", "", "Cancellation"),
    ("refund", "refund|erstatt|reembols", "support", "", "Refund"),
    ("return", "return|retour|ruckgabe|ruecksend|rucksend|devol", "support", "", "Return"),
    ("review", "review|bewertung|resena|opinion", "advocacy", "web", "Review"),
    ("survey", "survey|umfrage|encuesta|(^|_)nps|csat|questionn", "advocacy", "", "Survey"),
    ("feedback", "feedback|kommentar|comment", "advocacy", "", "Feedback"),
    ("handed_to_carrier", "carrier|handed|shipped|shipping|dispatch|versand|versend|verschick|enviad|envio|ubergeben", "delivery", "delivery", "Handed to carrier"),  # noqa: E501
    ("delivery", "deliver|liefer|zugestellt|zustell|entreg", "delivery", "delivery", "Delivery"),
    ("payment_approved", "approv|freigegeben|aprobad", "purchase", "", "Payment approved"),
    ("payment", "(^|_)paid|payment|bezahl|zahlung|(^|_)pago|pagad", "purchase", "", "Payment"),
    ("order_placed", "purchase|placed|order|bestell|kauf|compra|pedido|auftrag", "purchase", "", "Order placed"),
    ("purchase", "invoice|rechnung|beleg|(^|_)bon|factura|transaction|transakt|receipt|sale|venta|retail", "purchase", "", "Purchase"),  # noqa: E501
    ("resolved", "clos|resolv|gelost|geschlossen|erledigt|cerrad|resuelt", "support", "", "Resolved"),
    ("call", "(^|_)calls?(_|$)|anruf|llamad", "support", "phone", "Call"),
    ("support_request", "ticket|request|anfrage|contact|kontakt|case|incident|solicit|complaint|helpdesk|support|beschwerde|queja", "support", "", "Request"),  # noqa: E501
    ("visit", "visit|besuch|session", "consideration", "", "Visit"),
    ("sign_up", "sign_?up|regist|anmeld|(^|_)alta", "awareness", "", "Sign-up"),
    ("appointment", "appointment|termin|cita", "use", "", "Appointment"),
    ("message", "message|nachricht|mensaje|e_?mail|newsletter|mailing", "consideration", "email", "Message"),
)  # fmt: skip
"""Steps that names of columns and files speak of: key, words, stage, channel, label."""

LABELS = {key: label for key, _words, _stage, _channel, label in STEPS}
_STEPS = tuple((key, re.compile(words), stage, channel) for key, words, stage, channel, _label in STEPS)


def plain(name: str) -> str:
    """Fold a name: `OrderDate`, `order-date`, `ORDER DATE` and `Órder_Date` are all `order_date`."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return slug(split.replace("ß", "ss"))


def uses(name: str) -> set[str]:
    """Give every use that a column's name speaks for."""
    if name.startswith("case:") and name != "case:concept:name":
        name = name[5:]  # what an event log says of a case
    folded = plain(name)
    return {use for use, words in USES.items() if words.search(folded)}


def weighs(name: str) -> bool:
    """Tell whether a column's name says what an answer weighs."""
    return bool(WEIGHT.fullmatch(plain(name)))


def dates(name: str) -> bool:
    """Tell whether a column's name says that it holds a date."""
    return bool(DATED.search(plain(name)))


def asks_to_recommend(name: str) -> bool:
    """Tell whether a column's name says that people were asked whether they recommend us."""
    return bool(RECOMMEND.search(plain(name)))


def step(*names: str) -> tuple[str, str, str] | None:
    """Give the step that the first of these names speaks of: key, stage, channel; None where none does."""
    for name in names:
        folded = plain(name)
        for key, words, stage, channel in _STEPS:
            if words.search(folded):
                return key, stage, channel
    return None


def human(name: str) -> str:
    """Write a column's name as people would: `order_approved_at` is `Order approved`."""
    bare = re.sub(r"\s*[(\[][^)\]]*[)\]]", "", name).strip(" ?:.*") or name
    written = bare.split() if " " in bare else plain(name).split("_")
    words = [word for word in written if plain(word) not in _NOISE]
    text = " ".join(words) or plain(name).replace("_", " ")
    return text[:1].upper() + text[1:]


_NOISE = frozenset(["date", "datum", "time", "timestamp", "zeit", "fecha", "hora", "at", "on", "am", "ts", "dt"])
