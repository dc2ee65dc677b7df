// A second factor: set up with an app, asked for at signing in, replaced by a recovery
// code, turned off with the password.
import { createHmac } from "node:crypto";
import { inBrowser, picture } from "./browser.mjs";
import { outside, same, signIn, site } from "./web.mjs";

const [name, own] = ["factor@example.com", "factors are better in pairs"];
const once = await outside("user", name, "company");

// codeOf is what an app shows for a key, so many steps from now.
function codeOf(key, steps) {
  const bits = [...key].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const bytes = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const at = Buffer.alloc(8);
  at.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const sum = createHmac("sha1", bytes).update(at).digest();
  return String((sum.readUInt32BE(sum[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

await inBrowser("ko-KR", async (open) => {
  const page = await open({ width: 390, height: 844 });
  page.expected = /status of 40[01]/; // what is tried on purpose
  await signIn(page, name, once);
  await page.getByLabel("받은 비밀번호").fill(once);
  await page.getByLabel(/^새 비밀번호( \*)?$/).fill(own);
  await page.getByLabel("새 비밀번호 한 번 더").fill(own);
  await page.getByRole("button", { name: "비밀번호 바꾸기" }).click();
  await page.waitForURL((u) => u.pathname !== "/account");
  await page.goto(site + "/account");
  const factors = page.getByRole("region", { name: "2단계 인증" });
  await factors.getByRole("button", { name: "인증 앱 연결하기" }).click();
  const key = (await factors.locator("code").first().textContent()).replaceAll(" ", "");
  await factors.getByRole("img", { name: /QR/ }).evaluate(async (img) => { await img.decode(); });
  await picture(page, "factor-ko-390");
  const code = factors.getByLabel("앱에 보이는 6자리 숫자");
  await code.fill(codeOf(key, 100));
  await factors.getByRole("button", { name: "확인하고 켜기" }).click();
  await factors.getByText("숫자가 맞지 않습니다").waitFor();
  await code.fill(codeOf(key, 0));
  await factors.getByRole("button", { name: "확인하고 켜기" }).click();
  const list = factors.getByRole("list", { name: "복구 코드" }).locator("code");
  await list.first().waitFor();
  const codes = await list.allTextContents();
  same("recovery codes", codes.length, 10);
  await picture(page, "recovery-codes-ko-390");
  same("finishing without having kept them", await factors.getByRole("button", { name: "마치기" }).isEnabled(), false);
  await factors.getByLabel("복구 코드를 보관했습니다").check();
  await factors.getByRole("button", { name: "마치기" }).click();
  await factors.getByText("남은 복구 코드 10개").waitFor();

  const other = await open({ width: 1440, height: 900 });
  other.expected = /status of 40[01]/;
  await other.goto(site + "/account");
  await other.locator("input[name=username]").fill(name);
  await other.locator("input[name=password]").fill(own);
  await other.locator("button[type=submit]").click();
  await other.locator("input[name=code]").fill(codes[0]);
  await picture(other, "signin-code-ko-1440");
  await other.locator("button[type=submit]").click();
  const there = other.getByRole("region", { name: "2단계 인증" });
  await there.getByText("남은 복구 코드 9개").waitFor();
  await there.getByRole("button", { name: "끄기" }).click();
  const dialog = other.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "비밀번호" }).fill("not it");
  await dialog.getByRole("button", { name: "끄기" }).click();
  await dialog.getByText("지금 비밀번호가 맞지 않습니다").waitFor();
  await dialog.getByRole("textbox", { name: "비밀번호" }).fill(own);
  await dialog.getByRole("button", { name: "끄기" }).click();
  await there.getByRole("button", { name: "인증 앱 연결하기" }).waitFor();
  page.check();
  other.check();
});
