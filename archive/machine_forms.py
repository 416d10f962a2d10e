"""What machines ask for: how much of an article a feed holds, and which address is to be embedded."""

from django import forms

from archive.models import SiteSettings

MAX_URL_CHARS = 4000


class FeedForm(forms.Form):
    """The parameter of every feed; what cannot be used is left out."""

    FULL, SUMMARY = "full", "summary"

    content = forms.ChoiceField(choices=[(FULL, FULL), (SUMMARY, SUMMARY)], required=False)

    def is_whole(self, site: SiteSettings) -> bool:
        """Whether articles are given whole: as asked for, or else as SITE says."""
        self.is_valid()
        asked = self.cleaned_data.get("content")
        return asked == self.FULL if asked else site.feeds_full_text


class OEmbedForm(forms.Form):
    """The parameters of oEmbed 1.0. The format is none of them: another than ours is no mistake in the address."""

    url = forms.CharField(max_length=MAX_URL_CHARS)
    maxwidth = forms.IntegerField(min_value=1, required=False)
    maxheight = forms.IntegerField(min_value=1, required=False)
