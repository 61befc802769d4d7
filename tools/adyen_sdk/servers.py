"""Which server of the pack a base URL or a service of the library means, and what it is in a URL that is sent."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

OPERATIONS = Path("rules/adyen/operations.yaml")
_VERSION = re.compile(r"/v\d+$")
_SERVICES = {
    "BinLookup": "bin_lookup",
    "Payment": "payment",
    "Payout": "payout",
    "Recurring": "recurring",
    "balancePlatform": "balance_platform",
    "binlookup": "bin_lookup",
    "checkout": "checkout",
    "dataProtection": "data_protection",
    "legalEntityManagement": "legal_entity",
    "management": "management",
    "payments": "payment",
    "payouts": "payout",
    "recurring": "recurring",
    "storedValue": "stored_value",
    "terminal": "terminal",
    "transfers": "transfers",
}
_BASES = {
    "balanceplatform-api-test.adyen.com/bcl": "balance_platform",
    "balanceplatform-api-test.adyen.com/btl": "transfers",
    "balanceplatform-api-test.adyen.com/capital": "capital",
    "ca-test.adyen.com/ca/services/DataProtectionService": "data_protection",
    "ca-test.adyen.com/ca/services/DisputeService": "disputes",
    "checkout-test.adyen.com": "checkout",
    "checkout-test.adyen.com/checkout/possdk": "pos_mobile",
    "kyc-test.adyen.com/lem": "legal_entity",
    "management-live.adyen.com": "management",
    "management-test.adyen.com": "management",
    "pal-test.adyen.com/pal/servlet/BalanceControl": "balance_control",
    "pal-test.adyen.com/pal/servlet/BinLookup": "bin_lookup",
    "pal-test.adyen.com/pal/servlet/Payment": "payment",
    "pal-test.adyen.com/pal/servlet/Payout": "payout",
    "pal-test.adyen.com/pal/servlet/Recurring": "recurring",
    "pal-test.adyen.com/pal/servlet/StoredValue": "stored_value",
    "postfmapi-test.adyen.com/postfmapi/terminal": "terminal",
    "test.adyen.com/authe/api": "session_authentication",
}

Prefixes = dict[str, tuple[re.Pattern[str], ...]]
"""Server -> what a URL of it begins with."""


def of_service(service: str) -> str:
    """Give the server that the name of a service stands for, in releases that keep the addresses in the client."""
    return _SERVICES[service]


def of_base(base: str) -> str:
    """Give the server of a base URL, in releases that keep it in each class."""
    return _BASES[_VERSION.sub("", base.removeprefix("https://"))]


def read_prefixes(operations: Path = OPERATIONS) -> Prefixes:
    """Read what the pack says about hosts and what stands before the paths."""
    servers: dict[str, dict[str, Any]] = yaml.safe_load(operations.read_text("utf-8"))["servers"]
    return {
        name: tuple(
            re.compile(f"https://{_pattern(host)}{_pattern(prefix)}(?=/)")
            for host in server["hosts"]
            for prefix in server["prefixes"]
            if host != "*.adyen.com"  # which stands for hosts that no release names
        )
        for name, server in servers.items()
    }


def path_on(prefixes: Prefixes, server: str, url: str) -> str | None:
    """Give the path of a URL that is sent to a server; None where it is for another one."""
    for pattern in prefixes.get(server, ()):
        found = pattern.match(url)
        if found:
            return url[found.end() :].partition("?")[0]
    return None


def _pattern(text: str) -> str:
    return re.escape(text).replace(r"\*", r"[\w.-]*").replace(r"\#", r"\d+")
