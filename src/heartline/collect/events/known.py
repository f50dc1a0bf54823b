"""What events mean without any rule: names that common tools send, and the touchpoints that they are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from heartline.core.ids import slug

ONLINE = ("web", "mobile")


@dataclass(frozen=True)
class Place:
    """A touchpoint that comes without a definition: its names, stage, channel, and keys that companies use for it."""

    key: str
    en: str
    de: str
    es: str
    stage: str
    channel: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """What an event's name says.

    Parameters
    ----------
    place
        Key of its touchpoint.
    kind
        Of the interaction: `event`, `message`, `feedback`; `employee` what an employee answered, `note` what one told;
        `interview` what somebody said in an interview.
    money
        1: its amount came in, -1: it went back, 0: nothing was paid.
    succeeded
        Whether it went right; None says nothing.
    text
        Whether a text in it is what the customer said.
    scale
        Of a score, where the event does not say so.
    of_page
        Whether it says something about the page on which it happened, so that its touchpoint is that page's.
    """

    place: str
    kind: str = "event"
    money: int = 0
    succeeded: bool | None = None
    text: bool = False
    scale: str | None = None
    of_page: bool = False


def _places(table: str) -> dict[str, Place]:
    found = {}
    for line in filter(None, map(str.strip, table.splitlines())):
        key, en, de, es, stage, channel, *also = (part.strip() for part in line.split("|"))
        found[key] = Place(key, en, de, es, stage, channel, tuple(also[0].split()) if also else ())
    return found


PLACES = _places("""
website | Website | Website | Sitio web | awareness | web | web_visit
app | App | App | Aplicación | use | mobile | app_use app_visit
app_installed | App installed | App installiert | Aplicación instalada | use | mobile
search | Search | Suche | Búsqueda | consideration | web
product_list | Product list | Produktliste | Lista de productos | consideration | web | category_page
product_page | Product page | Produktseite | Página de producto | consideration | web
promotion | Promotion on the site | Werbung auf der Seite | Promoción en el sitio | awareness | web
wishlist | Wish list | Merkliste | Lista de deseos | consideration | web
basket | Basket | Warenkorb | Cesta | purchase | web | cart
checkout | Checkout | Bestellvorgang | Proceso de pago | purchase | web | online_checkout
order_placed | Order | Bestellung | Pedido | purchase | web | online_order order booking purchase
order_confirmed | Order confirmed | Bestellbestätigung | Pedido confirmado | purchase | web | confirmation
order_changed | Order changed | Bestellung geändert | Pedido modificado | purchase | web
order_cancelled | Order cancelled | Bestellung storniert | Pedido cancelado | support | web | cancellation
refund | Money back | Erstattung | Reembolso | support | web | money_back
shipped | Handed to the carrier | Versandt | Enviado | delivery | delivery | handed_to_carrier
delivery | Delivery | Lieferung | Entrega | delivery | delivery
collect_ready | Ready to be collected | Abholbereit | Listo para recoger | delivery | store
pickup | Pick-up | Abholung | Recogida | delivery | store | click_and_collect
return_request | Return announced | Rückgabe angemeldet | Devolución solicitada | support | web
return | Return | Rückgabe | Devolución | support | delivery | parcel_returned
recommendation | Recommendation | Empfehlung | Recomendación | advocacy | web | referral
review | Review | Bewertung | Reseña | advocacy | web
email | E-mail | E-Mail | Correo electrónico | loyalty | email | newsletter
email_click | Click in an e-mail | Klick in einer E-Mail | Clic en un correo | loyalty | email | newsletter_click
unsubscribed | Unsubscribed | Abgemeldet | Baja | loyalty | email
push | Notice on the phone | Push-Nachricht | Notificación en el móvil | loyalty | mobile
sms | Text message | SMS | SMS | loyalty | messaging
chat | Chat | Chat | Chat | support | chat | live_chat
call | Call | Anruf | Llamada | support | phone | call_center service_request
ticket | Support request | Supportanfrage | Solicitud de soporte | support | email | mail_question service_request
ticket_solved | Problem solved | Problem gelöst | Problema resuelto | support | email | service_answer resolution
help_page | Help page | Hilfeseite | Página de ayuda | support | web
contact_page | Contact page | Kontaktseite | Página de contacto | support | web
returns_page | Page about returns | Seite zu Rückgaben | Página de devoluciones | support | web
tracking_page | Tracking of a parcel | Sendungsverfolgung | Seguimiento del envío | delivery | web
store_finder | Store finder | Filialfinder | Buscador de tiendas | consideration | web
store_visit | Store visit | Besuch in der Filiale | Visita a la tienda | consideration | store
store_purchase | Purchase in a store | Kauf in der Filiale | Compra en tienda | purchase | store
advice | Advice in the store | Beratung in der Filiale | Asesoramiento en tienda | consideration | store | store_advice
question | Question in the store | Frage in der Filiale | Pregunta en tienda | support | store
complaint | Complaint | Beschwerde | Queja | support | store | complaints
compliment | Compliment | Lob | Elogio | advocacy | store | praise
store_return | Return in a store | Rückgabe in der Filiale | Devolución en tienda | support | store | return
appointment | Appointment | Termin | Cita | consideration | store
sign_up | Account opened | Registrierung | Registro | consideration | web | signup account_opened
account | Customer account | Kundenkonto | Cuenta de cliente | use | web
account_closed | Account closed | Konto geschlossen | Cuenta cerrada | loyalty | web
prices_page | Page about prices | Preisseite | Página de precios | consideration | web
content_page | Guides and news | Ratgeber und Neuigkeiten | Guías y novedades | awareness | web
video | Video | Video | Vídeo | awareness | web
form | Form | Formular | Formulario | consideration | web
advert | Advertisement | Werbung | Anuncio | awareness | advertising | advertisement
subscription | Subscription | Abonnement | Suscripción | purchase | web
renewal | Renewal | Verlängerung | Renovación | loyalty | web
subscription_ended | Subscription ended | Kündigung | Baja de la suscripción | loyalty | web | cancellation
trial | Trial | Probezeit | Periodo de prueba | consideration | web
loyalty_club | Loyalty programme | Kundenclub | Club de clientes | loyalty | web | club_joined
survey | Survey | Umfrage | Encuesta | advocacy | email
consent_given | Consent given | Einwilligung gegeben | Consentimiento dado | loyalty | web
consent_withdrawn | Consent withdrawn | Einwilligung widerrufen | Consentimiento retirado | loyalty | web
error_page | Error on the site | Fehler auf der Seite | Error en el sitio | use | web
""")


def _events(table: str) -> dict[str, Known]:
    """Read the table of names: what, then names; `+` and `-` are money, `ok` and `bad` how it went,
    `of_page` what is about the page."""
    found: dict[str, Known] = {}
    for line in filter(None, map(str.strip, table.splitlines())):
        said, names = line.split("|")
        place, *marks = said.split()
        made = Known(
            place,
            kind=next((mark for mark in marks if mark in ("message", "feedback")), "event"),
            money=1 if "+" in marks else -1 if "-" in marks else 0,
            succeeded=True if "ok" in marks else False if "bad" in marks else None,
            text="text" in marks or "feedback" in marks,
            of_page="of_page" in marks,
            scale=next((mark.removeprefix("on:") for mark in marks if mark.startswith("on:")), None),
        )
        found |= dict.fromkeys(names.split(), made)
    return found


EVENTS = _events("""
website of_page | page_loaded page_answered page_reacted
search | products_searched search_performed searched site_searched
search bad | search_failed no_search_results
product_list | product_list_viewed product_list_filtered product_category_viewed
product_page | product_clicked product_viewed
promotion | promotion_viewed promotion_clicked
wishlist | product_added_to_wishlist product_removed_from_wishlist wishlist_product_added_to_cart
basket | product_added product_removed cart_viewed product_added_to_cart added_to_cart add_to_cart cart_updated
checkout | checkout_started checkout_step_viewed checkout_step_completed payment_info_entered coupon_entered
checkout | shipping_info_entered coupon_removed
checkout ok | coupon_applied
checkout bad | coupon_denied payment_failed checkout_failed checkout_abandoned
order_placed + ok | order_completed order_placed purchase_completed purchased booking_completed checkout_completed
order_changed | order_updated
order_cancelled | order_cancelled order_canceled booking_cancelled booking_canceled
refund - | order_refunded order_partially_refunded refund_issued refunded
shipped | order_shipped order_fulfilled shipment_sent package_shipped parcel_shipped
delivery ok | order_delivered package_delivered parcel_delivered delivered_to_customer
delivery bad | delivery_failed delivery_delayed parcel_lost delivery_attempt_failed
collect_ready | order_ready_for_pickup ready_for_pickup
pickup ok | order_picked_up order_collected
return_request | return_requested return_started
return | return_received return_completed order_returned product_returned
recommendation | product_shared cart_shared invite_sent friend_invited referral_sent invite_accepted
review feedback on:stars5 | product_reviewed review_submitted review_posted
email message | email_sent email_delivered
email | email_opened email_viewed
email bad | email_bounced email_marked_as_spam
email_click | email_link_clicked
unsubscribed | unsubscribed email_unsubscribed newsletter_unsubscribed
email | newsletter_subscribed email_subscribed subscribed
push message | push_notification_sent push_notification_received push_notification_delivered
push | push_notification_tapped push_notification_opened
push bad | push_notification_bounced
sms message | sms_sent sms_delivered
sms | sms_link_clicked sms_replied
sms bad | sms_bounced sms_failed
app_installed | application_installed app_installed install_attributed
app | application_opened application_foregrounded application_backgrounded
app | application_updated app_opened deep_link_opened
app | deep_link_clicked
app bad | application_crashed app_crashed
account_closed | application_uninstalled
chat | live_chat_conversation_started live_chat_conversation_ended chat_started chat_ended conversation_started
chat | conversation_closed conversation_ended
chat text | live_chat_message_sent chat_message_sent
chat message | live_chat_message_received chat_message_received
chat feedback on:csat5 | conversation_rated chat_rated live_chat_rated
call | call_started call_answered call_ended call_completed call_received phone_call_started
call bad | call_missed call_abandoned
call feedback on:csat5 | call_rated
ticket text | ticket_created ticket_opened ticket_submitted case_created case_opened support_requested
ticket text | support_request_submitted contact_form_submitted
ticket | ticket_updated ticket_assigned case_updated
ticket message | ticket_replied ticket_reply_sent
ticket bad | ticket_reopened case_reopened
ticket_solved ok | ticket_solved ticket_resolved ticket_closed case_closed case_resolved
ticket feedback on:csat5 | ticket_rated satisfaction_rated csat_submitted csat_answered satisfaction_survey_answered
help_page | help_article_viewed article_viewed help_viewed faq_viewed help_searched
help_page feedback on:yesno | article_rated help_article_rated
survey message | survey_sent survey_viewed survey_shown survey_invitation_sent nps_survey_sent
survey feedback | survey_answered survey_submitted survey_completed
survey feedback | survey_responded survey_response survey_response_received
survey feedback | feedback_submitted feedback_given feedback_sent rating_submitted response_completed
survey feedback on:nps | nps_answered nps_submitted nps_survey_answered
survey feedback on:nps | nps_survey_submitted nps_response nps_score_submitted
survey feedback on:ces7 | ces_answered ces_submitted ces_survey_submitted
sign_up | signed_up account_created user_signed_up registered registration_completed user_registered
account | signed_in logged_in user_logged_in signed_out logged_out password_reset account_updated profile_updated
account bad | login_failed sign_in_failed
account_closed | account_deleted account_closed
store_visit | store_visited store_entered
advice text on:smiley5 | advice_noted
question text on:smiley5 | question_noted
complaint text on:smiley5 | complaint_noted
compliment text on:smiley5 | compliment_noted
store_return text on:smiley5 | return_noted
store_purchase text on:smiley5 | purchase_noted
store_purchase + ok | store_purchase in_store_purchase pos_sale
appointment | appointment_booked appointment_requested appointment_rescheduled appointment_attended
appointment bad | appointment_cancelled appointment_canceled appointment_missed
subscription + ok | subscription_started subscription_created
subscription | subscription_upgraded subscription_downgraded subscription_changed subscription_paused
renewal + ok | subscription_renewed
subscription bad | subscription_payment_failed
subscription_ended | subscription_cancelled subscription_canceled subscription_ended
trial | trial_started trial_ended trial_converted
loyalty_club | loyalty_joined loyalty_program_joined points_earned points_redeemed reward_redeemed
consent_given | consent_given
consent_withdrawn | consent_withdrawn consent_revoked
advert | ad_clicked ad_viewed ad_shown advertisement_clicked
video | video_playback_started video_playback_completed
video | video_content_started video_content_completed video_playback_paused
video bad | video_playback_interrupted video_playback_failed
form | form_viewed form_started form_submitted form_completed
form bad | form_abandoned form_failed
error_page bad | error_shown error_occurred javascript_error page_error
error_page bad | page_not_found rage_click repeated_clicks dead_click clicked_repeatedly
""")
EVENTS |= {
    "employee_answered": Known("", kind="employee"),
    "note_told": Known("", kind="note", text=True),
    "interview_quoted": Known("", kind="interview", text=True),
}
"""What employees answer and tell, and what is said in interviews: nobody was anywhere, so it is at no touchpoint."""


@lru_cache(maxsize=65_536)
def plain(name: str) -> str:
    """Write an event's name as the table does: `Order Completed`, `orderCompleted` and `order-completed` are one."""
    return slug(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name))


def named(event: str) -> Known | None:
    """Give what an event's name says; None where it is not known."""
    return EVENTS.get(plain(event))


def fitting(place: Place, channels: dict[str, str | None], merged: dict[str, str]) -> str:
    """Give the key under which a company knows a touchpoint.

    Parameters
    ----------
    channels
        The company's touchpoints, with their channels.
    merged
        Names that were merged into other touchpoints.
    """
    for key in (place.key, *place.also):
        key = merged.get(key, key)
        if key in channels and _alike(channels[key], place.channel):
            return key
    free: Iterable[str] = (key for key in (place.key, f"{place.channel}_{place.key}") if key not in channels)
    return next(iter(free), place.key)


def _alike(one: str | None, other: str) -> bool:
    """Tell whether a touchpoint on one channel may take what came on the other."""
    return one is None or not ((one == "store" and other in ONLINE) or (other == "store" and one in ONLINE))
