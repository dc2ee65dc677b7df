// From nothing to the first calls, as the first administrator: the documented
// password is replaced, the guide makes a company, five phones, a line and a number,
// applies them, and sees a call; a call that nobody takes is found in the history.
import { inBrowser, picture } from "./browser.mjs";
import { administrator, outside, password, same, signIn, site, until } from "./web.mjs";

await inBrowser("ko-KR", async (open) => {
  const page = await open({ width: 1440, height: 900 });
  page.expected = /status of 40[39]/; // what a page asks before the password is changed
  await signIn(page, administrator, "ihavenopassword@");
  await page.waitForURL(/\/account/);
  same("pages in the menu before the password is changed", await page.locator("nav a[href]").count(), 0);
  await page.getByLabel("받은 비밀번호").fill("ihavenopassword@");
  await page.getByLabel(/^새 비밀번호( \*)?$/).fill(password);
  await page.getByLabel("새 비밀번호 한 번 더").fill(password);
  await page.getByRole("button", { name: "비밀번호 바꾸기" }).click();
  await page.locator("nav a[href]").first().waitFor();

  await page.goto(site + "/guide");
  const step = (name) => page.locator(`[data-step=${name}]`);
  const done = (name) => page.locator(`[data-step=${name}][data-done=true]`).waitFor();
  await picture(page, "guide-begin-ko-1440");
  const making = step("company").getByRole("button", { name: "새 회사 만들기" });
  if (await making.count()) await making.click();
  await step("company").getByLabel("회사 이름").fill("바른상사");
  await step("company").getByRole("button", { name: "회사 만들기" }).click();
  await done("company");

  await step("extensions").getByRole("button", { name: "5개 만들기" }).click();
  await done("extensions");
  await page.reload(); // whoever comes back goes on where they were
  await step("line").getByRole("button").first().click();
  const line = await outside("line");
  await step("line").getByRole("combobox", { name: "통신사가 준 것" }).or(step("line").getByLabel("통신사가 준 것")).first().click();
  await page.getByRole("option", { name: "고정 IP 회선" }).click();
  await step("line").getByLabel("통신사 서버 주소").fill(`${line.host}:${line.port}`);
  await step("line").getByRole("button", { name: "전화선 추가" }).click();
  await done("line");
  await step("number").getByLabel("전화번호").fill("070-4580-5605");
  await step("number").getByRole("button", { name: "번호 연결" }).click();
  await done("number");
  await step("apply").getByRole("button", { name: "적용하기" }).click();
  await page.locator("[data-step=apply][data-done=true]").waitFor({ timeout: 120_000 }); // an Asterisk of its own tries the files out

  // Phones: what the page shows is what a phone is set up with.
  if ((await step("phones").getByRole("button", { name: /SIP 계정 정보/ }).count()) === 0) await step("phones").getByRole("button").first().click();
  const extensions = [];
  for (let i = 0; i < 5; i++) {
    const button = step("phones").getByRole("button", { name: /SIP 계정 정보/ }).nth(i);
    extensions.push((await button.getAttribute("aria-label")).split(" ")[0]);
    await button.click();
    const dialog = page.getByRole("dialog");
    const value = async (label) => (await dialog.getByRole("row", { name: new RegExp(label) }).locator("td").innerText()).trim().split("\n")[0];
    const again = dialog.getByRole("button", { name: "새 비밀번호 만들기" });
    await dialog.getByRole("row", { name: /비밀번호/ }).waitFor();
    if (await again.count()) {
      await again.click();
      await again.waitFor({ state: "detached" });
    }
    await outside("credentials", extensions[i], await value("사용자 이름"), await value("비밀번호"));
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  }
  for (const extension of extensions) await outside("register", extension);
  await done("phones");
  await picture(page, "guide-phones-ko-1440");

  await step("call").getByRole("button").first().click();
  await outside("dial", "inside", extensions[0], extensions[1]);
  await page.getByText("첫 통화에 성공했습니다!").waitFor();
  await outside("hangup", "inside");
  await page.getByText("모두 끝났습니다").waitFor();
  await picture(page, "guide-end-ko-1440");

  await outside("behave", "ring");
  await outside("from-outside", "missed", "01012345678", "07045805605");
  await outside("rings-at", extensions[0]);
  await outside("hangup", "missed");
  await page.goto(site + "/history");
  await page.getByText("부재중만").click();
  await until("the missed call", async () => {
    if (await page.locator("tbody tr", { hasText: "010-1234-5678" }).count()) return true;
    await page.getByRole("button", { name: "새로 고침" }).click();
    await page.waitForTimeout(500);
    return false;
  });
  page.check();
});
