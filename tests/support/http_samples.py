"""Small programs that send plain HTTP requests, and what each says.

A line `#: title -> what it says` starts a program; `<api>` stands for the address of the server.
"""

REQUESTS = """\
#: a function -> GET /v1/customers
import requests
requests.get("<api>/v1/customers")

#: a function with a body -> POST /v1/customers
import requests
requests.post("<api>/v1/customers", {"name": "n"})

#: an id in the path -> DELETE /v1/customers/{customer}
import requests
def go(i):
    requests.delete(f"<api>/v1/customers/{i}")

#: functions by name -> GET /v1/charges, POST /v1/refunds
from requests import get, post as send
get("<api>/v1/charges")
send(url="<api>/v1/refunds")

#: the verb as an argument -> POST /v1/refunds
import requests
requests.request("post", "<api>/v1/refunds")

#: verb and URL by name -> GET /v1/refunds
import requests
requests.request(method="GET", url="<api>/v1/refunds")

#: the module behind the functions -> GET /v1/refunds
import requests.api
requests.api.get("<api>/v1/refunds")

#: that module by name -> GET /v1/refunds
from requests import api
api.get("<api>/v1/refunds")

#: a session -> GET /v1/payouts
import requests
s = requests.Session()
s.get("<api>/v1/payouts")

#: a session by its old name -> GET /v1/payouts
import requests
s = requests.session()
s.get("<api>/v1/payouts")

#: a session for a block -> POST /v1/payouts
import requests
with requests.Session() as s:
    s.post("<api>/v1/payouts")

#: a session from its own module -> GET /v1/payouts
from requests.sessions import Session
Session().get("<api>/v1/payouts")

#: the verb as an argument of a session -> DELETE /v1/coupons/{coupon}
import requests
requests.Session().request("DELETE", "<api>/v1/coupons/x")

#: a request object -> POST /v1/coupons
import requests
s = requests.Session()
r = requests.Request("POST", "<api>/v1/coupons")
s.send(r.prepare())

#: a request object that a session prepares -> GET /v1/coupons
from requests import Request, Session
r = Request("GET", "<api>/v1/coupons")
Session().send(Session().prepare_request(r))

#: a prepared request -> GET /v1/coupons
import requests
r = requests.Request(method="GET", url="<api>/v1/coupons").prepare()
requests.Session().send(r)

#: a session kept on an instance -> GET /v1/invoices/{invoice}
import requests
class A:
    def __init__(self):
        self.s = requests.Session()
    def go(self, i):
        return self.s.get("<api>/v1/invoices/" + i)

#: a client of one's own -> GET /v1/invoices/{invoice}
import requests
class A:
    base = "<api>/v1"
    def __init__(self, key):
        self.key = key
    def _call(self, verb, path, **kw):
        return requests.request(verb, self.base + path, auth=(self.key, ""), **kw)
    def one(self, i):
        return self._call("GET", f"/invoices/{i}")

#: a subclass of the session -> GET /v1/payouts
import requests
class S(requests.Session):
    pass
S().get("<api>/v1/payouts")

#: functions by computed name -> GET /v1/payouts, POST /v1/payouts
import requests
for verb in ("get", "post"):
    getattr(requests, verb)("<api>/v1/payouts")

#: functions in a dict -> POST /v1/payouts
import requests
M = {"GET": requests.get, "POST": requests.post}
M["POST"]("<api>/v1/payouts")

#: another name for the library -> GET /v1/payouts
import requests as r
r.get("<api>/v1/payouts")

#: a query in the URL -> GET /v1/payouts
import requests
requests.get("<api>/v1/payouts?limit=3")

#: without encryption, with a slash at the end -> GET /v1/payouts
import requests
requests.get("http://api.stripe.com/v1/payouts/")

#: a host in capitals -> GET /v1/payouts
import requests
requests.get("https://API.Stripe.com/v1/payouts")

#: another server -> POST /oauth/token
import requests
requests.post("https://connect.stripe.com/oauth/token")

#: the server for files -> POST /v1/files
import requests
requests.post("https://files.stripe.com/v1/files")

#: a comprehension -> GET /v1/payouts, GET /v1/refunds
import requests
[requests.get(f"<api>/v1/{x}") for x in ("payouts", "refunds")]

#: a session with an adapter -> GET /v1/payouts
import requests
from requests.adapters import HTTPAdapter
s = requests.Session()
s.mount("https://", HTTPAdapter(max_retries=3))
s.get("<api>/v1/payouts")

#: a partial call -> POST /v1/payouts
import functools, requests
call = functools.partial(requests.request, "POST", timeout=3)
call("<api>/v1/payouts")

#: an id from a response -> GET /v1/payouts, GET /v1/payouts/{payout}
import requests
data = requests.get("<api>/v1/payouts").json()
requests.get("<api>/v1/payouts/" + data["data"][0]["id"])
"""

