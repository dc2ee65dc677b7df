// The link of a call's card in the chat opens that very call in the web.
import { inBrowser, picture } from "./browser.mjs";
import { outside, signIn, site } from "./web.mjs";

await inBrowser("ko-KR", async (open) => {
  await outside("behave", "1010", "ring");
  await outside("from-outside", "carded", "01000713320", "07045805605");
  await outside("rings-at", "1010");
  const chat = await open({ width: 390, height: 844 });
  await chat.goto(await outside("chat"));
  const card = chat.locator("li", { hasText: "01000713320" }).filter({ has: chat.getByRole("button", { name: "DIPCAST WEB" }) }).first();
  await card.waitFor();
  await outside("hangup", "carded");
  await picture(chat, "chat-ko-390");
  const [page] = await Promise.all([chat.context().waitForEvent("page"), card.getByRole("button", { name: "DIPCAST WEB" }).click()]);
  await page.locator("form button").first().click(); // to read is not to open: a preview of the link uses nothing up
  await page.locator(`a[href^="/history/"]`).first().click();
  // Nobody is signed in at the web yet: NAVER WORKS is where people prove who they are.
  await page.getByRole("link", { name: "네이버웍스로 로그인" }).click();
  await page.locator("input[name=account]").fill("1010@example.com");
  await page.locator("input[name=password]").fill("demo");
  await page.locator("button[type=submit], input[type=submit], button").first().click();
  await page.waitForURL(/\/history\/1-/);
  await page.locator("section[aria-labelledby=why]").waitFor();
  await page.getByText("010-0071-3320").first().waitFor();
  await picture(page, "call-from-card-ko-390");
  if (!page.url().startsWith(site)) throw new Error(page.url());
});
