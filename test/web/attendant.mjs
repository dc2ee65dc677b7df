// An attendant that is made in the page, with an announcement spoken from a text,
// answers a real call: the caller hears it, presses a key, and gets who it leads to.
import { inBrowser, picture } from "./browser.mjs";
import { administrator, outside, password, same, signIn, until } from "./web.mjs";

await inBrowser("ko-KR", async (open) => {
  const page = await open({ width: 1440, height: 900 });
  await signIn(page, administrator, password, "/attendants");
  const rest = (path) => page.evaluate(async (p) => (await (await fetch("/api/v2" + p)).json()).data, path);
  const company = (await rest("/tenants"))[0].tenant;
  const [, , one, two, zero] = (await rest(`/extensions?tenant=${company}`)).map((e) => e.extension);
  const pick = async (where, label, option) => {
    await where.getByRole("combobox", { name: label }).click();
    await page.getByRole("option", { name: option }).first().click();
  };

  await page.getByRole("button", { name: "자동응답 추가" }).first().click();
  const form = page.getByRole("dialog");
  await form.getByLabel("이름", { exact: true }).fill("대표 안내");
  await form.getByRole("button", { name: "글을 적어 새로 만들기" }).click();
  await form.getByLabel("읽을 글").fill("안녕하세요. 상담은 일 번, 매장은 이 번, 그 밖에는 영 번을 눌러 주십시오.");
  await form.getByRole("button", { name: "만들어 듣기" }).click();
  const seconds = await form.getByLabel("만든 소리").evaluate((a) => new Promise((done, failed) => {
    a.onerror = () => failed(new Error("the sound is not played"));
    a.onloadedmetadata = () => done(a.duration);
    if (a.readyState > 0) done(a.duration);
  }));
  if (!(seconds > 2)) throw new Error(`the announcement takes ${seconds} s`);
  await form.getByRole("button", { name: "이 소리 쓰기" }).click();
  await form.getByLabel("들어 보기").waitFor();
  const keys = [["1", one], ["2", two], ["0", zero]];
  for (const [i, [key, extension]] of keys.entries()) {
    if (i > 0) await form.getByRole("button", { name: "누르는 번호 더하기" }).click();
    const card = form.locator("section[data-key]").nth(i);
    if ((await card.getAttribute("data-key")) !== key) await pick(card, "번호", key);
    await pick(card, "갈 곳", "내선");
    await pick(card, "내선", new RegExp(`^${extension}`));
  }
  await picture(page, "attendant-ko-1440");
  await form.getByRole("button", { name: "추가", exact: true }).click();
  await form.waitFor({ state: "detached" });
  const number = (await rest(`/attendants?tenant=${company}`))[0].number;
  same("the row", await page.locator("tbody tr", { hasText: number }).count(), 1);

  await page.goto(new URL("/numbers", page.url()).href);
  await page.locator("tbody tr").first().click();
  await pick(form, "받는 곳", "자동응답(ARS)");
  await pick(form, "자동응답(ARS)", new RegExp(`^${number}`));
  await form.getByRole("button", { name: "저장" }).click();
  await form.waitFor({ state: "detached" });

  await page.goto(new URL("/apply", page.url()).href);
  await page.getByText(`자동응답 ${number}`).first().waitFor(); // in words
  await page.getByRole("button", { name: "적용하기" }).click();
  await until("that it is applied", async () => (await rest(`/tenants/${company}/pending`)).waiting === false, 120_000);

  await outside("behave", "answer");
  await outside("from-outside", "menu", "01012345678", "07045805605");
  await outside("hears", "menu");
  await outside("press", "menu", "2");
  same("who calls the second extension", await outside("rings-at", two), "01012345678");
  await outside("hangup", "menu");
  page.check();
});
