// The first paint, each time in a new Chromium with nothing in its cache, and when what
// the page is for stands there, as the frame after it was put in.
import { inBrowser } from "./browser.mjs";
import { cookieOf, figure, o } from "./speed.mjs";

const cookie = await cookieOf(o.login);
for (const [what, path, cookies, sign] of [
  ["the sign-in", "/", [], "input[name=username]"],
  ["Live", "/live", [cookie], "#content h1"],
  ["the history", "/history", [cookie], "#content h1"],
]) {
  const paints = [], contents = [], bytes = [];
  for (let round = 0; round < Math.max(1, o.rounds); round++) {
    await inBrowser("ko-KR", async (open) => {
      const page = await open({ width: 1440, height: 900 });
      if (cookies.length > 0) await page.context().addCookies(cookies);
      await page.addInitScript((selector) => {
        const look = () => document.querySelector(selector) ? (globalThis.stood = performance.now()) : requestAnimationFrame(look);
        requestAnimationFrame(look);
      }, sign);
      await page.goto(o.site + path, { waitUntil: "commit" });
      await page.locator(sign).first().waitFor();
      const seen = await page.evaluate(async () => {
        const paint = await new Promise((done) => new PerformanceObserver((list, observer) => {
          const first = list.getEntriesByName("first-contentful-paint")[0];
          if (first) { observer.disconnect(); done(first.startTime); }
        }).observe({ type: "paint", buffered: true }));
        const size = performance.getEntriesByType("resource").reduce((n, r) => n + r.transferSize, 0);
        return { paint, size, stood: globalThis.stood };
      });
      paints.push(seen.paint);
      contents.push(seen.stood);
      bytes.push(seen.size / 1000);
      page.check();
    });
  }
  figure(`first paint of ${what}`, paints, { most: o.paint, note: `${Math.round(Math.max(...bytes))} kB loaded` });
  figure(`${what} stands there`, contents, { most: o.paint });
}
