"""Subscriptions as editors see them: figures and channels for all, addresses for those who were given that right."""

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST

from archive.admin.change_log import ReadableLog, change_message
from archive.admin.columns import moment_column, number_column
from archive.admin.permissions import NoAddOrChange, NoAddOrDelete
from archive.models import Channel, Delivery, DeliveryChannel, Subscriber, Subscription
from archive.subscriptions import enrolment, outbox
from archive.subscriptions.addresses import masked
from archive.subscriptions.figures import ChannelFigures, TargetCounts, channel_figures
from archive.subscriptions.wording import described
from archive.tasks.subscriptions import ON

What = Subscription.What
SHOWN_DAYS = 30
CHART_HEIGHT = 100
SEES_ADDRESSES = "archive.view_addresses"
PAUSED, RESUMED = gettext_noop("the sending (paused)"), gettext_noop("the sending (resumed)")
"""What the log calls the field that a pause changes: it is read in either language."""


class WithAddresses(admin.ModelAdmin):
    """Mixin: knows whether who looks may see addresses; columns are made without the request.

    Who may not can neither ask for them: the list is filtered by what its filters offer, and by nothing else.
    """

    def lookup_allowed(self, lookup, value, request):
        is_offered = lookup.partition("__")[0] in self.list_filter and lookup.count("__") < 2
        return is_offered and super().lookup_allowed(lookup, value, request)

    def get_queryset(self, request):
        self.sees_addresses = request.user.has_perm(SEES_ADDRESSES)
        return super().get_queryset(request)

    def address_of(self, subscriber: Subscriber) -> str:
        shown = subscriber.address if self.sees_addresses else masked(subscriber.address)
        return format_html('<bdi lang="en" dir="ltr">{}</bdi>', shown)


@admin.register(DeliveryChannel)
class DeliveryChannelAdmin(NoAddOrDelete, ReadableLog):
    """The list is the page of figures: how many subscribe, come and go; what was sent, and what failed."""

    fields = ["channel", "per_minute", "shown_problem", "shown_retry_at"]
    readonly_fields = ["channel", "shown_problem", "shown_retry_at"]
    shown_retry_at = moment_column("retry_at", gettext_lazy("tried again at"))

    def get_urls(self):
        ways = [("pause", outbox.pause), ("resume", outbox.resume)]
        return [
            *(
                path(
                    f"<str:channel>/{name}/",
                    self.admin_site.admin_view(require_POST(self._changing(change))),
                    name=f"archive_deliverychannel_{name}",
                )
                for name, change in ways
            ),
            *super().get_urls(),
        ]

    def _changing(self, change):
        def view(request: HttpRequest, channel: str):
            row = get_object_or_404(DeliveryChannel, pk=channel)
            if not self.has_change_permission(request, row):
                raise PermissionDenied
            change(channel)
            row.refresh_from_db()
            said = _("The channel is paused.") if row.paused else _("The channel is sending again.")
            self.log_change(request, row, [{"changed": {"fields": [PAUSED if row.paused else RESUMED]}}])
            self.message_user(request, said, messages.SUCCESS)
            return redirect("admin:archive_deliverychannel_changelist")

        return view

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        for channel in Channel.values:
            DeliveryChannel.objects.get_or_create(channel=channel)
        today = timezone.localdate()
        channels = [
            {
                "row": row,
                "is_on": ON[row.channel](),
                "figures": figures,
                "chart": _chart(figures),
                "kinds": _bars(figures.kinds),
                "named": _bars(figures.named),
                **self._ways(row),
            }
            for row in DeliveryChannel.objects.all()
            for figures in [channel_figures(row.channel, days=SHOWN_DAYS, today=today)]
        ]
        context = self.admin_site.each_context(request) | {
            "title": _("Newsletter and alerts"),
            "opts": self.opts,
            "channels": channels,
            "days": SHOWN_DAYS,
            "may_change": self.has_change_permission(request),
            **(extra_context or {}),
        }
        return render(request, "admin/archive/deliverychannel/figures.html", context)

    @staticmethod
    def _ways(row: DeliveryChannel) -> dict[str, str]:
        names = {"pause_url": "pause", "resume_url": "resume", "change_url": "change"}
        return {key: reverse(f"admin:archive_deliverychannel_{name}", args=[row.pk]) for key, name in names.items()}

    @admin.display(description=gettext_lazy("problem"))
    def shown_problem(self, row):
        return row.problem or self.get_empty_value_display()


def _chart(figures: ChannelFigures) -> list[dict]:
    """A column for each day: who came above the line, who left below it; what failed; in parts of CHART_HEIGHT."""
    highest = max((max(day.joined, day.gone) for day in figures.days), default=0) or 1
    most_failed = max((day.failed for day in figures.days), default=0) or 1
    return [
        {
            "x": number,
            "joined": round(day.joined * CHART_HEIGHT / highest),
            "above": CHART_HEIGHT - round(day.joined * CHART_HEIGHT / highest),
            "gone": round(day.gone * CHART_HEIGHT / highest),
            "failed": round(day.failed * CHART_HEIGHT / most_failed),
            "above_failed": CHART_HEIGHT - round(day.failed * CHART_HEIGHT / most_failed),
            "counts": day,
        }
        for number, day in enumerate(figures.days)
    ]


