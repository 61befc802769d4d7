"""Small programs that speak to servers found by a part of the host, by a header, or below prefixes.

Written as in `http_samples`: `#: title -> what it says`, here operations and kinds of gaps.
"""

HOSTS = """\
#: the whole host, a version before the path -> POST /payments
import requests
requests.post("https://pay-test.depot.example/v71/payments")

#: the other prefix, in capitals -> POST /payments
import requests
requests.post("https://pay-test.depot.example/Pay/V70/payments")

#: a version that is not known -> POST /payments
import requests
def f(version):
    requests.post(f"https://pay-test.depot.example/v{version}/payments")

#: a version segment that is not known -> POST /payments
import os, requests
requests.post(f"https://pay-test.depot.example/{os.environ['VERSION']}/payments")

#: a prefix within a base -> POST /payments
import requests
BASE = "https://pay-test.depot.example/pay/v71"
requests.post(f"{BASE}/payments")

#: a prefix in a constant behind the host -> POST /payments/{payment}/refunds
import requests
def f(i):
    requests.post("https://pay-live.depot.example" + "/v71" + f"/payments/{i}/refunds")

#: a prefix that is not known behind the host -> POST /payments
import os, requests
requests.post("https://pay-test.depot.example" + os.environ["PREFIX"] + "/payments")

#: the beginning of the host is not known -> POST /payments
import requests
def f(prefix):
    requests.post(f"https://{prefix}-pay-live.depotpay.example/pay/v71/payments")

#: the beginning of the host is known -> POST /payments
import requests
requests.post("https://0a1b-pay-live.depotpay.example/pay/v71/payments")

#: the beginning of the host brings its separator -> POST /payments
import os, requests
requests.post(f"https://{os.environ['PREFIX']}pay-live.depotpay.example/pay/v71/payments")

#: a part of the middle of the host is not known -> POST /payments
import requests
def f(kind):
    requests.post(f"https://pay-{kind}.depot.example/v71/payments")

#: parts at both ends are not known -> POST /payments
import requests
def f(prefix, kind):
    requests.post(f"https://{prefix}-pay-{kind}.depotpay.example/pay/v71/payments")

#: another server of the same host -> GET /sums
import requests
requests.get("https://pay-test.depot.example/reports/v2/sums")

#: a shop -> GET /orders
import requests
requests.get("https://shoes.depotshop.example/api/v1/orders")

#: a shop that is not known -> GET /orders/{order}
import requests
def f(shop, i):
    requests.get(f"https://{shop}.depotshop.example/api/v1/orders/{i}.json")

#: an ending and a query -> GET /orders
import requests
requests.get("https://shoes.depotshop.example/api/v1/orders.json?page=2")

#: a client of a host that is partly known -> GET /payments/{payment}
import httpx
def f(prefix, i):
    client = httpx.Client(base_url=f"https://{prefix}-pay-live.depotpay.example/pay/v71/")
    client.get(f"payments/{i}")

#: a wrapper for a host that is partly known -> POST /payments
import requests
def send(prefix, path):
    return requests.post(f"https://{prefix}-pay-live.depotpay.example/pay/v71{path}")
send("x", "/payments")

#: a wrapper that is given the version too -> POST /payments
import requests
def send(path):
    return requests.post(f"https://pay-test.depot.example/{path}")
send("v71/payments")

#: no such operation -> unknown-operation
import requests
requests.get("https://pay-test.depot.example/v71/invoices")

#: no prefix -> POST /payments
import requests
requests.post("https://pay-test.depot.example/payments")

#: a path that cannot be told -> raw-request
import requests
requests.post("https://pay-test.depot.example/v71/" + input() + "s")

#: a path that cannot be told, at a host that is partly known -> raw-request
import requests
requests.get(f"https://{input()}.depotshop.example" + input())
"""

