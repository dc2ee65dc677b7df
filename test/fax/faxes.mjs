// The receiver's administrator sees the fax in the web: its pages as pictures that
// grow and turn, and its PDF.
import { inBrowser, picture, same } from "./browser.mjs";

const [gateway, username, password] = process.argv.slice(2);

await inBrowser("ko-KR", async (open) => {
  const page = await open({ width: 1440, height: 900 });
  await page.goto(gateway + "/faxes");
  await page.locator("input[name=username]").fill(username);
  await page.locator("input[name=password]").fill(password);
  await page.locator("button[type=submit]").click();
  const rows = page.locator("#content tbody tr.opens");
  await rows.first().waitFor();
  await picture(page, "web-faxes-1440");
  await rows.first().click();
  const viewer = page.getByRole("dialog");
  const image = viewer.locator(".fax-desk img").first();
  await image.waitFor();
  await image.evaluate((e) => (e.complete && e.naturalWidth > 0) || new Promise((done) => { e.onload = done; }));
  same("dots of the page", await image.evaluate((e) => e.naturalWidth), 1728);
  const wide = (await image.boundingBox()).width;
  await viewer.getByRole("button", { name: "크게" }).click();
  await page.waitForFunction(([img, w]) => img.getBoundingClientRect().width > w, [await image.elementHandle(), wide]);
  await viewer.getByRole("button", { name: "너비에 맞춤" }).click();
  const before = await image.boundingBox(); // a short page is wider than high
  await viewer.getByRole("button", { name: "돌리기" }).click();
  await page.waitForFunction(([img, was]) => { const r = img.getBoundingClientRect(); return r.width > r.height !== was; }, [await image.elementHandle(), before.width > before.height]);
  await picture(page, "web-fax-1440");
  const [saved] = await Promise.all([page.waitForEvent("download"), viewer.getByRole("link", { name: "PDF 저장" }).or(viewer.getByRole("button", { name: "PDF 저장" })).first().click()]);
  const chunks = [];
  for await (const c of await saved.createReadStream()) chunks.push(c);
  same("what is saved", Buffer.concat(chunks).subarray(0, 5).toString(), "%PDF-");
  page.check();
});
