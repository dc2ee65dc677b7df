// A person sees the card of a fax in the sandbox's chat, presses its button, signs
// in, and looks at the pages and the PDF.
import { inBrowser, letters, picture, same } from "./browser.mjs";

const [chat, gateway, user, email, password, pages] = process.argv.slice(2);
const count = parseInt(pages, 10);

await inBrowser("ko-KR", async (open) => {
  for (const size of [{ width: 390, height: 844 }, { width: 1440, height: 900 }]) {
    const page = await open(size);
    await page.goto(`${chat}/chat/?user=${user}`);
    const button = page.locator("li .bubble button", { hasText: "팩스 보기" });
    await button.first().waitFor();
    await letters(page);
    await picture(page, `fax-chat-${size.width}`);
    // The card of the fax with so many pages: its notification says how many.
    const cards = await page.locator("li").evaluateAll((all) => all.map((e) => e.innerText));
    if (!cards.every((text) => text.includes("팩스가 수신되었습니다.!"))) throw new Error("cards: " + cards.join(" | "));
    let fax = null;
    for (let i = 0; i < await button.count() && !fax; i++) {
      const [shown] = await Promise.all([page.context().waitForEvent("page"), button.nth(i).click()]);
      if (i === 0) { // nobody is signed in
        await shown.locator("input[name=account]").fill(email);
        await picture(shown, `fax-sign-in-${size.width}`);
        await shown.locator("input[name=password]").fill(password);
        await shown.locator("button[type=submit], input[type=submit], button").first().click();
      }
      await shown.locator("main p", { hasText: "쪽" }).first().waitFor();
      if (!shown.url().startsWith(gateway + "/dapi/fax/")) throw new Error("shown: " + shown.url());
      if ((await shown.locator("main").innerText()).includes(pages)) fax = shown;
      else await shown.close();
    }
    same("the fax was found", fax !== null, true);
    const images = fax.locator("main img");
    same("pictures", await images.count(), count);
    for (let i = 0; i < count; i++) {
      await images.nth(i).scrollIntoViewIfNeeded();
      await images.nth(i).evaluate((e) => e.complete || new Promise((done) => { e.onload = done; e.onerror = done; }));
      same(`dots of page ${i + 1}`, await images.nth(i).evaluate((e) => e.naturalWidth), 1728);
    }
    same("wider than the screen", await fax.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
    await fax.evaluate(() => scrollTo(0, 0));
    await picture(fax, `fax-pages-${size.width}`);
    const address = await fax.locator("main a").getAttribute("href");
    const answer = await fax.goto(new URL(address, gateway).href);
    same("the PDF", [answer.status(), answer.headers()["content-type"]], [200, "application/pdf"]);
    const viewer = () => fax.frames().some((f) => f.url().startsWith("chrome-extension://"));
    for (let i = 0; i < 100 && !viewer(); i++) await fax.waitForTimeout(100);
    same("Chromium's viewer shows the PDF", viewer(), true);
    if (process.env.SCREENSHOTS) await fax.waitForTimeout(2000); // it draws on its own
    await picture(fax, `fax-pdf-${size.width}`);
    page.check();
    await page.context().close();
  }
});
