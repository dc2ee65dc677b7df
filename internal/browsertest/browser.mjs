// What the scripts of these tests share: a Chromium that is ended in any case, and
// pages that fail with every error they have.
import { mkdir } from "node:fs/promises";
import { chromium } from "playwright-core";

// inBrowser runs a test in a browser that speaks a language.
export async function inBrowser(locale, test) {
  // Chromium's own sandbox does not work for root, and in most containers.
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, chromiumSandbox: false });
  try {
    await test((size) => open(browser, locale, size));
  } finally {
    await browser.close();
  }
}

// open gives a page of its own. What it cannot load, and what its scripts throw,
// ends the test: also a request to anywhere but this machine.
async function open(browser, locale, { width, height }) {
  const context = await browser.newContext({ locale, viewport: { width, height } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000); // a slow machine is not what is tried
  const wrong = [];
  page.on("pageerror", (e) => wrong.push("thrown: " + e.message));
  // page.expected is a pattern of what a test does on purpose.
  page.on("console", (m) => { if (m.type() === "error" && !page.expected?.test(m.text())) wrong.push(`console: ${m.text()} ${m.location().url}`); });
  page.on("request", (r) => {
    const { protocol, hostname } = new URL(r.url());
    if (protocol !== "data:" && protocol !== "blob:" && hostname !== "127.0.0.1" && hostname !== "localhost") wrong.push("asks " + r.url());
  });
  page.check = () => { if (wrong.length > 0) throw new Error(wrong.join("\n")); };
  return page;
}

// picture keeps what a page looks like, when SCREENSHOTS names a folder.
export async function picture(page, name) {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

// same fails unless both are equal.
export function same(what, got, want) {
  const [g, w] = [JSON.stringify(got), JSON.stringify(want)];
  if (g !== w) throw new Error(`${what}: ${g}, want ${w}`);
}

// letters fails when Korean or the signs of buttons have no font here: each would
// then be the same empty box, in tests and in pictures.
export async function letters(page) {
  const boxes = await page.evaluate((signs) => signs.map((pair) => pair.map((sign) => {
    const canvas = document.createElement("canvas");
    const draw = canvas.getContext("2d");
    draw.font = "32px sans-serif";
    draw.fillText(sign, 8, 40);
    return canvas.toDataURL();
  })).filter(([a, b]) => a === b).length, [["가", "힣"], ["📞", "📠"]]);
  same("kinds of letters without a font", boxes, 0);
}
