// Signing in: a wrong password and an unknown user are told the same; a company sees
// its own; signing out ends the session.
import { inBrowser, letters, picture } from "./browser.mjs";
import { same, signIn, site, until } from "./web.mjs";

await inBrowser("ko-KR", async (open) => {
  const page = await open({ width: 390, height: 844 });
  page.expected = /status of 401/; // the browser writes each refused request into its console
  await page.goto(site);
  await letters(page);
  await picture(page, "signin-ko-390");
  const wrong = [];
  for (const [username, password] of [["demo", "not it"], ["nobody", "not it"]]) {
    await page.locator("input[name=username]").fill(username);
    await page.locator("input[name=password]").fill(password);
    await page.locator("button[type=submit]").click();
    wrong.push(await until("an answer", () => page.locator("[role=alert]").textContent()));
    await page.reload();
  }
  same("what is told of a wrong password and an unknown user", wrong[0], wrong[1]);
  await signIn(page, "demo", "demo");
  await until("the company's name", async () => (await page.locator("header").textContent()).includes("얼쑤팩토리"));
  const cookie = (await page.context().cookies()).find((c) => c.name.endsWith("dipcast_session"));
  same("the cookie", [cookie.httpOnly, cookie.sameSite], [true, "Lax"]);
  await page.getByRole("button", { name: /내 계정 메뉴/ }).click();
  await page.getByRole("menuitem", { name: "로그아웃" }).click();
  await page.locator("input[name=username]").waitFor();
  const after = await fetch(site + "/api/v2/session", { headers: { Cookie: `${cookie.name}=${cookie.value}` } });
  same("the old cookie's status", after.status, 401);
  page.check();
});
