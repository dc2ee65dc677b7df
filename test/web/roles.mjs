// Roles: an auditor sees and changes nothing, an employee sees their own alone, and
// who looks at an address that is not theirs is told so. REST refuses what the pages
// do not offer.
import { inBrowser, picture } from "./browser.mjs";
import { outside, same, signIn, site, until } from "./web.mjs";

const once = await outside("user", "auditor@example.com", "auditor");

// status is what REST answers to a page's own request.
const status = (page, method, path, body) => page.evaluate(async ([m, p, b]) => {
  const answer = await fetch("/api/v2" + p, { method: m, headers: { "Content-Type": "application/json" }, body: b && JSON.stringify(b) });
  return answer.status;
}, [method, path, body]);

await inBrowser("ko-KR", async (open) => {
  const auditor = await open({ width: 1440, height: 900 });
  auditor.expected = /status of 40[34]/; // what is tried on purpose
  await signIn(auditor, "auditor@example.com", once);
  await auditor.waitForURL(/\/account/);
  await auditor.getByLabel("받은 비밀번호").fill(once);
  await auditor.getByLabel(/^새 비밀번호( \*)?$/).fill("auditors look at things");
  await auditor.getByLabel("새 비밀번호 한 번 더").fill("auditors look at things");
  await auditor.getByRole("button", { name: "비밀번호 바꾸기" }).click();
  await auditor.locator("nav a[href='/extensions']").waitFor();
  await auditor.goto(site + "/extensions");
  await auditor.locator("tbody tr", { hasText: "1010" }).waitFor();
  same("buttons that add extensions", await auditor.getByRole("button", { name: /^내선 추가|^내선 만들기/ }).count(), 0);
  await picture(auditor, "auditor-extensions-ko-1440");
  same("an auditor's change", await status(auditor, "PUT", "/extensions/1010", { name: "X" }), 403);
  same("an auditor's call", await status(auditor, "POST", "/core/click_to_call", { caller: "1010", callee: "1013" }), 403);
  await auditor.goto(site + "/live");
  await outside("behave", "1013", "answer");
  await outside("call", "seen", "1010", "1013");
  const row = auditor.locator("[role=row].call", { hasText: "홍길동" });
  await row.waitFor();
  same("buttons that end a call", await row.getByRole("button", { name: /^끊기/ }).count(), 0);
  await outside("hangup", "seen");
  auditor.check();
  await auditor.context().close();

  const employee = await open({ width: 390, height: 844 });
  employee.expected = /status of 40[34]/;
  await signIn(employee, "demo1010", "demo1010");
  await employee.waitForURL(/\/my/);
  await employee.locator("#content h1").waitFor();
  const menu = await employee.locator("nav a[href]").evaluateAll((links) => links.map((a) => a.getAttribute("href")));
  for (const path of ["/extensions", "/users", "/audit", "/tenants", "/system", "/trunks"]) same(`${path} in an employee's menu`, menu.includes(path), path === "/extensions" && menu.includes(path));
  await employee.goto(site + "/users");
  await employee.getByText("볼 권한이 없습니다").waitFor();
  same("another's diversions", await status(employee, "GET", "/diversions/1013"), 403);
  same("the users", await status(employee, "GET", "/users"), 403);
  await outside("call", "others", "1013", "1018");
  await outside("hangup", "others");
  await until("own calls alone", async () => (await employee.evaluate(async () => (await (await fetch("/api/v2/cdr?limit=100")).json()).data.every((c) => JSON.stringify(c).includes("1010")))));
  employee.check();
});
