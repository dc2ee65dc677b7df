// The page of calls that have ended, over a large history: from a click, or a key, or
// another address, to rows on the screen.
import { inBrowser } from "./browser.mjs";
import { cookieOf, figure, o } from "./speed.mjs";

// watch is put into the page. act is an address that it opens; else who drives it
// clicks or presses Enter; with more it scrolls to the end. Then it gives the milliseconds until the
// first new row has been painted, until it says what there is (no more pages are
// looked through by itself), and how many rows there are then.
const watch = `window.watched = (act, more) => new Promise((done) => {
  const rows = () => Number(document.querySelector("#content table")?.getAttribute("aria-rowcount") ?? 1) - 1;
  const first = () => document.querySelector("#content tbody tr.opens");
  const old = first(), had = rows();
  let from = 0, shown = 0;
  const begin = (e) => { if (!from && (e.type === "click" || e.key === "Enter")) from = performance.now(); };
  for (const type of ["click", "keydown"]) addEventListener(type, begin, { capture: true, passive: true });
  const look = () => {
    if (from) {
      const now = more ? rows() > had : first() && first() !== old;
      const busy = !!document.querySelector("#content [role=progressbar], #content .mantine-Loader-root") || [...document.querySelectorAll("#content [aria-live] p")].some((p) => /찾는 중/.test(p.textContent));
      const here = location.pathname === "/history" && !!document.querySelector("#content input[type=search]");
      const said = now || (here && !more && !first() && !!document.querySelector("#content h2, #content [aria-live] button"));
      // What a frame has drawn is on the screen once the frame is over.
      if (now && !shown) setTimeout(() => { shown ||= performance.now() - from; });
      if (said && !busy && (shown || !now)) {
        for (const type of ["click", "keydown"]) removeEventListener(type, begin, { capture: true });
        const asked = performance.getEntriesByType("resource").filter((r) => r.startTime >= from && /\\/api\\/v2\\/cdr[?]/.test(r.name));
        performance.clearResourceTimings();
        done({ shown, said: performance.now() - from, rows: rows(), rest: asked[0]?.duration ?? 0, times: asked.length });
        return;
      }
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  if (more) { from = performance.now(); const box = document.querySelector("#content .table-scroll"); box.scrollTop = box.scrollHeight; }
  if (act) { from = performance.now(); history.pushState({}, "", act); dispatchEvent(new PopStateEvent("popstate")); }
});`;

// measure does something n times and tells how long it took. Each must be another
// thing, so that the page has not kept its answer.
async function measure(what, tries, { most = o.history } = {}) {
  const shown = [], said = [], rows = [], rest = [];
  for (const attempt of tries) {
    const got = await attempt();
    if (got.shown) shown.push(got.shown);
    said.push(got.said);
    rows.push(got.rows);
    rest.push(got.rest);
  }
  const middle = (all) => Math.round(all.sort((a, b) => a - b)[all.length >> 1]);
  const range = Math.min(...rows) === Math.max(...rows) ? rows[0] : `${Math.min(...rows)}-${Math.max(...rows)}`;
  const whole = `${range} rows; REST ${middle(rest)} ms` + (middle(said) > middle(shown) + 50 ? `; looked on for ${middle(said)}, at most ${Math.round(said.at(-1))} ms` : "");
  if (shown.length === 0) figure(what + " (nothing found)", said, { most, note: `until it says so; REST ${middle(rest)} ms` });
  else figure(what, shown, { most, note: whole });
}

