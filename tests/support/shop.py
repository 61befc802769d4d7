"""A shop as large applications look: packages with models, managers, views and plugins, of which one is for payments.

The way to a request is a class of a registry, a property, a class of resources and a wrapper.
"""

from __future__ import annotations

_MODELS = """from django.db import models

from shop.{package}.querysets import {title}Manager
from shop.core.models import LoggedModel, scoped
from shop.{other}.models import {other_title}


class {title}(LoggedModel):
    name = models.CharField(max_length=190)
    other = models.ForeignKey({other_title}, null=True, on_delete=models.CASCADE)
    objects = {title}Manager()

    @property
    def total(self):
        return sum(line.get(self).total for line in self.lines.all())

    def create(self, **kwargs):
        return self.objects.create(**kwargs)

    def save(self, *args, **kwargs):
        self.log("save", self.total)
        return super().save(*args, **kwargs)


class {title}Line(models.Model):
    parent = models.ForeignKey({title}, related_name="lines", on_delete=models.CASCADE)

    def get(self, key):
        return scoped(self.parent).get(key)
"""
_QUERYSETS = """from django.db import models


class {title}QuerySet(models.QuerySet):
    def update(self, **kwargs):
        return super().update(**kwargs)


class {title}Manager(models.Manager):
    def get(self, *args, **kwargs):
        return {title}QuerySet(self.model).get(*args, **kwargs)
"""
_VIEWS = """from django.shortcuts import render
from django.views.generic import View

from shop.{package}.models import {title}
from shop.core.registry import providers


class {title}View(View):
    def get(self, request, pk):
        return render(request, "{package}.html", {{"one": {title}.objects.get(pk=pk)}})

    def post(self, request, pk):
        one = {title}.objects.get(pk=pk)
        one.create(**request.POST)
        return render(request, "{package}.html", {{"one": one}})
"""
_PAYING = """

def paid(request, pk):
    return providers["card"]().execute(request, {title}.objects.get(pk=pk))
"""
_PLUGIN = """from shop.core.provider import BaseProvider
from shop.core.registry import register


@register("{package}")
class {title}Provider(BaseProvider):
    identifier = "{package}"

    def execute(self, request, payment):
        self.log(payment.get("id"))
        return self.settings.get("url_{package}")
"""
_CORE = {
    "shop/core/models.py": """from django.db import models


class LoggedModel(models.Model):
    class Meta:
        abstract = True

    def log(self, action, data=None):
        return LogEntry(action=action, data=data).save()


class LogEntry(models.Model):
    action = models.CharField(max_length=190)


def scoped(owner):
    return type(owner).objects
""",
    "shop/core/registry.py": """providers = {}


def register(name):
    def wrap(cls):
        providers[name] = cls
        return cls

    return wrap
""",
    "shop/core/provider.py": """class BaseProvider:
    identifier = None

    def __init__(self, settings=None):
        self.settings = settings or {}

    def log(self, what):
        return self.settings.get("log", print)(what)

    def execute(self, request, payment):
        raise NotImplementedError

    def run(self, request, payment):
        return self.execute(request, payment)
""",
    "shop/card/client.py": """import stripe


class Gateway:
    def __init__(self, key, account=None):
        self.client = stripe.StripeClient(key)
        self.options = {"stripe_account": account} if account else {}

    def call(self, resource, verb, *args, **params):
        return getattr(getattr(self.client.v1, resource), verb)(*args, params, self.options)


class Resource:
    name = None

    def __init__(self, gateway):
        self.gateway = gateway

    def get(self, one):
        return self.gateway.call(self.name, "retrieve", one)

    def create(self, **params):
        return self.gateway.call(self.name, "create", **params)
""",
    "shop/card/provider.py": """from shop.card.client import Gateway
from shop.card.resources import Customers, Intents, Refunds
from shop.core.provider import BaseProvider
from shop.core.registry import register


@register("card")
class CardProvider(BaseProvider):
    identifier = "card"

    @property
    def gateway(self):
        return Gateway(self.settings.get("key"), self.settings.get("account"))

    def execute(self, request, payment):
        customer = Customers(self.gateway).create(email=request.user.email)
        return Intents(self.gateway).create(customer=customer.id, amount=payment.total)

    def refund(self, payment):
        return Refunds(self.gateway).create(intent=payment.get("intent"))
""",
    "shop/card/resources.py": """from shop.card.client import Resource


class Customers(Resource):
    name = "customers"


class Intents(Resource):
    name = "payment_intents"


class Refunds(Resource):
    name = "refunds"
""",
}  # fmt: skip


def shop(count: int) -> dict[str, str]:
    """Give an application of some packages with models, views and plugins, of which one is for payments."""
    found = dict(_CORE)
    for number in range(count):
        told = {"package": f"part{number}", "title": f"Part{number}"}
        other = max(0, number - 1 - number % 3)
        models_text = _MODELS if number else _MODELS.replace("from shop.{other}.models import {other_title}\n", "")
        paying = _PAYING if number % 10 == 0 else ""
        found |= {
            f"shop/part{number}/models.py": models_text.format(
                other=f"part{other}", other_title=f"Part{other}", **told
            ),
            f"shop/part{number}/querysets.py": _QUERYSETS.format(**told),
            f"shop/part{number}/views.py": (_VIEWS + paying).format(**told),
            f"shop/part{number}/plugin.py": _PLUGIN.format(**told),
        }
    return found | {f"{folder}/__init__.py": "" for path in found for folder in _folders(path)}


def _folders(path: str) -> list[str]:
    names = path.split("/")[:-1]
    return ["/".join(names[: length + 1]) for length in range(len(names))]
