"""How a place is said."""


def joined(area: str, place: str, gap: str = " ") -> str:
    """青溪镇 第3选区, but 青溪社区第一选区 alone: an area's name is not said twice."""
    if not place:
        return area
    return place if place.startswith(area) else f"{area}{gap}{place}"