await inBrowser("ko-KR", async (open) => {
  for (const [who, name, tenant] of [["company", o.login, ""], ["operator", o.operator, "T2"], ["small company", o.other, ""]].filter(([who]) => who === o.who)) {
    const page = await open({ width: 1440, height: 900 });
    page.expected = /404/; // the gateway's only server is no PBX of ours
    await page.context().addCookies([await cookieOf(name)]);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
    const busy = async () => 1000 * (await cdp.send("Performance.getMetrics")).metrics.find((m) => m.name === "TaskDuration").value;
    await page.addInitScript(watch);
    if (tenant) await page.addInitScript((t) => { try { sessionStorage.setItem("dipcast.tenant", t); localStorage.setItem("dipcast.tenant", t); } catch { /* no storage here */ } }, tenant);
    const ask = async (query) => {
      const answer = await page.request.get(`${o.site}/api/v2/cdr?${new URLSearchParams({ ...(tenant && { tenant }), ...query })}`);
      if (!answer.ok()) throw new Error(`${answer.status()} ${await answer.text()}`);
      return (await answer.json()).data;
    };
    const day = 86400, now = Math.floor(Date.now() / 1000);
    // Calls of different years, to look for who was in them.
    const samples = [];
    for (let i = 0; i < o.rounds; i++) samples.push(...(await ask({ end_date: now - Math.round((i + 1) * 600 / o.rounds) * day, direction: "external", limit: 1, answered: "true" })));
    if (samples.length === 0) throw new Error(`${who}: no calls`);
    const to = (query) => () => page.evaluate((address) => window.watched(address), "/history?" + new URLSearchParams(query));
    const many = (make) => samples.map((s, i) => to(make(s, i)));
    const local = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 16);
    const outside = (s) => s.from.number.replace(/^\+82/, "0");

    await page.goto(o.site + "/history");
    await page.locator("#content tbody tr.opens").first().waitFor();
    // The page itself, from the menu; each time what it has kept is thrown away.
    await measure(`${who}: first page, from the menu`, samples.map(() => async () => {
      await page.goto(o.site + "/account");
      await page.locator("#content h1").first().waitFor();
      const got = page.evaluate(() => window.watched());
      await page.locator("nav a[href^='/history']").first().click();
      return got;
    }));
    const still = await busy();
    await measure(`${who}: next page, by scrolling to the end`, samples.map(() => () => page.evaluate(() => window.watched(null, true))));
    const before = await busy();
    figure(`${who}: … of it CPU time of the page`, [(before - still) / samples.length]);
    await measure(`${who}: a day, years back`, many((s, i) => ({ when: "range", from: local(now - (100 + 97 * i) * day), to: local(now - (99 + 97 * i) * day) })));
    figure(`${who}: … of it CPU time of the page`, [(await busy() - before) / samples.length]);
    await measure(`${who}: a month`, many((s, i) => ({ when: "range", from: local(now - (200 + 83 * i) * day), to: local(now - (170 + 83 * i) * day) })));
    const typed = (text) => async () => {
      const field = page.locator("#content input[type=search]").first();
      const got = page.evaluate(() => window.watched());
      await field.fill(text);
      await field.press("Enter");
      return got;
    };
    await page.evaluate(() => window.watched("/history?direction=external"));
    await measure(`${who}: a number, typed`, samples.map((s) => typed(outside(s))));
    await measure(`${who}: the beginning of a number (7 digits)`, many((s) => ({ q: outside(s).slice(0, 7) })));
    await measure(`${who}: the beginning of a number (5 digits)`, many((s) => ({ q: outside(s).slice(0, 5) })));
    await measure(`${who}: the last 4 digits of a number`, many((s) => ({ q: outside(s).slice(-4) })));
    await measure(`${who}: a number that never called`, many((s, i) => ({ q: "0319999" + String(1000 + i) })));
    const names = ["길동", "김민준", "이서연", "박도", "홍", "권예준", "수진", "황영", "최하은", "오지우"];
    await measure(`${who}: a name or a part of one`, many((s, i) => ({ q: names[i % names.length] })));
    await measure(`${who}: a name that nobody has`, many((s, i) => ({ q: "남궁옥분" + "가나다라마바사아자차"[i % 10] })));
    if (who !== "small company") await measure(`${who}: a person`, many((s, i) => ({ person: ["홍길동", "김민준", "이서연", "박도윤", "최하은"][i % 5], when: i < 5 ? "all" : "30d" })));
    await measure(`${who}: a public number`, many((s, i) => ({ did: "070458" + String(48 + i % 10).padStart(5, "0") })));
    await measure(`${who}: an extension`, many((s, i) => ({ ext: String(1001 + i) })));
    await measure(`${who}: talked for 4 minutes or more`, many((s, i) => ({ longer: 240 + i })));
    await measure(`${who}: talked for an hour or more`, many((s, i) => ({ longer: 3600 + i })));
    await measure(`${who}: talked for two hours (there are none)`, many((s, i) => ({ longer: 7200 + i })));
    for (const result of ["missed", "busy", "declined", "failed", "voicemail", "fax", "diverted", "no_room", "conference"]) {
      await measure(`${who}: result ${result}`, [to({ result })]);
    }
    await measure(`${who}: an extension's faxes`, many((s, i) => ({ ext: String(1010 + i), result: "fax" })));
    await measure(`${who}: missed, of one public number, a month`, many((s, i) => ({ did: "070458" + String(48 + i % 10).padStart(5, "0"), result: "missed", when: "range", from: local(now - (200 + 60 * i) * day), to: local(now - (170 + 60 * i) * day) })));
    await measure(`${who}: a name, outgoing, answered, long`, many((s, i) => ({ q: names[i % names.length], direction: "outgoing", result: "answered", longer: "200" })));
    await measure(`${who}: an extension with a number's last 4 digits`, many((s, i) => ({ ext: String(1020 + i), q: outside(s).slice(-4) })));
    // The overview: what the hours were like.
    if (who !== "small company") {
      for (const period of ["today", "week", "month", "quarter"]) {
        const took = [];
        for (let i = 0; i < o.rounds; i++) {
          await page.goto(o.site + "/account");
          await page.evaluate((p) => sessionStorage.setItem("dipcast.overview", p), period);
          await page.locator("#content h1").first().waitFor();
          took.push(await page.evaluate(() => new Promise((done) => {
            const from = performance.now();
            history.pushState({}, "", "/overview");
            dispatchEvent(new PopStateEvent("popstate"));
            const look = () => (document.querySelector("#content .figure") ? setTimeout(() => done(performance.now() - from)) : requestAnimationFrame(look));
            look();
          })));
        }
        figure(`${who}: overview, ${period}`, took, { most: o.history });
      }
    }
    page.check();
    await page.context().close();
  }
});
