"""The templates that Meta approves: outside the day after somebody wrote to us, nothing else may be sent to them.

What stands here is what `script/manage whatsapp_templates` submits, and what is sent must fit it: as many parameters,
none of them empty, on one line each. The texts are data, not messages of the interface: once approved they stay.
"""

from dataclasses import dataclass, field

from django.conf import settings

from archive.models import Delivery
from archive.subscriptions.messages import Message, full_address
from archive.subscriptions.tokens import delivery_mark
from archive.subscriptions.wording import described
from archive.text.opening import one_line, opening

Kind = Delivery.Kind

MAX_TITLE_CHARS = 200
MAX_TEXT_CHARS = 400
CONFIRM, DENY, LEAVE = "confirm", "deny", "leave"
"""What the buttons send back, before the mark of the delivery they stand under."""


@dataclass(frozen=True)
class Button:
    """A button with its LABELS by language. It leads to an address that begins with PATH, or sends ACTION back."""

    labels: dict[str, str]
    path: str | None = None
    action: str = ""


@dataclass(frozen=True)
class Template:
    """BODIES are the texts by language, with {{1}} and so on; EXAMPLES what Meta's reviewers see there."""

    name: str
    category: str
    bodies: dict[str, str]
    examples: list[str]
    buttons: list[Button] = field(default_factory=list)


_LEAVE = Button({"ar": "إلغاء الاشتراك", "en": "Unsubscribe"}, action=LEAVE)
_READ = Button({"ar": "اقرأ الخبر", "en": "Read the article"}, path="/article/")

TEMPLATES = {
    Kind.CONFIRMATION: Template(
        "sijill_confirmation",
        "UTILITY",
        {
            "ar": "طُلب باسم هذا الرقم الاشتراك في «{{1}}» من {{2}}. إن كنت أنت من طلبه فاضغط «نعم، أؤكد». "
            "وإن لم تكن أنت فلا تفعل شيئًا: لن يصلك منا شيء.",
            "en": "Somebody asked for a subscription to “{{1}}” of {{2}} with this number. If it was you, press "
            "“Yes, subscribe me”. If not, do nothing: we send you nothing.",
        },
        ["كل الأخبار", "سِجِلّ"],
        [
            Button({"ar": "نعم، أؤكد", "en": "Yes, subscribe me"}, action=CONFIRM),
            Button({"ar": "لا", "en": "No"}, action=DENY),
        ],
    ),
    Kind.ARTICLE: Template(
        "sijill_article",
        "MARKETING",
        {
            "ar": "جديد {{1}}:\n\n*{{2}}*\n\n{{3}}\n\nتصلك هذه الرسالة لأنك اشتركت في أخبارنا.",
            "en": "New in {{1}}:\n\n*{{2}}*\n\n{{3}}\n\nYou receive this because you subscribed to our news.",
        },
        ["سِجِلّ", "عودة السفينة إلى الميناء القديم", "رست السفينة في الميناء القديم عند السادسة صباحًا."],
        [_READ, _LEAVE],
    ),
    Kind.CORRECTION: Template(
        "sijill_correction",
        "UTILITY",
        {
            "ar": "تصويب من {{1}} لخبر أرسلناه إليك بعنوان «{{2}}»:\n\n{{3}}\n\nنعتذر عن الخطأ.",
            "en": "A correction by {{1}} of an article that we sent you, “{{2}}”:\n\n{{3}}\n\n"
            "We apologise for the mistake.",
        },
        ["سِجِلّ", "عودة السفينة إلى الميناء القديم", "الصواب: عند السابعة صباحًا لا السادسة."],
        [_READ, _LEAVE],
    ),
    Kind.DIGEST: Template(
        "sijill_digest",
        "MARKETING",
        {
            "ar": "موجز أخبار {{1}}. أبرز ما فيه:\n\n{{2}}\n\nوتجد البقية في الموقع.",
            "en": "The news digest of {{1}}. First of all:\n\n{{2}}\n\nThe rest is on the site.",
        },
        ["سِجِلّ", "عودة السفينة إلى الميناء القديم • افتتاح المكتبة العامة"],
        [Button({"ar": "افتح الموقع", "en": "Open the site"}, path="/"), _LEAVE],
    ),
}


def template_name(kind: str) -> str:
    """The name under which the template for KIND was submitted."""
    return settings.WHATSAPP_TEMPLATES.get(kind, TEMPLATES[kind].name)


def template_language(language: str) -> str:
    """LANGUAGE if the templates were approved in it, else the first in which they were."""
    return language if language in settings.WHATSAPP_LANGUAGES else settings.WHATSAPP_LANGUAGES[0]


def template_message(message: Message) -> dict:
    """The part `template` of a message to the API that says MESSAGE; KeyError for a kind that has none."""
    template = TEMPLATES[message.kind]
    return {
        "name": template_name(message.kind),
        "language": {"code": template_language(message.language)},
        "components": [
            {"type": "body", "parameters": [_text(value) for value in _values(message)]},
            *_buttons(template, message),
        ],
    }


def submission(kind: str, language: str) -> dict:
    """What Meta is asked to approve: the body of a request to /ACCOUNT_ID/message_templates."""
    template = TEMPLATES[kind]
    buttons = [_submitted(button, language) for button in template.buttons]
    return {
        "name": template_name(kind),
        "language": language,
        "category": template.category,
        "components": [
            {
                "type": "BODY",
                "text": template.bodies[language],
                "example": {"body_text": [template.examples]},
            },
            {"type": "BUTTONS", "buttons": buttons},
        ],
    }


def _submitted(button: Button, language: str) -> dict:
    label = button.labels[language]
    if button.path is None:
        return {"type": "QUICK_REPLY", "text": label}
    if button.path == "/":
        return {"type": "URL", "text": label, "url": full_address("/")}
    url = full_address(button.path)
    return {"type": "URL", "text": label, "url": url + "{{1}}", "example": [url + "1/"]}


def _values(message: Message) -> list[str]:
    """The parameters of the body."""
    site = message.site.shown_name
    match message.kind:
        case Kind.CONFIRMATION:
            return [described(message.reasons[0].target), site]
        case Kind.DIGEST:
            return [site, " • ".join(_parameter(item.article.title, MAX_TITLE_CHARS) for item in message.items[:3])]
        case Kind.CORRECTION:
            return [site, message.items[0].article.title, message.correction.text]
    item = message.items[0]
    section = item.article.section
    return [site, item.article.title, item.words or (section.label if section else site)]


def _buttons(template: Template, message: Message) -> list[dict]:
    mark = delivery_mark(message.delivery)
    found = []
    for index, button in enumerate(template.buttons):
        place = {"type": "button", "index": str(index)}
        if button.action:
            reply = {"type": "payload", "payload": f"{button.action} {mark}"}
            found.append({**place, "sub_type": "quick_reply", "parameters": [reply]})
        elif button.path != "/":
            # The short address: the long one has words in it, and no more is needed to find the article.
            found.append({**place, "sub_type": "url", "parameters": [_text(f"{message.items[0].article.pk}/")]})
    return found


def _text(value: str) -> dict:
    return {"type": "text", "text": _parameter(value, MAX_TEXT_CHARS)}


def _parameter(text: str, most: int) -> str:
    """TEXT as a parameter may be: on one line, and never more than MOST characters."""
    return opening(one_line(text), max_chars=most)
