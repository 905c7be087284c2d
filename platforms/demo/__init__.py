"""A fictional district to try the product on: 榕江区, with its people, platforms and three quarters of assessment."""

from platforms.demo.load import Account, AlreadyLoaded, OtherData, load

__all__ = ["Account", "AlreadyLoaded", "OtherData", "load"]
