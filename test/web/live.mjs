// Live: a call appears at once, says how it goes, ends by the page's button, and is
// gone.
import { inBrowser, picture } from "./browser.mjs";
import { outside, same, signIn, until } from "./web.mjs";

await inBrowser("ko-KR", async (open) => {
  const page = await open({ width: 1440, height: 900 });
  await outside("behave", "1013", "ring");
  await signIn(page, "demo", "demo", "/live");
  await page.getByText("지금은 통화가 없습니다").waitFor();
  const row = page.locator("[role=row].call", { hasText: "홍길동" });
  const waits = [];
  for (const name of ["one", "two", "three"]) {
    await outside("call", name, "1010", "1013");
    await outside("rings-at", "1013");
    const rang = Date.now();
    await row.filter({ hasText: "지화자" }).waitFor();
    waits.push(Date.now() - rang);
    if (name !== "three") {
      await outside("hangup", name);
      await row.waitFor({ state: "detached" });
    }
  }
  // The best of three: what else a machine does is not the page's.
  if (Math.min(...waits) > 1000) throw new Error(`a call appears after ${waits} ms, want at most 1000`);
  console.log(`a call appears after ${waits} ms`);
  await row.getByText("울리는 중").first().waitFor();
  await picture(page, "live-ringing-ko-1440");
  await outside("answer", "1013");
  await row.getByText("통화 중").first().waitFor();
  await row.getByRole("button", { name: /^끊기/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "끊기" }).click();
  await outside("ended", "three");
  await row.waitFor({ state: "detached" });
  await page.getByText("지금은 통화가 없습니다").waitFor();
  await until("the phone's lamp", async () => (await page.locator("#content").textContent()).includes("통화 가능 3"));
  // What the page is made of, as it goes over the network: 350 kB at most.
  await page.reload();
  await page.getByText("지금은 통화가 없습니다").waitFor();
  const bytes = await page.evaluate(() => performance.getEntriesByType("resource").filter((r) => /\.(js|css)$/.test(r.name)).reduce((n, r) => n + r.encodedBodySize, 0));
  console.log(`scripts and styles of Live: ${bytes} bytes`);
  if (bytes < 50_000 || bytes > 350_000) throw new Error(`scripts and styles of Live are ${bytes} bytes, want at most 350,000`);
  same("calls left", await page.locator("[role=row].call").count(), 0);
  page.check();
});
