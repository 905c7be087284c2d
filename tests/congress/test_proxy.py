"""Whose address the audit trail and the limits on signing in see, with and without a proxy."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from congress.middleware import OriginMiddleware, ProxyMiddleware
from congress.services import audit


def seen(middleware, **headers: str) -> str | None:
    """The address an audit row would carry."""
    addresses = []

    def view(request):
        addresses.append(audit.origin.get().ip)
        return HttpResponse()

    middleware(OriginMiddleware(view))(RequestFactory().get("/", REMOTE_ADDR="172.18.0.5", **headers))
    return addresses[0]


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("6.6.6.6, 10.1.2.3", "10.1.2.3"),
        ("2001:db8::7", "2001:db8::7"),
        ("", "172.18.0.5"),
    ],
)
def test_behind_the_proxy_its_own_word_counts(forwarded, address):
    assert seen(ProxyMiddleware, HTTP_X_FORWARDED_FOR=forwarded) == address


def test_without_a_proxy_the_header_is_not_believed():
    assert seen(lambda handler: handler, HTTP_X_FORWARDED_FOR="6.6.6.6") == "172.18.0.5"
