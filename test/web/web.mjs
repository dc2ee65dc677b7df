// What the scripts of these tests share: signing in, and asking the test for what
// happens outside of the browser.
import { same } from "./browser.mjs";

export const [site, desk] = process.argv.slice(2);

// The first administrator, and the password that replaces the documented one.
export const administrator = "dipcast@makecall.io";
export const password = "a password of one's own";

// outside asks the test for a deed, such as outside("call", "1010", "1013").
export async function outside(name, ...args) {
  const answer = await fetch(`${desk}/${name}`, { method: "POST", body: JSON.stringify(args) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return JSON.parse(text);
}

// signIn signs somebody in and waits for the menu.
export async function signIn(page, username, password, path = "/") {
  await page.goto(site + path);
  await page.locator("input[name=username]").fill(username);
  await page.locator("input[name=password]").fill(password);
  await page.locator("button[type=submit]").click();
  await page.locator("nav").first().waitFor();
}

// go opens a page by its path, without loading the web anew when it is open.
export async function go(page, path) {
  await page.evaluate((to) => { history.pushState({}, "", to); dispatchEvent(new PopStateEvent("popstate")); }, path);
}

// until waits for something to become true.
export async function until(what, is, timeout = 60_000) {
  const end = Date.now() + timeout;
  for (;;) {
    const got = await is();
    if (got) return got;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((r) => setTimeout(r, 50));
  }
}

export { same };
