"""From the place where something happened to the areas that hold it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from congress.models import Area


def holders(area_ids: Iterable[int]) -> Callable[[str], Iterator[int]]:
    """``above(path)`` gives those of the asked areas that are at the path or above it. One query, made here.

    What is counted for many areas at once is read grouped by path and added to each of its holders.
    """
    return holding(dict(Area.objects.filter(pk__in=list(area_ids)).values_list("path", "pk")))


def holding(paths: Mapping[str, int]) -> Callable[[str], Iterator[int]]:
    """The same for areas read already, given as path → key."""

    def above(path: str) -> Iterator[int]:
        cut = path.find("/")
        while cut != -1:
            if (pk := paths.get(path[: cut + 1])) is not None:
                yield pk
            cut = path.find("/", cut + 1)

    return above