URLS = """\
#: a constant and a literal -> GET /v1/payouts
import requests
BASE = "<api>"
requests.get(BASE + "/v1/payouts")

#: percent -> GET /v1/payouts/{payout}
import requests
def f(i):
    requests.get("<api>/v1/payouts/%s" % i)

#: percent with several -> GET /v1/payouts/{payout}
import requests
def f(i):
    requests.get("%s/v1/payouts/%s" % ("<api>", i))

#: percent with names -> GET /v1/payouts/{payout}
import requests
def f(i):
    requests.get("<api>/v1/payouts/%(id)s" % {"id": i})

#: format -> GET /v1/payouts/{payout}
import requests
def f(i):
    requests.get("<api>/v1/payouts/{}".format(i))

#: format with names -> GET /v1/payouts/{payout}
import requests
URL = "<api>/v1/{kind}/{id}"
def f(i):
    requests.get(URL.format(kind="payouts", id=i))

#: join -> GET /v1/payouts/{payout}
import requests
def f(i):
    requests.get("/".join(["<api>", "v1", "payouts", i]))

#: urljoin -> GET /v1/payouts/{payout}
import requests
from urllib.parse import urljoin
def f(i):
    requests.get(urljoin("<api>/v1/", f"payouts/{i}"))

#: urljoin with an absolute path -> GET /v1/payouts
import requests
import urllib.parse
requests.get(urllib.parse.urljoin("<api>/v1/x", "/v1/payouts"))

#: urljoin on an address that the environment may change -> GET /v1/payouts
import os, requests
from urllib.parse import urljoin
BASE = os.environ.get("B", "<api>/v1/")
requests.get(urljoin(BASE, "payouts"))

#: an address that the environment may change -> GET /v1/payouts
import os, requests
BASE = os.getenv("B", "<api>")
requests.get(f"{BASE}/v1/payouts")

#: or -> GET /v1/payouts
import os, requests
BASE = os.getenv("B") or "<api>"
requests.get(f"{BASE}/v1/payouts")

#: a default of a parameter -> GET /v1/payouts
import requests
def f(base="<api>"):
    requests.get(base + "/v1/payouts")
f()

#: constants of a class -> GET /v1/payouts
import requests
class A:
    BASE = "<api>"
    URL = BASE + "/v1/payouts"
    def f(self):
        requests.get(self.URL)

#: an address given to the constructor -> GET /v1/payouts
import requests
class A:
    def __init__(self, base="<api>/v1"):
        self.base = base.rstrip("/")
    def f(self):
        requests.get(f"{self.base}/payouts")
A().f()

#: a string that grows -> GET /v1/payouts
import requests
url = "<api>"
url += "/v1"
url += "/payouts"
requests.get(url)

#: a quoted id -> GET /v1/payouts/{payout}
import requests
from urllib.parse import quote
def f(i):
    requests.get("<api>/v1/payouts/" + quote(i, safe=""))

#: an encoded query -> GET /v1/payouts
import requests
from urllib.parse import urlencode
def f(i):
    requests.get("<api>/v1/payouts?" + urlencode({"limit": i}))

#: a dict of URLs -> GET /v1/refunds
import requests
URLS = {"p": "<api>/v1/payouts", "r": "<api>/v1/refunds"}
requests.get(URLS["r"])

#: one of two -> GET /v1/payouts, GET /v1/refunds
import requests
def f(x):
    url = "<api>/v1/payouts" if x else "<api>/v1/refunds"
    requests.get(url)

#: a function that makes URLs -> GET /v1/payouts
import requests
def url(path):
    return f"<api>/v1/{path}"
requests.get(url("payouts"))

#: a property -> GET /v1/payouts
import requests
class A:
    @property
    def url(self):
        return "<api>/v1/payouts"
    def f(self):
        requests.get(self.url)

#: methods of strings -> GET /v1/payouts
import requests
requests.request("get".upper(), " <api>/v1/payouts ".strip())

#: bytes -> GET /v1/payouts
import requests
requests.get(b"<api>/v1/payouts")

#: literals side by side -> GET /v1/payouts
import requests
requests.get(
    "<api>"
    "/v1/payouts")

#: a walrus -> GET /v1/payouts
import requests
if (u := "<api>/v1/payouts"):
    requests.get(u)

#: a host of its own -> GET /v1/payouts
import requests
HOST = "api.stripe.com"
requests.get(f"https://{HOST}/v1/payouts")
"""

