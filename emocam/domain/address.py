"""Addresses of network cameras, as they may be shown."""

from urllib.parse import urlsplit


def shown_address(address: str) -> str:
    """The address without a user name and a password, which must not end up in files and on screens; another text unchanged."""
    if "://" not in address:
        return address
    try:
        parts = urlsplit(address)
    except ValueError:
        return address.partition("://")[0] + "://…"
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
