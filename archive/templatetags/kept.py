"""The tag for pieces that are the same on page after page, such as what stands over and under each."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from archive import preferences
from archive.caching.chrome import chrome_of

register = template.Library()


class KeptNode(template.Node):
    def __init__(self, nodes: template.NodeList, values: list[template.base.FilterExpression]) -> None:
        self.nodelist = nodes
        self._values = values

    def render(self, context: template.Context) -> SafeString:
        # A page that is made without a request, such as one that says what is broken, asks for nothing.
        if (request := getattr(context, "request", None)) is None:
            return self._made(context)
        values = (value.resolve(context) for value in self._values)
        key = (self, get_language(), preferences.active().key, *values)
        return chrome_of(request).piece(key, lambda: self._made(context))

    def _made(self, context: template.Context) -> SafeString:
        with context.push():
            return self.nodelist.render(context)


@register.tag
def kept(parser: template.base.Parser, token: template.base.Token) -> KeptNode:
    """Make what stands between `{% kept VALUE… %}` and `{% endkept %}` once for all pages.

    Whatever shows in it is of the site's settings, sections and accounts, of the reader's language and settings, or
    of VALUES, which are numbers, texts or truths. Nothing in it may be of one page, of the time, or of who asks.
    """
    _name, *values = token.split_contents()
    nodes = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodes, [parser.compile_filter(value) for value in values])
