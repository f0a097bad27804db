"""Addresses of network cameras, as they may be shown."""

from urllib.parse import urlsplit

_USERS = ("user", "usr", "username", "login", "loginuse", "account")
_KEYS = ("pwd", "pass", "passwd", "password", "loginpas", "token", "auth", "key", "apikey", "api_key", "secret")
_SECRETS = frozenset((*_USERS, *_KEYS))


def shown_address(address: str) -> str:
    """The address without a user name and a password, which must not end up in files and on screens, be they before the host
    or, as in many cameras, in the query; another text unchanged."""
    if "://" not in address:
        return address
    try:
        parts = urlsplit(address)
    except ValueError:
        return address.partition("://")[0] + "://…"
    query = "&".join(part for part in parts.query.split("&") if part.partition("=")[0].casefold() not in _SECRETS)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query=query).geturl()
