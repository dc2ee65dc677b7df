// A gateway with as many live calls as one likes: the web of a real one, with made-up
// answers to what Live asks, and a WebSocket of its own.
import { createHash } from "node:crypto";
import { createServer } from "node:http";

const began = new Date().toISOString();
const extension = (i) => String(1000 + i);

// aCall is the ith call as it is after n changes: another name each time, so that
// its row is drawn anew.
function aCall(i, n) {
  const called = { number: extension(i), extension: extension(i), name: `사람 ${i}` };
  return {
    call_id: `1-${i}`, server: 1, linkedid: String(i), tenant: "T2", state: "answered", direction: "external", started_at: began, answered_at: began, answered_by: called,
    did: "07045805605", served: false, from: { number: `0101234${String(i).padStart(4, "0")}`, name: `고객 ${i} ${n}` }, to: { ...called, number: "07045805605" },
    channels: [{ channel: `PJSIP/trk-1-${i}`, number: "01012345678", state: "up", uniqueid: `${i}.1` }, { channel: `PJSIP/T2_${extension(i)}-${i}`, extension: extension(i), number: extension(i), state: "up", uniqueid: `${i}.2` }],
    ringing: [], rung: [{ ...called, since: began, answered_at: began, result: "answered" }], held: [], talks: [], diverted: [], merged: [], transfers: [], parked: null, ended: null, click_to_call: null,
  };
}

// text is a frame of a WebSocket as servers send it.
function text(value) {
  const body = Buffer.from(JSON.stringify(value));
  const head = body.length < 126 ? Buffer.from([0x81, body.length]) : body.length < 65536 ? Buffer.from([0x81, 126, body.length >> 8, body.length & 255]) : Buffer.alloc(10);
  if (body.length >= 65536) {
    head[0] = 0x81;
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(body.length), 2);
  }
  return Buffer.concat([head, body]);
}

// load serves the web of site with n calls. change(k) changes k of them, one after
// the other.
export async function load(site, n) {
  const rights = Object.fromEntries(["live", "calls", "extensions", "people", "trunks"].map((area) => [area, { level: "change" }]));
  const answers = {
    "/api/v2/session": { id: "1", username: "load", name: "load", lang: "ko", kind: "user", role: "tenant", role_name: "", tenant: "T2", tenant_name: "얼쑤팩토리", extension: "", rights, must_change_password: false, second_factor: false, factors: [], server_ids: [1] },
    "/api/v2/servers": [{ id: 1, name: "pbx", up: true, home: true, ping_ms: 1, since: began, ssl: false }],
    "/api/v2/extensions": Array.from({ length: n }, (_, i) => ({ extension: extension(i), name: `사람 ${i}`, devices: [{ device_name: `T2_${extension(i)}` }] })),
    "/api/v2/cdr": [], "/api/v2/people": [], "/api/v2/trunks": [], "/api/v2/trunk-registrations": [], "/api/v2/shared-trunks": [],
  };
  const sockets = new Set();
  const server = createServer(async (q, r) => {
    const path = new URL(q.url, site).pathname;
    if (path.startsWith("/api/")) {
      const data = answers[path];
      r.writeHead(data ? 200 : 404, { "Content-Type": "application/json" });
      r.end(JSON.stringify({ status: "success", data, total: n, limit: 1000, offset: 0 }));
      return;
    }
    // The page asks who is signed in only where there may be somebody.
    const got = await fetch(site + q.url, { headers: { Accept: q.headers.accept ?? "*/*", Cookie: "dipcast_session=load" } });
    r.writeHead(got.status, Object.fromEntries(["content-type", "content-security-policy"].filter((h) => got.headers.has(h)).map((h) => [h, got.headers.get(h)])));
    r.end(Buffer.from(await got.arrayBuffer()));
  });
  let seq = 1;
  server.on("upgrade", (q, socket) => {
    const accept = createHash("sha1").update(q.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest("base64");
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    socket.on("error", () => sockets.delete(socket));
    socket.on("close", () => sockets.delete(socket));
    socket.once("data", () => { // what it subscribes to does not matter
      socket.write(text({ op: "subscribed", id: "subscribe" }));
      const devices = Array.from({ length: n }, (_, i) => ({ device: `PJSIP/T2_${extension(i)}`, extension: extension(i), state: "INUSE" }));
      socket.write(text({ op: "snapshot", server: 1, epoch: "load", seq: seq++, calls: Array.from({ length: n }, (_, i) => aCall(i, 0)), devices }));
      sockets.add(socket);
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  let next = 0;
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    change(k) {
      const frames = [];
      for (; k > 0; k--, next++) {
        frames.push(text({ op: "call", server: 1, epoch: "load", seq: seq++, time: new Date().toISOString(), event: "changed", call: aCall(next % n, 1 + Math.floor(next / n)) }));
      }
      const all = Buffer.concat(frames);
      sockets.forEach((s) => s.write(all));
      return next;
    },
    close() {
      sockets.forEach((s) => s.destroy());
      server.close();
      server.closeAllConnections();
    },
  };
}

// share gives the percent of its time that a page's main thread is busy while live
// calls change, perSecond of them in twenty steps a second: in CPU time, so that
// other programs do not count. last is the last change.
export async function share(page, gateway, perSecond, seconds) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  const busy = async () => (await cdp.send("Performance.getMetrics")).metrics.find((m) => m.name === "TaskDuration").value;
  const before = await busy(), from = Date.now();
  let last = 0;
  for (let tick = 0; tick < seconds * 20; tick++) {
    last = gateway.change(perSecond / 20);
    await new Promise((done) => setTimeout(done, Math.max(0, from + (tick + 1) * 50 - Date.now())));
  }
  const percent = (100 * (await busy() - before) * 1000) / (Date.now() - from);
  await cdp.detach();
  return { percent, last, took: (Date.now() - from) / 1000 };
}
