// The first paint, each time in a new Chromium with nothing in its cache.
import { inBrowser } from "./browser.mjs";
import { cookieOf, figure, o } from "./speed.mjs";

const cookie = await cookieOf(o.login);
for (const [what, path, cookies, sign] of [
  ["first paint of the sign-in", "/", [], "input[name=username]"],
  ["first paint of Live", "/live", [cookie], "#content h1"],
  ["first paint of the history", "/history", [cookie], "#content h1"],
]) {
  const paints = [], contents = [], bytes = [];
  for (let round = 0; round < Math.max(1, o.rounds); round++) {
    await inBrowser("ko-KR", async (open) => {
      const page = await open({ width: 1440, height: 900 });
      if (cookies.length > 0) await page.context().addCookies(cookies);
      await page.goto(o.site + path, { waitUntil: "commit" });
      await page.locator(sign).first().waitFor();
      const seen = await page.evaluate(async (selector) => {
        const paint = await new Promise((done) => new PerformanceObserver((list, observer) => {
          const first = list.getEntriesByName("first-contentful-paint")[0];
          if (first) { observer.disconnect(); done(first.startTime); }
        }).observe({ type: "paint", buffered: true }));
        const size = performance.getEntriesByType("resource").reduce((n, r) => n + r.transferSize, 0);
        return { paint, size, there: !!document.querySelector(selector) };
      }, sign);
      paints.push(seen.paint);
      bytes.push(seen.size / 1000);
      page.check();
    });
  }
  figure(what, paints, { most: o.paint, note: `${Math.round(Math.max(...bytes))} kB loaded` });
}