def _bars(counts: list[TargetCounts]) -> list[dict]:
    """Two bars for each of COUNTS: its subscriptions, and those that ended, in parts of CHART_HEIGHT."""
    longest = max((max(one.active, one.left) for one in counts), default=0) or 1
    kinds = {
        What.EVERYTHING: _("All news"),
        What.ENTITY: _("Names"),
        What.STORY: _("Stories"),
        What.SEARCH: _("Searches"),
    }
    return [
        {
            "label": described(one.target) if one.target else kinds[one.what],
            "active": round(one.active * CHART_HEIGHT / longest),
            "left": round(one.left * CHART_HEIGHT / longest),
            "counts": one,
        }
        for one in counts
    ]


class SubscriptionInline(NoAddOrChange, admin.TabularInline):
    model = Subscription
    fields = readonly_fields = ["shown_what", "when", "state", "shown_active_since"]
    extra = 0
    can_delete = False
    shown_active_since = moment_column("active_since", gettext_lazy("active since"))

    def get_queryset(self, request):
        return super().get_queryset(request).with_targets()

    @admin.display(description=gettext_lazy("what"))
    def shown_what(self, subscription):
        return described(subscription.target)


@admin.register(Subscriber)
class SubscriberAdmin(NoAddOrChange, WithAddresses, ReadableLog):
    list_display = ["shown_address", "channel", "state", "shown_confirmed_at", "suppression"]
    list_filter = ["state", "channel", "suppression"]
    fields = [
        *("shown_address", "channel", "shown_language", "state", "shown_created_at", "shown_confirmed_at"),
        *("shown_left_at", "suppression", "shown_suppressed_at"),
    ]
    inlines = [SubscriptionInline]
    actions = ["lift_suppression"]
    shown_created_at = moment_column("created_at", gettext_lazy("created at"))
    shown_confirmed_at = moment_column("confirmed_at", gettext_lazy("confirmed at"))
    shown_left_at = moment_column("left_at", gettext_lazy("left at"))
    shown_suppressed_at = moment_column("suppressed_at", gettext_lazy("not to be reached since"))

    def get_search_fields(self, request):
        """To find an address is to see it."""
        return ["address_key"] if request.user.has_perm(SEES_ADDRESSES) else []

    def has_addresses_permission(self, request):
        return request.user.has_perm(SEES_ADDRESSES)

    @admin.action(permissions=["addresses"], description=gettext_lazy("Write again to the chosen subscribers"))
    def lift_suppression(self, request, queryset):
        """For addresses that were lost by a mistake of a server's, or ours; who complained has said no."""
        lost = queryset.exclude(suppression=Subscriber.Suppression.COMPLAINED)
        lifted = [one for one in lost if enrolment.lift_suppression(one)]
        for one in lifted:
            self.log_change(request, one, change_message(Subscriber, ["suppression"]))
        said = ngettext(
            "One subscriber is written to again.", "%(count)s subscribers are written to again.", len(lifted)
        )
        self.message_user(request, said % {"count": len(lifted)}, messages.SUCCESS if lifted else messages.WARNING)

    @admin.display(description=pgettext_lazy("of a subscriber", "address"))
    def shown_address(self, subscriber):
        return self.address_of(subscriber)

    @admin.display(description=gettext_lazy("language"))
    def shown_language(self, subscriber):
        return dict(settings.LANGUAGES).get(subscriber.language, subscriber.language)


@admin.register(Delivery)
class DeliveryAdmin(NoAddOrChange, WithAddresses, ReadableLog):
    list_display = [
        "shown_subscriber",
        "kind",
        "article",
        "state",
        "shown_attempts",
        "shown_sent_at",
        "shown_said",
    ]
    list_filter = ["state", "kind", "channel"]
    list_select_related = ["subscriber", "article"]
    fields = [
        *("shown_subscriber", "kind", "article", "state", "shown_due_at", "shown_attempts"),
        *("shown_sent_at", "message_id", "receipt", "shown_said"),
    ]
    shown_attempts = number_column("attempts", gettext_lazy("attempts"))
    shown_due_at = moment_column("due_at", gettext_lazy("due at"))
    shown_sent_at = moment_column("sent_at", gettext_lazy("sent at"))

    def get_fields(self, request, obj=None):
        """WhatsApp's ids of messages have the number in them."""
        hidden = () if request.user.has_perm(SEES_ADDRESSES) else ("message_id",)
        return [name for name in super().get_fields(request, obj) if name not in hidden]

    @admin.display(description=gettext_lazy("subscriber"))
    def shown_subscriber(self, delivery):
        return self.address_of(delivery.subscriber)

    @admin.display(description=gettext_lazy("outcome"))
    def shown_said(self, delivery):
        """What the other side said, in which an address may stand: of that, others see the code alone."""
        said = delivery.outcome if self.sees_addresses else delivery.outcome.partition(" ")[0]
        return format_html('<bdi lang="en" dir="ltr">{}</bdi>', said) if said else self.get_empty_value_display()
