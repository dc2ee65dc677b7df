// Live with 500 calls, 25 of which change 20 times a second: what the main thread of
// the page does meanwhile, in CPU time, so that other programs do not count.
import { inBrowser } from "./browser.mjs";
import { load, share } from "./livecalls.mjs";
import { site, until } from "./web.mjs";

const calls = 500, seconds = 8, most = 30; // percent
const gateway = await load(site, calls);
try {
  await inBrowser("ko-KR", async (open) => {
    const page = await open({ width: 1440, height: 900 });
    await page.goto(gateway.url + "/live");
    const row = page.locator("[role=row].call");
    await row.first().waitFor();
    await page.getByText(`지금 통화 ${calls}건`).waitFor();
    if (await row.count() > 60) throw new Error(`${await row.count()} rows are drawn, of which few are in sight`);
    const shares = [];
    // The best of three: a collection of garbage is not what is measured.
    for (let round = 0; round < 3 && !(Math.min(...shares) <= most); round++) {
      const { percent, last, took } = await share(page, gateway, 500, seconds);
      shares.push(percent);
      console.log(`${calls} calls, 500 changes a second for ${took.toFixed(1)} s: ${percent.toFixed(1)} % of the main thread`);
      const newest = Math.floor((last - 1) / calls);
      await until("the last change", async () => (await row.allTextContents()).some((t) => new RegExp(`고객 \\d+ (${newest}|${newest + 1})010-`).test(t)));
    }
    if (Math.min(...shares) > most) throw new Error(`the main thread is busy for ${shares} %, want at most ${most}`);
    page.check();
  });
} finally {
  gateway.close();
}