HTTPX = """\
#: a function -> GET /v1/payouts
import httpx
httpx.get("<api>/v1/payouts")

#: the verb as an argument -> POST /v1/payouts
import httpx
httpx.request("POST", "<api>/v1/payouts")

#: a client with a base URL -> GET /v1/payouts, GET /v1/refunds
import httpx
c = httpx.Client(base_url="<api>/v1")
c.get("/payouts")
c.get("refunds")

#: a client for a block -> POST /v1/payouts
import httpx
with httpx.Client(base_url="<api>") as c:
    c.post("/v1/payouts")

#: an asynchronous client -> GET /v1/payouts
import httpx
async def f():
    async with httpx.AsyncClient(base_url="<api>/v1/") as c:
        r = await c.get("payouts")
        return r.json()

#: a whole URL in spite of a base URL -> GET /v1/payouts
import httpx
httpx.Client(base_url="https://example.com").get("<api>/v1/payouts")

#: a streamed response -> GET /v1/payouts
import httpx
with httpx.stream("GET", "<api>/v1/payouts") as r:
    pass

#: a request that a client builds -> POST /v1/payouts
import httpx
c = httpx.Client(base_url="<api>")
r = c.build_request("POST", "/v1/payouts")
c.send(r)

#: a request object -> POST /v1/payouts
import httpx
r = httpx.Request("POST", "<api>/v1/payouts")
httpx.Client().send(r)

#: a client kept on an instance -> DELETE /v1/coupons/{coupon}
import httpx
class A:
    def __init__(self, key):
        self.c = httpx.AsyncClient(base_url="<api>/v1", headers={"Authorization": f"Bearer {key}"})
    async def f(self, i):
        return await self.c.delete(f"/coupons/{i}")

#: a client that is a parameter -> GET /v1/payouts
import httpx
B = "<api>"
def f(c: httpx.Client):
    c.get(B + "/v1/payouts")
"""

AIOHTTP = """\
#: a session -> GET /v1/payouts
import aiohttp
async def f():
    async with aiohttp.ClientSession() as s:
        async with s.get("<api>/v1/payouts") as r:
            return await r.json()

#: a session with a base URL -> POST /v1/payouts
import aiohttp
async def f():
    async with aiohttp.ClientSession("<api>") as s:
        await s.post("/v1/payouts")

#: a base URL by name -> DELETE /v1/coupons/{coupon}
import aiohttp
async def f():
    s = aiohttp.ClientSession(base_url="<api>/v1/")
    await s.delete("coupons/x")

#: the function -> POST /v1/payouts
import aiohttp
async def f():
    async with aiohttp.request("POST", "<api>/v1/payouts") as r:
        pass

#: the verb as an argument -> GET /v1/payouts
import aiohttp
async def f(s: aiohttp.ClientSession):
    async with s.request("GET", "<api>/v1/payouts") as r:
        pass
"""

URLLIB3 = """\
#: a pool manager -> GET /v1/payouts
import urllib3
http = urllib3.PoolManager()
http.request("GET", "<api>/v1/payouts")

#: the function -> POST /v1/payouts
import urllib3
urllib3.request("POST", "<api>/v1/payouts")

#: the method below the others -> DELETE /v1/coupons/{coupon}
import urllib3
urllib3.PoolManager().urlopen("DELETE", "<api>/v1/coupons/x")

#: the pool of one host -> GET /v1/payouts
import urllib3
p = urllib3.HTTPSConnectionPool("api.stripe.com", 443)
p.request("GET", "/v1/payouts")

#: the pool of one host by name -> GET /v1/payouts
import urllib3
p = urllib3.HTTPSConnectionPool(host="api.stripe.com")
p.urlopen("GET", "/v1/payouts")

#: a body in the request -> POST /v1/payouts
import urllib3
urllib3.PoolManager().request_encode_body("POST", "<api>/v1/payouts", fields={})
"""

