"""Addresses of network cameras, as they may be shown."""

import re

_USERS = ("user", "usr", "username", "login", "loginuse", "account")
_KEYS = (
    *("pw", "pwd", "psw", "pass", "passw", "passwd", "password", "passphrase", "passwort", "kennwort", "loginpas"),
    *("userpwd", "userpass", "userpassword", "token", "access_token", "access-token", "accesstoken", "authtoken", "jwt"),
    *("auth", "authorization", "credential", "credentials", "key", "apikey", "api_key", "api-key", "secret"),
    *("sig", "signature"),
)
_NAMED = rf"(?P<before>^|[/&;_])(?:{'|'.join((*_USERS, *_KEYS))})="
# A value ends where the next name begins, which some cameras join by underscores; one in the path ends with its part of it.
_IN_PATH = re.compile(rf"{_NAMED}.*?(?=$|[&;/]|_[a-z]+=)", re.IGNORECASE)
_IN_QUERY = re.compile(rf"{_NAMED}.*?(?=$|[&;]|_[a-z]+=)", re.IGNORECASE)


def shown_address(address: str) -> str:
    """The address without a user name and a password, which must not end up in files and on screens, be they before the host
    or, as in many cameras, in the path, the query or what comes after a #; another text unchanged."""
    scheme, found, rest = address.partition("://")
    if not found:
        return address
    host = re.split(r"[/?#]", rest)[0]
    if "@" in host or (":" in host and "@" in rest):  # Where it has no escapes, a password may hold any of these signs.
        rest = rest.rpartition("@")[2]
    rest, hash_sign, fragment = rest.partition("#")
    path, question_mark, query = rest.partition("?")
    path = _without_secrets(_IN_PATH, path)
    query, fragment = _without_secrets(_IN_QUERY, query), _without_secrets(_IN_QUERY, fragment)
    return f"{scheme}://{path}{question_mark if query else ''}{query}{hash_sign if fragment else ''}{fragment}"


def _without_secrets(named: re.Pattern[str], text: str) -> str:
    kept = named.sub(lambda match: "/" if match["before"] == "/" else "", text)
    return re.sub(r"(^|/)[&;_]", r"\1", kept) if kept != text else text