HEADERS = """\
#: a header, whatever the host -> GET /orders
import requests
requests.get("https://shoes.example/api/v1/orders", headers={"X-Depot-Token": "t"})

#: the header in small letters, a host that is not known -> GET /orders
import requests
def f(domain, token):
    requests.get("https://{}/api/v1/orders".format(domain), headers={"x-depot-token": token})

#: a base that is not known -> GET /orders
import requests
def f(base, token):
    requests.get(base + "/api/v1/orders?updated_at=gt:1", headers={"X-Depot-Token": token})

#: a base that holds the prefix -> GET /orders
import requests
def f(base, token):
    requests.get(base + "/orders", headers={"X-Depot-Token": token})

#: a base that ends with a slash -> GET /orders/{order}
import requests
def f(base, token, i):
    requests.get(f"{base}orders/{i}", headers={"X-Depot-Token": token})

#: a shop in a folder of its own -> PUT /orders/{order}
import requests
def f(i):
    requests.put(f"https://shoes.example/shop/api/v1/orders/{i}", headers={"X-Depot-Token": "t"})

#: headers of a session -> GET /orders
import requests, os
s = requests.Session()
s.headers.update({"X-Depot-Token": os.environ["TOKEN"]})
s.get(os.environ["SHOP"] + "/api/v1/orders")

#: a header of a session that is set later -> GET /orders
import requests, os
s = requests.Session()
s.headers["X-Depot-Token"] = os.environ["TOKEN"]
s.get(os.environ["SHOP"] + "/api/v1/orders")

#: headers of a client -> POST /orders
import httpx, os
c = httpx.Client(base_url=os.environ["SHOP"], headers={"X-Depot-Token": os.environ["TOKEN"]})
c.post("/api/v1/orders")

#: headers of a session that an instance keeps -> GET /orders
import requests
class Shop:
    def __init__(self, base, token):
        self.base = base
        self.session = requests.Session()
        self.session.headers.update({"X-Depot-Token": token})
    def orders(self):
        return self.session.get(self.base + "/api/v1/orders")

#: headers that an instance keeps -> GET /orders, PUT /orders/{order}
import requests
class Shop:
    def __init__(self, base, token):
        self.base = base
        self.headers = {"X-Depot-Token": token, "Accept": "application/json"}
    def call(self, verb, path, **more):
        return requests.request(verb, self.base + "/api/v1" + path, headers=self.headers, **more)
    def orders(self):
        return self.call("GET", "/orders")
    def change(self, i):
        return self.call("PUT", f"/orders/{i}")

#: headers from a method -> GET /orders
import requests
class Shop:
    def headers(self):
        return {"X-Depot-Token": self.token}
    def orders(self):
        return requests.get(f"https://{self.domain}/api/v1/orders", headers=self.headers())

#: headers through a wrapper -> GET /orders
import requests
def get(url, headers):
    return requests.get(url, headers=headers)
get("https://shoes.example/api/v1/orders", {"X-Depot-Token": "t"})

#: headers through a wrapper that passes on what it is given -> GET /orders
import requests
def get(url, **more):
    return requests.get(url, timeout=3, **more)
get("https://shoes.example/api/v1/orders", headers={"X-Depot-Token": "t"})

#: a request object -> POST /orders
from urllib.request import Request, urlopen
def f(base, data):
    urlopen(Request(base + "/api/v1/orders", data, {"X-Depot-Token": "t"}))

#: a prepared request -> POST /orders
import requests
def f(base):
    requests.Session().send(requests.Request("POST", base + "/api/v1/orders", headers={"X-Depot-Token": "t"}).prepare())

#: a connection to a host that is not known -> GET /orders
import http.client
def f(host):
    c = http.client.HTTPSConnection(host)
    c.request("GET", "/api/v1/orders", headers={"X-Depot-Token": "t"})

#: no such operation -> unknown-operation
import requests
requests.delete("https://shoes.example/api/v1/orders", headers={"X-Depot-Token": "t"})

#: a path that cannot be told -> raw-request
import requests
requests.get(input(), headers={"X-Depot-Token": "t"})

#: a path that callers know -> open-parameter
import requests
def f(url):
    return requests.get(url, headers={"X-Depot-Token": "t"})
"""

NOTHING = """\
#: the path alone
import requests
requests.get("https://shoes.example/api/v1/orders")
requests.get("https://shoes.example/v71/payments")

#: a base that is not known, without the header
import requests
def f(base, depot):
    requests.get(base + "/api/v1/orders", headers={"Accept": "application/json"})

#: a host of which nothing is known
import requests
def f(depot):
    requests.post(f"https://{depot}/v71/payments")
    requests.post(f"{depot}/pay/v71/payments")

#: a host of which too little is known
import requests
def f(depot):
    requests.post(f"https://{depot}.depotpay.example/pay/v71/payments")
    requests.post(f"https://{depot}.depot.example/v71/payments")
    requests.post(f"https://{depot}.example/v71/payments")

#: hosts that look like one
import requests
requests.post("https://x-pay-live.depotpay.example.org/pay/v71/payments")
requests.post("https://pay-live.depotpay.example/pay/v71/payments?x-pay-live.depotpay.example")
requests.get("https://depotshop.example/api/v1/orders")
requests.get("https://evil.example/?.depotshop.example/api/v1/orders")

#: a page of a shop
import requests
requests.get("https://shoes.depotshop.example/about/depot")

#: a header of the same name elsewhere
depot = {"X-Depot-Token": "t"}
print("https://shoes.example/api/v1/orders", depot)
"""
