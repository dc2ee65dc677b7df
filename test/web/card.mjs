// The link of a call's card in the chat opens that very call in the web.
import { inBrowser, picture } from "./browser.mjs";
import { outside, signIn, site } from "./web.mjs";

await inBrowser("ko-KR", async (open) => {
  await outside("behave", "1010", "ring");
  await outside("from-outside", "carded", "01000713320", "07045805605");
  await outside("rings-at", "1010");
  const chat = await open({ width: 390, height: 844 });
  await chat.goto(await outside("chat"));
  const card = chat.locator("li", { hasText: "010-0071-3320" }).or(chat.locator("li", { hasText: "01000713320" })).last();
  await card.waitFor();
  await outside("hangup", "carded");
  const button = card.getByRole("button", { name: /웹|상세|기록/ }).or(card.getByRole("link", { name: /웹|상세|기록/ })).first();
  const [page] = await Promise.all([chat.context().waitForEvent("page"), button.click()]);
  if (await page.locator("input[name=username]").waitFor({ timeout: 5000 }).then(() => true, () => false)) {
    await page.locator("input[name=username]").fill("demo1010");
    await page.locator("input[name=password]").fill("demo1010");
    await page.locator("button[type=submit]").click();
  }
  await page.waitForURL(/\/history\/1-/);
  await page.locator("section[aria-labelledby=why]").waitFor();
  await page.getByText("010-0071-3320").first().waitFor();
  await picture(page, "call-from-card-ko-390");
  if (!page.url().startsWith(site)) throw new Error(page.url());
});
