"""What happens to users and groups on the site, as Django's signals tell it.

The receivers only note whose chat account may have to change; the work is done after the commit. They take a user model
as it is: with or without groups and permissions, proxies and subclasses of it, any primary key.
"""

import logging
from collections.abc import Collection, Iterable
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db.models import ManyToManyField, Model
from django.db.models.signals import ModelSignal, m2m_changed, post_save, pre_delete, pre_save

from rocketchat_auth.accounts.pending import note
from rocketchat_auth.accounts.receiving import Receiver, never_in_the_way
from rocketchat_auth.conf import conf
from rocketchat_auth.models import Account

logger = logging.getLogger("rocketchat_auth.accounts")
_guarded = never_in_the_way(
    logger,
    "A change on the site could not be noted for chat; the change itself is made."
    " The next run of this mends it: manage.py rocketchat sync",
)

_RENAMED = "_rocketchat_auth_renamed"


def connect() -> None:
    users = get_user_model()
    _connect(post_save, user_saved, users)
    _connect(pre_delete, user_is_deleted, users)
    if own := _many_to_many(users, "user_permissions"):
        m2m_changed.connect(user_permissions_changed, sender=own.remote_field.through)
    if membership := _many_to_many(users, "groups"):
        m2m_changed.connect(groups_changed, sender=membership.remote_field.through)
        groups = membership.remote_field.model
        _connect(pre_delete, group_is_deleted, groups)
        _connect(pre_save, group_is_saved, groups)
        _connect(post_save, group_saved, groups)
        if given := _many_to_many(groups, "permissions"):
            m2m_changed.connect(group_permissions_changed, sender=given.remote_field.through)


@_guarded
def user_saved(sender: object, instance: Model, created: bool, raw: bool, using: str, **kwargs: Any) -> None:
    signed_in = kwargs["update_fields"] == {"last_login"}
    if not (raw or created or signed_in):
        note([_pk(instance, get_user_model())], using=using)


@_guarded
def user_is_deleted(sender: object, instance: Model, using: str, **kwargs: Any) -> None:
    """Note the account while it is still known whose it is."""
    accounts = Account.objects.using(using).filter(user_id=_pk(instance, get_user_model()))
    note(accounts=accounts.values_list("pk", flat=True), using=using)


@_guarded
def groups_changed(sender: object, using: str, **kwargs: Any) -> None:
    note(_changed("groups", get_user_model(), using, **kwargs), using=using)


@_guarded
def user_permissions_changed(sender: object, using: str, **kwargs: Any) -> None:
    if conf.required_permission:
        note(_changed("user_permissions", get_user_model(), using, **kwargs), using=using)


@_guarded
def group_permissions_changed(sender: object, using: str, **kwargs: Any) -> None:
    if conf.required_permission:
        groups = _groups()
        note(_members(_changed("permissions", groups, using, **kwargs), using), using=using)


@_guarded
def group_is_deleted(sender: object, instance: Model, using: str, **kwargs: Any) -> None:
    note(_members([_pk(instance, _groups())], using), using=using)


@_guarded
def group_is_saved(sender: object, instance: Model, raw: bool, using: str, **kwargs: Any) -> None:
    """See whether the group gets another name; what is saved besides has nothing to do with chat."""
    groups = _groups()
    name = getattr(instance, "name", None)
    if not raw and name is not None:
        former = groups._base_manager.using(using).filter(pk=_pk(instance, groups)).exclude(name=name)
        setattr(instance, _RENAMED, former.exists())


@_guarded
def group_saved(sender: object, instance: Model, using: str, **kwargs: Any) -> None:
    if vars(instance).pop(_RENAMED, False):
        note(_members([_pk(instance, _groups())], using), using=using)


def _connect(signal: ModelSignal, receiver: Receiver, model: type[Model]) -> None:
    """Signals name the very class of an object, so proxies and subclasses are connected as well."""
    for each in apps.get_models():
        if issubclass(each, model):
            signal.connect(receiver, sender=each)


def _many_to_many(model: type[Model], name: str) -> "ManyToManyField[Any, Any] | None":
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, ManyToManyField) else None


def _groups() -> type[Model]:
    groups: type[Model] = get_user_model()._meta.get_field("groups").remote_field.model
    return groups


def _pk(instance: Model, model: type[Model]) -> Any:
    """The primary key of an object as one of `model`, which it may be a subclass of."""
    return getattr(instance, model._meta.pk.attname)


def _members(groups: Collection[Any], using: str) -> Iterable[Any]:
    if not groups:
        return ()
    users = get_user_model()._base_manager.using(using)
    return users.filter(groups__in=groups).values_list("pk", flat=True).distinct()


def _changed(
    field: str,
    owner: type[Model],
    using: str,
    *,
    instance: Model,
    action: str,
    reverse: bool,
    pk_set: set[Any] | None,
    raw: bool = False,
    **kwargs: Any,
) -> list[Any]:
    """The primary keys of those objects of `owner` whose many-to-many field changed, from whichever side."""
    if raw:  # since Django 6.1
        return []
    if reverse and action == "pre_clear":
        objects = owner._base_manager.using(using).filter(**{field: instance.pk})
        return list(objects.values_list("pk", flat=True))
    if action == "post_clear" and not reverse:
        return [_pk(instance, owner)]
    if action in ("post_add", "post_remove") and pk_set:
        return list(pk_set) if reverse else [_pk(instance, owner)]
    return []
