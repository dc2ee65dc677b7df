// Opens every page that somebody finds in the menu, in one language and at one width,
// and looks at it with axe; with "open", at what opens on each too.
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { inBrowser, letters, picture } from "./browser.mjs";
import { openAll } from "./opened.mjs";

const [site, people, all, lang, width] = process.argv.slice(2);
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const sizes = { 390: { width: 390, height: 844 }, 1440: { width: 1440, height: 900 } };
const besides = ["/account", "/guide"];
const found = [];

// settled waits until a page has shown what it asked for.
async function settled(page) {
  await page.locator("#content").waitFor();
  try {
    await page.waitForFunction(() => !document.querySelector("#content [role=status] .mantine-Loader-root") && document.querySelector("#content h1"));
  } catch (e) {
    throw new Error(`${page.url()} shows nothing: ${e.message}`);
  }
  await page.waitForTimeout(all === "yes" ? 700 : 150);
}

// look looks at a whole page, or at the parts that selectors name.
async function look(page, what, ...parts) {
  // By way of the page's debugger, not as a script of it, which its policy refuses.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const { violations } = await page.evaluate((parts) => window.axe.run(parts.length > 0 ? { include: parts.filter((p) => document.querySelector(p)).map((p) => [p]) } : document, { resultTypes: ["violations"] }), parts);
  for (const v of violations) {
    if (v.impact !== "serious" && v.impact !== "critical") continue;
    found.push(`${what}: ${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(" | ")}`);
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 1) found.push(`${what}: ${wide} px wider than the screen`);
}

// go opens a page: by its link, as people do, for loading all of the web anew takes most
// of the time; by its address where pictures are made or there is no link.
async function go(page, path) {
  const link = page.locator(`nav a[href="${path}"]`).first();
  if (all === "yes" || !(await link.count())) {
    await page.goto(site + path);
  } else if (new URL(page.url()).pathname !== path) {
    await page.locator("#content h1").evaluateAll((list) => list.forEach((h) => h.setAttribute("data-former", "")));
    await link.evaluate((a) => a.click()); // the menu may be out of sight
    await page.waitForFunction(() => document.querySelector("#content h1:not([data-former])"));
  }
  await settled(page);
}

await inBrowser(lang === "ko" ? "ko-KR" : "en-GB", async (open) => {
  for (const who of JSON.parse(people)) {
    const page = await open(sizes[width]);
    await page.goto(site);
    await page.locator("input[name=username]").waitFor();
    if (who.name === "operator") {
      await letters(page);
      await look(page, `sign-in ${lang} ${width}`);
      await picture(page, `signin-${lang}-${width}`);
    }
    await page.locator("input[name=username]").fill(who.username);
    await page.locator("input[name=password]").fill(who.password);
    if (who.tenant) await page.evaluate((t) => localStorage.setItem("dipcast.tenant", t), who.tenant);
    await page.locator("button[type=submit]").click();
    await page.locator("nav a[href]").first().waitFor({ state: "attached" });
    const paths = await page.locator("nav a[href]").evaluateAll((links) => links.map((a) => a.getAttribute("href")));
    for (const path of [...paths, ...besides]) {
      if (who.name === "company" && all !== "yes") continue; // the operator has seen the same pages
      await go(page, path);
      const name = path.slice(1).replaceAll("/", "-");
      if (path === "/history") {
        const call = page.locator("#content tbody tr.opens").first();
        if (await call.count()) {
          await call.click();
          await page.waitForURL(/history\/./);
          await settled(page);
          await look(page, `${who.name} call ${lang} ${width}`);
          await picture(page, `${who.name}-call-${lang}-${width}`);
          await page.goto(site + path);
          await settled(page);
        }
      }
      await look(page, `${who.name} ${name} ${lang} ${width}`);
      await picture(page, `${who.name}-${name}-${lang}-${width}`);
      if (all === "open") await openAll(page, site + path, (it, ...parts) => look(page, `${who.name} ${name}, ${it}`, ...parts));
    }
    page.check();
    await page.context().close();
  }
});
if (found.length > 0) throw new Error(found.join("\n"));
