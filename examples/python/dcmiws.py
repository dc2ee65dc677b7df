#!/usr/bin/env python3
"""Every request of the DCMIWS document, one after the other.

    pip install websockets && python3 dcmiws.py      against `make demo`
    (Debian: apt install python3-websockets)
    DIPCAST_WS=wss://... DIPCAST_HTTP=https://... ...          against your own
"""
import asyncio
import itertools
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

try:
    import websockets
except ModuleNotFoundError:
    sys.exit("the module websockets is missing: pip install websockets, or apt install python3-websockets")

WS = os.environ.get("DIPCAST_WS", "ws://demo:demo@127.0.0.1:6600")  # user:password@host
HTTP = os.environ.get("DIPCAST_HTTP", "http://127.0.0.1:8080")
TENANT = os.environ.get("DIPCAST_TENANT", "7be69580e27641df")
APP_KEY = os.environ.get("DIPCAST_APP_KEY", "얼씨구절씨구")


class Client:
    """One connection. An answer is found by its ActionID; type 3 is an event."""

    def __init__(self, socket):
        self.socket, self.waiting, self.serial = socket, {}, itertools.count(1)

    async def read(self):
        async for text in self.socket:
            frame = json.loads(text)
            if frame["type"] != 3 and (future := self.waiting.pop(frame["data"].get("ActionID"), None)):
                future.set_result(frame["data"])

    async def ask(self, server, **data):
        data["ActionID"] = f"DIPCAST-{server}-example-{next(self.serial)}"
        future = self.waiting[data["ActionID"]] = asyncio.get_running_loop().create_future()
        await self.socket.send(json.dumps({"AMIServerID": server, "data": data}))
        return await asyncio.wait_for(future, 30)

    async def command(self, server, text):
        return await self.ask(server, Action="Command", Command=text)

    async def call(self, caller, callee, name, number):
        # A dict cannot repeat a key, so Variable is a list here.
        return await self.ask(
            1, Action="Originate", Channel=f"Local/{caller}@T2_cos-all", Context="T2_cos-all",
            Exten=callee, Priority="1", Timeout="30000",
            Variable=["EXEC_AA=yes", "CHANNEL(language)=ko", "CHANNEL(accountcode)=07045805605"],
            Callerid=f"{name} <{number}>", EarlyMedia="true", Async="yes")


def show(what, data):
    print(f"{what}: {data['Response']} {data.get('Output') or data.get('Ping') or data.get('Message', '')}")


def click_to_call():
    body = {
        "caller": "1010", "callee": "16682471", "cos_id": "2",
        "cid_name": "얼쑤팩토리", "cid_number": "16662471",
        "variables": {"EXEC_AA": "yes", "CHANNEL(language)": "ko", "CHANNEL(accountcode)": "07045805605"},
    }
    # Header values are bytes: a key that is not ASCII goes percent-encoded.
    request = urllib.request.Request(
        f"{HTTP}/api/v2/core/click_to_call", method="POST", data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "tenant": TENANT, "app-key": urllib.parse.quote(APP_KEY)})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


async def main():
    async with websockets.connect(WS) as socket:
        client = Client(socket)
        reader = asyncio.create_task(client.read())
        show("ping 1", await client.ask(1, Action="ping"))
        show("ping 2", await client.ask(2, Action="ping"))

        cfi = f"{TENANT} diversions/1010/CFI"
        show("enabled?", await client.command(1, f"database get {cfi}/enable"))
        show("number?", await client.command(1, f"database get {cfi}/destination"))
        show("set number", await client.command(1, f"database put {cfi}/destination sub-custom-numbers,01026132471,1"))
        show("switch on", await client.command(1, f"database put {cfi}/enable yes"))
        show("enabled now?", await client.command(1, f"database get {cfi}/enable"))
        show("number now?", await client.command(1, f"database get {cfi}/destination"))

        show("call 1010 → 07045144801", await client.call("1010", "07045144801", "얼쑤팩토리", "16682471"))
        show("call 1013 → 01026132471", await client.call("1013", "01026132471", "지화자", "07045805605"))
        status, text = await asyncio.to_thread(click_to_call)
        print(f"REST {status}: {text.strip()}")

        show("switch off", await client.command(1, f"database put {cfi}/enable no"))
        reader.cancel()
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
