"""Which sessions of the site live, as the engine that keeps them says, many at a time."""

import secrets
from collections.abc import Collection, Mapping
from importlib import import_module
from typing import cast

from django.conf import settings
from django.contrib.sessions.backends import cache, cached_db, db, signed_cookies
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.exceptions import SuspiciousOperation
from django.db import router
from django.utils import timezone
from django.utils.translation import gettext as _


class SessionsUnknown(Exception):
    """The engine can't tell now; the text is a sentence that says why."""


def living(overdue: Mapping[str, bool]) -> set[str]:
    """Those of some sessions that are not over.

    Args:
        overdue: their keys, each with whether the session should be over by what was last seen of it. It counts where
            no engine can be asked, and saves looking closely where looking closely means one session at a time.

    Raises:
        SessionsUnknown: the cache that keeps the sessions is down.
    """
    store = _store()
    if _is_out_of_sight(store):
        return {key for key, is_overdue in overdue.items() if not is_overdue}
    if store.exists is cache.SessionStore.exists:
        return _in_cache(cast("type[cache.SessionStore]", store), overdue)
    if store.exists is db.SessionStore.exists:
        return _in_database(cast("type[db.SessionStore]", store), overdue)
    if store.exists is cached_db.SessionStore.exists:
        cached = cast("type[cached_db.SessionStore]", store)
        found = _in_database(cached, overdue)
        return found | _in_cache(cached, overdue.keys() - found)
    return {key for key, is_overdue in overdue.items() if _is_there(store, key, closely=is_overdue)}


def _store() -> type[SessionBase]:
    store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
    return store


def _is_out_of_sight(store: type[SessionBase]) -> bool:
    """Whether sessions are where this process can't look: in browsers, or in the memory of each process of the site."""
    if issubclass(store, cache.SessionStore):
        return isinstance(caches[settings.SESSION_CACHE_ALIAS], LocMemCache)
    return issubclass(store, signed_cookies.SessionStore)


def _in_database(store: type[db.SessionStore], keys: Collection[str]) -> set[str]:
    model = store.get_model_class()
    # Where there are replicas they may not have a new session yet.
    rows = model._default_manager.using(router.db_for_write(model))
    return set(rows.filter(session_key__in=keys, expire_date__gt=timezone.now()).values_list("session_key", flat=True))


def _in_cache(store: type[cache.SessionStore] | type[cached_db.SessionStore], keys: Collection[str]) -> set[str]:
    names = {store.cache_key_prefix + key: key for key in keys}
    kept_in = caches[settings.SESSION_CACHE_ALIAS]
    try:
        found = {names[name] for name in kept_in.get_many(names)}
        is_sure = len(found) == len(names) or _keeps(kept_in)
    except Exception as error:  # noqa: BLE001 - every backend has failures of its own, with addresses in their texts
        raise _unknown(error) from None
    if not is_sure:
        raise _unknown(kept_in)
    return found


def _keeps(kept_in: BaseCache) -> bool:
    """Whether the cache works at all: some that are down say that they have nothing."""
    name = f"rocketchat_auth:sweep:{secrets.token_hex(8)}"
    kept_in.set(name, name, 60)
    kept = kept_in.get(name)
    kept_in.delete(name)
    return bool(kept == name)


def _is_there(store: type[SessionBase], key: str, *, closely: bool) -> bool:
    session = store(key)
    # As Django's own clearsessions does: what loads an expired session may make a new one in its place.
    vars(session)["create"] = lambda: None
    try:
        return session.exists(key) and (not closely or bool(session.load()))
    except SuspiciousOperation:  # no key of this engine
        return False


def _unknown(cause: object) -> SessionsUnknown:
    return SessionsUnknown(
        _("The cache that keeps the sessions does not work (%s), so nobody knows which of them are over.")
        % type(cause).__name__
    )
