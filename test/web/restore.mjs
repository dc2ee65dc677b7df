// Back to a backup: one is made and checked, then an extension is renamed. The
// backup brings the name back, and whoever waits on the page sees so; undoing that
// brings the later name.
import { inBrowser, picture } from "./browser.mjs";
import { administrator, outside, password, same, signIn } from "./web.mjs";

// rest is what REST answers to the page's own request.
const rest = (page, method, path, body) => page.evaluate(async ([m, p, b]) => {
  const answer = await fetch("/api/v2" + p, { method: m, headers: { "Content-Type": "application/json" }, body: b && JSON.stringify(b) });
  if (!answer.ok) throw new Error(`${m} ${p}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? undefined : (await answer.json()).data;
}, [method, path, body]);

await inBrowser("ko-KR", async (open) => {
  // begun opens the backups of whoever has just signed in.
  const begun = async () => {
    const page = await open({ width: 1440, height: 900 });
    page.expected = /status of (40[13]|50.)|ERR_|WebSocket/; // the wrong password, and what is asked while the gateway restarts
    await signIn(page, administrator, password, "/system?tab=backups");
    return page;
  };
  const early = await begun();
  const company = (await rest(early, "GET", "/tenants"))[0].tenant;
  const extensions = await rest(early, "GET", `/extensions?tenant=${company}`);
  const [first, second] = extensions.map((e) => e.extension);
  const before = extensions[0].name;
  const name = async (page) => (await rest(page, "GET", `/extensions/${first}?tenant=${company}`)).name;
  const menu = async (page, item) => {
    await page.locator("tbody tr", { hasText: "만듦" }).getByRole("button", { name: /^할 일/ }).click();
    await page.getByRole("menuitem", { name: item }).click();
  };

  await early.getByRole("button", { name: "지금 백업하기" }).first().click();
  await early.locator("tbody tr", { hasText: "만듦" }).getByText("준비됨").waitFor();
  await menu(early, "확인");
  await early.locator("tbody tr", { hasText: "만듦" }).getByText("확인함").waitFor();
  await picture(early, "system-backups-ko-1440");
  await rest(early, "PUT", `/extensions/${first}?tenant=${company}`, { name: "나중 이름" });
  same("the name that was given", await name(early), "나중 이름");

  // confirm gives passwords to the dialog that is open, and waits for the gateway.
  // The data that comes has no session of whoever signed in after it.
  const confirm = async (page) => {
    const dialog = page.getByRole("dialog");
    const begin = dialog.getByRole("button", { name: "되살리기 시작" });
    await dialog.getByLabel("지금 것이 바뀐다는 것을 압니다").check();
    await dialog.getByLabel("내 비밀번호").fill("not it");
    await begin.click();
    await dialog.getByText("비밀번호가 맞지 않습니다").waitFor();
    await dialog.getByLabel("내 비밀번호").fill(password);
    await begin.click();
    // On a quick machine it is over before anybody has read that it is under way.
    const signIn = page.locator("input[name=username]");
    await page.getByText(/되살릴 준비를|다시 시작하고 있습니다/).or(signIn).first().waitFor();
    await signIn.waitFor({ timeout: 60_000 });
    await page.locator("input[name=username]").fill(administrator);
    await page.locator("input[name=password]").fill(password);
    await page.locator("button[type=submit]").click();
    await page.getByText(/에 되살렸습니다/).waitFor({ timeout: 60_000 });
  };
  const late = await begun(); // after the backup: it knows nothing of this session
  await menu(late, "되살리기");
  await confirm(late);
  await picture(late, "system-restored-ko-1440");
  same("the name after the restore", await name(late), before);
  same("the name that a session of before sees", await name(early), before);
  await outside("behave", "answer");
  await outside("dial", "after", first, second); // the phones are there as before
  await outside("hangup", "after");

  await late.getByRole("button", { name: "되살리기 취소" }).click();
  await confirm(late);
  same("the name after that is undone", await name(late), "나중 이름");
  early.check();
  late.check();
});
