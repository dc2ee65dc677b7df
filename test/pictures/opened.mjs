// What opens on a page: lists of inputs, menus, the drawer of the first row and of the
// button that adds. Each is looked at with axe while it is open.

const long = 4000; // for what should open at once

// openAll opens one after the other what a page has, and hands each to look.
export async function openAll(page, url, look) {
  const lists = new Set();
  await menus(page, look);
  if (!heads.has(page)) await inputs(page, "header", new Set(), look); // whose company it is
  heads.add(page);
  await inputs(page, "#content", lists, look);
  for (const what of ["row", "add"]) {
    const opener = what === "row" ? page.locator("#content tbody tr.opens").first() : await adds(page);
    if (!opener || !(await opener.count()) || !(await opener.isEnabled())) continue;
    await opener.click();
    if (await opened(page, "[role=dialog]")) { // else it led to a page
      await page.waitForFunction(() => !document.querySelector("[role=dialog] .mantine-Loader-root"));
      await look(`${what} opened`, "[role=dialog]");
      await inputs(page, "[role=dialog]", lists, look);
    }
    await page.goto(url); // a drawer asks before it is left
    await page.locator("#content h1").first().waitFor();
  }
}

// adds is the button that adds to what the page has.
async function adds(page) {
  const all = page.locator("#content").getByRole("button", { name: /추가|새로|보내기|등록|만들기|^Add|^New|^Send|^Make/ });
  return (await all.count()) > 0 ? all.first() : undefined;
}

async function opened(page, selector) {
  // Drawers come in: what is half there has other colours.
  return page.locator(selector).filter({ visible: true }).first().waitFor({ timeout: 1000 }).then(() => page.waitForTimeout(200)).then(() => true, () => false);
}

const heads = new WeakSet(); // pages whose head was looked at

// menus opens the first menu of the page, and once those of the head.
async function menus(page, look) {
  for (const selector of heads.has(page) ? ["#content [aria-haspopup=menu]"] : ["header [aria-haspopup=menu]", "#content [aria-haspopup=menu]"]) {
    const button = page.locator(selector).filter({ visible: true }).first();
    if (!(await button.count()) || !(await button.isEnabled())) continue;
    await button.click();
    if (await opened(page, "[role=menu]")) await look("menu", "[role=menu]");
    await page.keyboard.press("Escape");
    await page.locator("[role=menu]").filter({ visible: true }).first().waitFor({ state: "hidden", timeout: long });
  }
}

// inputs opens the lists of inputs, one of each kind.
async function inputs(page, within, seen, look) {
  const all = page.locator(`${within} [aria-haspopup=listbox]`).filter({ visible: true });
  const kinds = await all.evaluateAll((list) => list.map((e) => `${e.tagName} ${e.readOnly ? "chosen" : "typed"} ${e.closest("[class*=MultiSelect],[class*=PillsInput]") ? "many" : "one"}`));
  for (const [i, kind] of kinds.entries()) {
    const input = all.nth(i);
    if (seen.has(kind) || !(await input.isEnabled())) continue;
    seen.add(kind);
    await input.dispatchEvent("click"); // what is chosen may lie over it
    if (await opened(page, "[role=listbox]")) await look(`list of ${(await input.getAttribute("aria-label")) ?? (await input.getAttribute("id"))}`, within, "[role=listbox]");
    await input.press("Escape");
    await page.locator("[role=listbox]").filter({ visible: true }).first().waitFor({ state: "hidden", timeout: long });
  }
}
