"""Addresses of network cameras, as they may be shown."""

import re

_USERS = ("user", "usr", "username", "login", "loginuse", "account")
_KEYS = (
    *("pw", "pwd", "psw", "pass", "passw", "passwd", "password", "passphrase", "passwort", "kennwort", "loginpas"),
    *("userpwd", "userpass", "userpassword", "token", "access_token", "accesstoken", "authtoken", "jwt"),
    *("auth", "authorization", "credential", "credentials", "key", "apikey", "api_key", "secret"),
    *("sig", "signature"),
)
# A name may have another before it, as in access-token.
_NAMED = rf"(?P<before>^|[/?#&;_])(?:[a-z]+-)*(?:{'|'.join((*_USERS, *_KEYS))})="
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
    question_mark, query = _shown(question_mark, query)
    hash_sign, fragment = _shown(hash_sign, fragment)
    return f"{scheme}://{path}{question_mark}{query}{hash_sign}{fragment}"


def _shown(sign: str, text: str) -> tuple[str, str]:
    """What may be shown of a query or a fragment, and the sign before it where anything is left."""
    kept = _without_secrets(_IN_QUERY, text)
    return (sign if kept or not text else ""), kept


def _without_secrets(named: re.Pattern[str], text: str) -> str:
    kept = named.sub(lambda match: match["before"] if match["before"] in ("/", "?", "#") else "", text)
    return re.sub(r"(^|[/?#])[&;_]", r"\1", kept).rstrip("?#") if kept != text else text
