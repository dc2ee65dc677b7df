// What the main thread of Live does while 500 calls change.
import { inBrowser } from "./browser.mjs";
import { load, share } from "./livecalls.mjs";
import { figure, o } from "./speed.mjs";

const calls = 500;
const gateway = await load(o.site, calls);
try {
  await inBrowser("ko-KR", async (open) => {
    const page = await open({ width: 1440, height: 900 });
    await page.goto(gateway.url + "/live");
    await page.getByText(`지금 통화 ${calls}건`).waitFor();
    for (const [perSecond, what, most] of [
      [20, "500 live calls, 20 changes a second", o.thread],
      [500, "500 live calls, 20 times a second 25 of them change", o.thread],
      [10000, "500 live calls, 20 times a second all of them change", 0],
    ]) {
      const shares = [];
      let last = 0;
      for (let round = 0; round < o.rounds; round++) {
        const got = await share(page, gateway, perSecond, o.seconds);
        shares.push(got.percent);
        last = got.took;
      }
      figure(what, shares, { unit: "%", most, note: `of the main thread, ${last.toFixed(1)} s each` });
    }
    page.check();
  });
} finally {
  gateway.close();
}
