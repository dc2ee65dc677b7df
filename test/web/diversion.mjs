// A diversion that is set in the page diverts a real call, and is off again as soon
// as the page says so.
import { inBrowser, picture } from "./browser.mjs";
import { outside, signIn, until } from "./web.mjs";

await inBrowser("ko-KR", async (open) => {
  const page = await open({ width: 1440, height: 900 });
  await outside("behave", "1013", "answer");
  await outside("behave", "1018", "ring");
  await signIn(page, "demo", "demo", "/diversions");
  const row = page.locator("tbody tr", { hasText: "1018" });
  const set = async (on) => {
    await row.click();
    const drawer = page.getByRole("dialog");
    const use = drawer.getByRole("switch", { name: "즉시: 사용" });
    if ((await use.isChecked()) !== on) await use.click({ force: true });
    if (on) await drawer.getByLabel("즉시: 착신번호").fill("1013");
    await drawer.getByRole("button", { name: "저장" }).click();
    await drawer.waitFor({ state: "detached" });
  };
  await set(true);
  await until("the row to say so", async () => (await row.textContent()).includes("1013"));
  await picture(page, "diversions-ko-1440");
  await outside("call", "diverted", "1010", "1018");
  await outside("rings-at", "1013");
  await outside("answered", "diverted");
  await outside("hangup", "diverted");
  await set(false);
  await outside("call", "direct", "1010", "1018");
  await outside("rings-at", "1018");
  await outside("hangup", "direct");
  page.check();
});