STDLIB = """\
#: a URL that is opened -> GET /v1/payouts
from urllib.request import urlopen
urlopen("<api>/v1/payouts")

#: with data -> POST /v1/payouts
import urllib.request
urllib.request.urlopen("<api>/v1/payouts", b"a=b")

#: with data by name -> POST /v1/payouts
import urllib.request
urllib.request.urlopen("<api>/v1/payouts", data=b"a=b")

#: a request object -> GET /v1/payouts
from urllib.request import Request, urlopen
r = Request("<api>/v1/payouts")
urlopen(r)

#: a request object with headers -> GET /v1/payouts
from urllib.request import Request, urlopen
r = Request("<api>/v1/payouts", headers={"X": "y"})
urlopen(r)

#: a request object with data -> POST /v1/payouts
from urllib.request import Request, urlopen
r = Request("<api>/v1/payouts", data=b"x", headers={"X": "y"})
urlopen(r)

#: a request object with a method -> DELETE /v1/coupons/{coupon}
from urllib.request import Request, urlopen
r = Request("<api>/v1/coupons/x", method="DELETE")
with urlopen(r) as f:
    pass

#: a request object with data and a method -> POST /v1/coupons/{coupon}
from urllib.request import Request, urlopen
r = Request("<api>/v1/coupons/x", data=b"x", method="POST", headers={})
urlopen(r)

#: a request object that is opened at once -> GET /v1/payouts
from urllib.request import Request, urlopen
urlopen(Request("<api>/v1/payouts"), timeout=10)

#: a connection -> GET /v1/payouts
import http.client
c = http.client.HTTPSConnection("api.stripe.com")
c.request("GET", "/v1/payouts")
c.getresponse()

#: a connection with arguments by name -> POST /v1/payouts
from http.client import HTTPSConnection
c = HTTPSConnection("api.stripe.com", timeout=3)
c.request(method="POST", url="/v1/payouts", body="x", headers={})

#: a connection with a port -> POST /v1/payouts
from http.client import HTTPSConnection
c = HTTPSConnection("api.stripe.com", 443)
c.request("POST", "/v1/payouts")

#: a connection with the port in the host -> POST /v1/payouts
from http.client import HTTPSConnection
c = HTTPSConnection("api.stripe.com:443")
c.request("POST", "/v1/payouts")
"""

NOTHING = """\
#: another host
import requests
stripe = "https://api.stripe.com"
requests.get("https://api.example.com/v1/customers")

#: hosts that look like it
import requests
requests.get("https://api.stripe.com.example.com/v1/customers")
requests.get("https://example.com/?u=https://api.stripe.com/v1/customers")
requests.get("https://evil-api.stripe.com/v1/customers")

#: hosts that are not known
import requests
# stripe
def f(u):
    requests.get(u)
    requests.get("/v1/customers")
    requests.Session().post(u)

#: a host of the same company
import requests
A = "https://api.stripe.com"
requests.get("https://dashboard.stripe.com/v1/customers")

#: a dict
import requests
d = {}
d.get("https://api.stripe.com/v1/customers")

#: a library that is not known, given a URL of no operation, or in no place of one
import myrequests
myrequests.get("https://api.stripe.com/v1/nothing")
myrequests.get("key", "https://api.stripe.com/v1/customers")
myrequests.charge("https://api.stripe.com/v1/customers")

#: URLs that are kept, shown, compared, looked up and answered
import logging, json, webbrowser, responses, respx
from django.core.cache import cache
from django.shortcuts import redirect, render
from flask import current_app
U = "https://api.stripe.com/v1/customers"
print(U)
logging.info("get %s", U)
json.dumps({"url": U})
webbrowser.open(U)
responses.add(responses.GET, U)
respx.get(U)
cache.get(U)
cache.set(U, 1)
current_app.config.get(U)
def view(request, model, url):
    model.objects.create(url=U)
    render(request, "page.html", {"url": U})
    if url == U:
        raise ValueError(U)
    return redirect(U)

#: a client of another host
import httpx
X = "https://api.stripe.com"
httpx.Client(base_url="https://example.com").get("/v1/payouts")
"""
