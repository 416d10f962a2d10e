"""The regions of a dataset in a table: the last figure of each, how it changed, and links by which it is sorted."""

from collections.abc import Callable, Iterable, Sequence

from django.utils.translation import gettext as _

from archive.statistics.figures import Standing, by_name
from archive.statistics.series import Value
from archive.statistics_forms import FiguresView
from archive.views.figures import change_in_words, figure


def standing_rows(
    standings: Sequence[Standing], view: FiguresView, address: Callable[..., str], *, may_add: bool
) -> list[dict]:
    """The table of regions in the order that VIEW asks for; what is not known comes last, whichever way round."""
    last = max((standing.day for standing in standings if standing.day), default=None)
    return [
        {
            "name": standing.region.label,
            "code": standing.region.code,
            "url": address(codes=(standing.region.code,)),
            "chosen": standing.region.code in view.codes,
            "add_url": address(codes=(*view.codes, standing.region.code))
            if may_add and standing.region.code not in view.codes
            else None,
            "value": None if standing.value is None else figure(standing.value),
            "late": standing.day if standing.day != last else None,
            "change": change_in_words(standing.change) | {"figure": figure(standing.change.value)}
            if standing.change
            else None,
            "mean": None if standing.mean is None else figure(standing.mean),
            "million": None if standing.per_million is None else figure(standing.per_million),
        }
        for standing in sorted_standings(standings, view.sort)
    ]


def sorted_standings(standings: Iterable[Standing], sort: str) -> list[Standing]:
    """STANDINGS by SORT, one of `archive.statistics_forms.SORTS`, downwards after a hyphen."""
    name, falls = sort.removeprefix("-"), sort.startswith("-")
    keys: dict[str, Callable[[Standing], Value]] = {
        "value": lambda standing: standing.value,
        "change": lambda standing: standing.change and standing.change.value,
        "mean": lambda standing: standing.mean,
        "million": lambda standing: standing.per_million,
    }
    if name == "name":
        return sorted(standings, key=by_name, reverse=falls)
    key = keys[name]
    ordered = sorted(standings, key=by_name)
    known = [standing for standing in ordered if key(standing) is not None]
    return sorted(known, key=key, reverse=falls) + [standing for standing in ordered if key(standing) is None]


def sort_heads(view: FiguresView, address: Callable[..., str]) -> list[dict]:
    """The heads of that table: {label, url, direction}; each leads to the table sorted by it."""
    labels = {
        "name": _("Region"),
        "value": view.measure.label,
        "change": _("Latest change"),
        "mean": _("Mean of seven days"),
        "million": _("Per million inhabitants"),
    }
    if not view.measure.can_be_added:
        del labels["million"]
    heads = []
    for name, label in labels.items():
        chosen = view.sort.removeprefix("-") == name
        falls = view.sort.startswith("-")
        turned = name if falls else f"-{name}"
        heads.append(
            {
                "label": label,
                "url": address(sort=turned if chosen else name if name == "name" else f"-{name}"),
                "direction": ("descending" if falls else "ascending") if chosen else None,
            }
        )
    return heads
