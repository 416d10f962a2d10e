"""What readers send in to subscribe, and to change what they subscribed to."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django import forms
from django.conf import settings
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Left
from django.http import QueryDict
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from archive.forms import MAX_TYPED_CHARS, EntityField, KnownField, SearchForm
from archive.models import Entity, SavedSearch, Section, Story, Subscription
from archive.models.entity import MAX_NAME_KEY_CHARS
from archive.search.standing import standing_query
from archive.search.suggest import MAX_TYPED_CHARS as MAX_NAME_CHARS
from archive.search.suggest import suggest_entities
from archive.subscriptions.addresses import email_key
from archive.subscriptions.enrolment import TARGETS, Wish
from archive.subscriptions.saved_searches import save_search
from archive.subscriptions.wording import BUTTONS, subject
from archive.text.dates import format_date
from archive.text.normalize import fold
from archive.text.tokenize import tokenize

MAX_EMAIL_CHARS = 254
MAX_QUERY_CHARS = 4000
MAX_STORIES_FOUND = 5
MAX_NAMESAKES = 5

When = Subscription.When


class AddressField(forms.EmailField):
    """An address of mail; `email_key` is how it is compared."""

    def __init__(self, **kwargs):
        super().__init__(
            label=_("E-mail address"),
            max_length=MAX_EMAIL_CHARS,
            widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr", "placeholder": "name@example.org"}),
            error_messages={
                "required": _("Give the address that we are to write to."),
                "invalid": _("This is no address of mail: it looks like name@example.org."),
                "max_length": _("This address is too long."),
            },
            **kwargs,
        )


class Bait(forms.CharField):
    """A box that people do not see and robots fill in: who does is answered like all, and nothing is done."""

    def __init__(self):
        super().__init__(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))


class TargetForm(forms.Form):
    """What one wants to be told of: a section, a name, a story or a search; all news where none is named."""

    section = KnownField(
        Section.objects.all(),
        label=_("What you want to hear of"),
        to_field_name="slug",
        required=False,
        empty_label=_("All news"),
        error_messages={"invalid_choice": _("There is no such section.")},
    )
    entity = EntityField(
        Entity.objects.none(), required=False, error_messages={"invalid_choice": _("There is no such name.")}
    )
    story = KnownField(
        Story.objects.none(), required=False, error_messages={"invalid_choice": _("There is no such story.")}
    )
    search = forms.CharField(required=False, max_length=MAX_QUERY_CHARS)

    def __init__(self, data: Mapping[str, str] | None = None, *args, **kwargs):
        super().__init__(_with_subject(data), *args, **kwargs)
        self.fields["entity"].queryset = Entity.objects.visible()
        self.fields["story"].queryset = Story.objects.visible()
        for name in ("entity", "story", "search"):
            self.fields[name].widget = forms.HiddenInput()

    @property
    def target(self) -> Section | Entity | Story | SavedSearch | None:
        """What is named, of the usable input; a search is saved by asking for it."""
        return self.saved_search or next(
            (self.cleaned_data[name] for name in ("story", "entity", "section") if self.cleaned_data.get(name)), None
        )

    @property
    def saved_search(self) -> SavedSearch | None:
        typed = self.cleaned_data.get("search")
        if not typed:
            return None
        asked = SearchForm(QueryDict(typed)).search_request()
        return save_search(asked.text, asked.filters, typed)

    def wish(self) -> Wish:
        """What is wanted. Where it is not said when: of one thing everything, of all news what is important."""
        target = self.target
        usual = When.IMPORTANT if target is None else When.AT_ONCE
        return Wish(self.cleaned_data.get("when") or usual, target)

    def clean(self):
        cleaned = super().clean()
        typed = cleaned.get("search")
        if typed:
            asked = SearchForm(QueryDict(typed)).search_request()
            if not asked.asks_for_something:
                raise forms.ValidationError(_("This search asks for nothing."))
            if standing_query(asked.text, asked.filters) is None:
                raise forms.ValidationError(_("This search only says what to leave out. Say also what you look for."))
        # What is wrong with what nobody sees is said over the form.
        for field in self.hidden_fields():
            if problems := self.errors.pop(field.name, None):
                self.add_error(None, list(problems))
        return cleaned


def _with_subject(data: Mapping[str, str] | None) -> Mapping[str, str] | None:
    """DATA; what the one box of the short form named, as `Subject.query` does, stands there by its own name."""
    if not data or not data.get("what"):
        return data
    asked = QueryDict(data["what"])
    return {name: data[name] for name in data} | {name: asked[name] for name in TARGETS if name in asked}


class WhenField(forms.ChoiceField):
    """When one wants to be told; INITIAL where nothing else is chosen."""

    def __init__(self, initial: str):
        super().__init__(
            label=_("When"),
            choices=When.choices,
            initial=initial,
            required=False,
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": _("Choose when you want to be told.")},
        )


class SubscribeForm(TargetForm):
    """An address, and what it wants to be told of and when."""

    email = AddressField()
    when = WhenField(When.IMPORTANT)
    page = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)
    website = Bait()

    field_order = ["email", "section", "when"]

    @property
    def is_baited(self) -> bool:
        return bool(self.data.get("website"))

    @property
    def address(self) -> str:
        return self.cleaned_data["email"]

    @property
    def key(self) -> str:
        return email_key(self.cleaned_data["email"])


class AddForm(TargetForm):
    """What else a subscriber wants to be told of: a section, or a name, a story or a search by its words."""

    named = forms.CharField(
        label=_("A name or a story"),
        help_text=_("A person, an organisation, a place, an event, or what a story is called."),
        required=False,
        max_length=MAX_NAME_CHARS,
    )
    words = forms.CharField(
        label=_("Words to look for"),
        help_text=_("You are told of each article that a search for them finds."),
        required=False,
        max_length=MAX_TYPED_CHARS,
    )
    when = WhenField(When.AT_ONCE)
    asked = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self):
        words, named = self.cleaned_data.get("words"), self.cleaned_data.get("named")
        if words:
            self.cleaned_data["search"] = urlencode({"q": words})
        try:
            cleaned = super().clean()
        except forms.ValidationError as problem:
            self.add_error("words" if words else None, problem)
            return self.cleaned_data
        given = [name for name in ("words", "named", "section") if cleaned.get(name)]
        if len(given) > 1:
            self.add_error(given[0], _("Fill in one of these at a time."))
        elif named and not (cleaned.get("asked") == named and (cleaned.get("entity") or cleaned.get("story"))):
            self._find(named)
        return cleaned

    def _find(self, named: str) -> None:
        """Take what is NAMED for what alone is called so; otherwise ask which of those like it is meant."""
        self.cleaned_data |= {"entity": None, "story": None}
        stories = _stories_called(named)
        called = [*_entities_called(named), *(story for story in stories if story.folded == fold(named))]
        found = list(dict.fromkeys([*called, *suggest_entities(named), *stories]))
        if len(called) == 1:
            self.cleaned_data[called[0]._meta.model_name] = called[0]
        elif not found:
            self.add_error("named", _("No name and no story here is called so."))
        else:
            # What was asked about is sent along: an answer to it says nothing of another name.
            self.data = {name: self.data[name] for name in self.data} | {"asked": named}
            self.fields["what"] = forms.ChoiceField(
                label=_("Which of them?"), choices=_told_apart(found), required=False, widget=forms.RadioSelect
            )
            self.add_error("what", _("Choose the one that you mean."))


def _entities_called(name: str) -> list[Entity]:
    """The entities with this NAME, however it is spelt, those of the most articles first."""
    key = Left(Func(Value(name), function="arabic_fold_v1", output_field=TextField()), MAX_NAME_KEY_CHARS)
    named = Entity.objects.visible().filter(aliases__key=key).distinct()
    return list(named.with_article_counts().order_by("-article_count", "pk")[:MAX_NAMESAKES])


def _told_apart(targets: Sequence[Entity | Story]) -> list[tuple[str, str]]:
    """TARGETS as choices; what has the same words as another, with what it is, or of when."""
    subjects = [subject(target) for target in targets]
    counts = Counter(one.label for one in subjects)
    return [
        (one.query, one.label if counts[one.label] == 1 else f"{one.label} · {_what_it_is(target)}")
        for one, target in zip(subjects, targets, strict=True)
    ]


def _what_it_is(target: Entity | Story) -> str:
    if isinstance(target, Entity):
        return target.shown_description or target.get_kind_display()
    last = target.last_shown_at
    return format_date(timezone.localtime(last), get_language()) if last else str(target.pk)


def _stories_called(words: str) -> list[Story]:
    """The latest stories with these WORDS in their title, however they are spelt."""
    tokens = list(tokenize(words))
    if not tokens:
        return []
    folded = Func(F("title"), function="arabic_fold_v1", output_field=TextField())
    stories = Story.objects.visible().annotate(folded=folded)
    for token in tokens:
        stories = stories.filter(folded__contains=token.word)
    return list(stories.latest_first()[:MAX_STORIES_FOUND])


class AddressForm(forms.Form):
    """An address alone: to be sent a link to, or to be changed to."""

    email = AddressField()
    website = Bait()

    @property
    def is_baited(self) -> bool:
        return bool(self.data.get("website"))

    @property
    def key(self) -> str:
        return email_key(self.cleaned_data["email"])


class LanguageForm(forms.Form):
    """The language in which a subscriber is written to."""

    language = forms.ChoiceField(label=_("The language of what we send you"), choices=settings.LANGUAGES)


class ManageForm(forms.Form):
    """When a subscriber wants to be told of each of their subscriptions, or that it ends."""

    END = "end"

    def __init__(self, *args, subscriptions: list[Subscription], **kwargs):
        super().__init__(*args, **kwargs)
        self.subscriptions = subscriptions
        for one in subscriptions:
            self.fields[f"when-{one.pk}"] = forms.ChoiceField(
                choices=[*When.choices, (self.END, BUTTONS["end"])], initial=one.when
            )

    def rows(self) -> list[tuple[Subscription, forms.BoundField]]:
        return [(one, self[f"when-{one.pk}"]) for one in self.subscriptions]

    def chosen(self) -> dict[Subscription, str]:
        """What is to be another than it is."""
        asked = {one: self.cleaned_data[f"when-{one.pk}"] for one in self.subscriptions}
        return {one: when for one, when in asked.items() if when != one.when}
