"""Small programs whose headers and authentication tell the account and the credential of a plain HTTP request.

Written as in `http_samples`: `#: title -> account credential`.
"""

TOLD = """\
#: the header of the account -> connected unknown
import requests
requests.get("<api>/v1/payouts", headers={"Stripe-Account": "acct_1"})

#: that header in small letters -> connected unknown
import requests
requests.get("<api>/v1/payouts", headers={"stripe-account": "acct_1"})

#: no header -> own unknown
import requests
requests.get("<api>/v1/payouts")

#: another header -> own unknown
import requests
requests.get("<api>/v1/payouts", headers={"Accept": "x"})

#: headers that callers know -> unknown unknown
import requests
def f(h):
    requests.get("<api>/v1/payouts", headers=h)

#: a bearer token -> own env:KEY
import os, requests
requests.get("<api>/v1/payouts", headers={"Authorization": "Bearer " + os.environ["KEY"]})

#: a bearer token in an f-string -> own env:KEY
import os, requests
K = os.environ["KEY"]
requests.get("<api>/v1/payouts", headers={"Authorization": f"Bearer {K}"})

#: basic authentication -> own env:KEY
import os, requests
requests.get("<api>/v1/payouts", auth=(os.environ["KEY"], ""))

#: a literal key -> own literal
import requests
requests.get("<api>/v1/payouts", auth=("sk_test_1", ""))

#: a key that callers know -> unknown argument:key
import requests
def f(key):
    requests.get("<api>/v1/payouts", auth=(key, ""))

#: a key from the settings -> own setting:STRIPE_KEY
import requests
from django.conf import settings
requests.get("<api>/v1/payouts", auth=(settings.STRIPE_KEY, ""))

#: headers of an httpx client -> own env:KEY
import os, httpx
c = httpx.Client(base_url="<api>", headers={"Authorization": "Bearer " + os.environ["KEY"]})
c.get("/v1/payouts")

#: headers of an httpx client and of the call -> connected env:KEY
import os, httpx
c = httpx.Client(base_url="<api>", headers={"Authorization": "Bearer " + os.environ["KEY"]})
c.get("/v1/payouts", headers={"Stripe-Account": "a"})

#: authentication of an httpx client -> own env:KEY
import os, httpx
c = httpx.Client(auth=(os.environ["KEY"], ""))
c.get("<api>/v1/payouts")

#: headers of an aiohttp session and of the call -> connected env:KEY
import os, aiohttp
async def f():
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {os.environ['KEY']}"}) as s:
        await s.get("<api>/v1/payouts", headers={"Stripe-Account": "a"})

#: headers of a pool manager -> own env:KEY
import os, urllib3
p = urllib3.PoolManager(headers={"Authorization": "Bearer " + os.environ["KEY"]})
p.request("GET", "<api>/v1/payouts")

#: headers of a request object -> own env:KEY
import os
from urllib.request import Request, urlopen
urlopen(Request("<api>/v1/payouts", headers={"Authorization": "Bearer " + os.environ["KEY"]}))

#: headers of a connection -> connected env:KEY
import os
from http.client import HTTPSConnection
c = HTTPSConnection("api.stripe.com")
c.request("GET", "/v1/payouts", headers={"Authorization": "Bearer " + os.environ["KEY"], "Stripe-Account": "a"})

#: headers that are added -> connected env:KEY
import os, requests
h = {"Authorization": "Bearer " + os.environ["KEY"]}
h["Stripe-Account"] = "a"
requests.get("<api>/v1/payouts", headers=h)

#: headers from a method -> own env:KEY
import os, requests
class A:
    def headers(self):
        return {"Authorization": "Bearer " + os.environ["KEY"]}
    def f(self):
        requests.get("<api>/v1/payouts", headers=self.headers())

#: headers on top of others -> connected env:KEY
import os, requests
B = {"Authorization": "Bearer " + os.environ["KEY"]}
requests.get("<api>/v1/payouts", headers={**B, "Stripe-Account": "a"})

#: a header for some calls -> unknown env:KEY
import os, requests
def f(a=None):
    h = {"Authorization": "Bearer " + os.environ["KEY"]}
    if a:
        h["Stripe-Account"] = a
    requests.get("<api>/v1/payouts", headers=h)

#: headers that are added to a session's -> connected env:KEY
import os, requests
s = requests.Session()
s.headers.update({"Authorization": "Bearer " + os.environ["KEY"], "Stripe-Account": "a"})
s.get("<api>/v1/payouts")

#: a header that is added to a session's -> own env:KEY
import os, requests
s = requests.Session()
s.headers["Authorization"] = "Bearer " + os.environ["KEY"]
s.get("<api>/v1/payouts")

#: the authentication of a session -> own env:KEY
import os, requests
s = requests.Session()
s.auth = (os.environ["KEY"], "")
s.get("<api>/v1/payouts")

#: basic authentication as an object -> own env:KEY
import os, requests
from requests.auth import HTTPBasicAuth
requests.get("<api>/v1/payouts", auth=HTTPBasicAuth(os.environ["KEY"], ""))

#: basic authentication as an object of aiohttp, for a session from elsewhere -> unknown env:KEY
import os, aiohttp
async def f(s: aiohttp.ClientSession):
    await s.get("<api>/v1/payouts", auth=aiohttp.BasicAuth(os.environ["KEY"]))

#: a header that is added to a request object -> own env:KEY
import os
from urllib.request import Request, urlopen
r = Request("<api>/v1/payouts")
r.add_header("Authorization", "Bearer " + os.environ["KEY"])
urlopen(r)
"""
