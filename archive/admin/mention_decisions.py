"""Deciding about a mention by one click, in the form of its article."""

from django import forms
from django.contrib.admin.models import CHANGE, LogEntry
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from archive.entities.deciding import confirm_mention, refuse_in_article, refuse_mention
from archive.models import Article, Mention


def refuse_everywhere(mention: Mention) -> None:
    """Refuse MENTION, and its entity wherever else it was found in the article."""
    refuse_mention(mention)
    refuse_in_article(mention.article, mention.entity)


DECISIONS = {"confirm": confirm_mention, "refuse": refuse_mention, "refuse_all": refuse_everywhere}


class MentionDecisionForm(forms.Form):
    mention = forms.ModelChoiceField(Mention.objects.none())
    decision = forms.ChoiceField(choices=[(name, name) for name in DECISIONS])

    def __init__(self, *args, article: Article, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mention"].queryset = article.mentions.select_related("entity", "article")


def decide(request: HttpRequest, article: Article) -> JsonResponse:
    """Do what was clicked; answers with what each mention of ARTICLE is by then, by its number."""
    form = MentionDecisionForm(request.POST, article=article)
    if not form.is_valid():
        message = _("This mention is no longer there: load the page again.")
        return JsonResponse({"message": message}, status=409)
    mention = form.cleaned_data["mention"]
    DECISIONS[form.cleaned_data["decision"]](mention)
    change = {"changed": {"name": "mention", "object": mention.entity.name, "fields": ["confirmed"]}}
    LogEntry.objects.log_actions(request.user.pk, [article], CHANGE, [change])
    confirmed = dict(article.mentions.exclude(confirmed=None).values_list("pk", "confirmed"))
    return JsonResponse({"message": _("Saved."), "confirmed": confirmed})


def decision_buttons(mention: Mention) -> SafeString:
    """Buttons for each decision; hidden until the form's script can send what they stand for."""
    return format_html(
        '<span class="mention-ways" data-mention="{}" data-url="{}" data-failed="{}" hidden>'
        '<button type="button" class="button" data-decision="confirm" aria-label="{}">{}</button> '
        '<button type="button" class="button" data-decision="refuse" aria-label="{}">{}</button> '
        '<button type="button" class="button" data-decision="refuse_all" aria-label="{}">{}</button> '
        '<span role="status" data-said></span></span>',
        mention.pk,
        reverse("admin:archive_article_mention", args=[mention.article_id]),
        _("Not saved: the site does not answer, or you are no longer logged in."),
        *_labels(_("Confirm"), mention),
        *_labels(_("Refuse"), mention),
        *_labels(_("Refuse everywhere in this article"), mention),
    )


def _labels(label: str, mention: Mention) -> tuple[str, str]:
    """What a screen reader says of a button, among so many of the same, and what is written on it."""
    return _("%(action)s: %(name)s") % {"action": label, "name": mention.entity.name}, label


def found_by(mention: Mention) -> str:
    """How MENTION came about; what no editor has seen is said to be automatic."""
    if mention.method == Mention.Method.EDITOR:
        return mention.get_method_display()
    if mention.confirmed is None:
        return _("automatic, not confirmed: %(method)s") % {"method": mention.get_method_display()}
    return _("automatic: %(method)s") % {"method": mention.get_method_display()}
