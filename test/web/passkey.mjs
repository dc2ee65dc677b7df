// A passkey: where browsers have none it is said why; at localhost one is made, signs
// in without username and password, and is removed. The device is Chromium's own.
import { inBrowser, picture } from "./browser.mjs";
import { outside, same, signIn, site } from "./web.mjs";

const [name, own] = ["passkey@example.com", "a key that is no word"];
const once = await outside("user", name, "company");
const local = site.replace("127.0.0.1", "localhost");

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
  const there = page.getByRole("region", { name: "패스키" });
  await there.getByText("IP 주소").waitFor();
  same("buttons at an IP address", await there.getByRole("button").count(), 0);
  await picture(page, "passkeys-not-here-ko-390");
  page.check();

  const at = await open({ width: 1440, height: 900 });
  at.expected = /status of 40[01]/;
  const cdp = await at.context().newCDPSession(at);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  await at.goto(local + "/account");
  await at.getByRole("button", { name: "패스키로 로그인" }).waitFor();
  await at.locator("input[name=username]").fill(name);
  await at.locator("input[name=password]").fill(own);
  await at.locator("button[type=submit]").click();
  const keys = at.getByRole("region", { name: "패스키" });
  await keys.getByRole("button", { name: "패스키 만들기" }).click();
  const dialog = at.getByRole("dialog");
  await dialog.getByRole("textbox", { name: /^이름/ }).fill("책상 위 노트북");
  await dialog.getByRole("textbox", { name: "지금 비밀번호" }).fill("not it");
  await dialog.getByRole("button", { name: "만들기" }).click();
  await dialog.getByText("지금 비밀번호가 맞지 않습니다").waitFor();
  await dialog.getByRole("textbox", { name: "지금 비밀번호" }).fill(own);
  await picture(at, "passkey-add-ko-1440");
  await dialog.getByRole("button", { name: "만들기" }).click();
  await keys.getByText("아직 쓰지 않음").waitFor();
  same("passkeys on the device", (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials.map((c) => [c.rpId, c.isResidentCredential]), [["localhost", true]]);
  await picture(at, "passkeys-ko-1440");

  const signOut = async () => {
    await at.getByRole("button", { name: /내 계정 메뉴/ }).click();
    await at.getByRole("menuitem", { name: "로그아웃" }).click();
    await at.locator("input[name=username]").waitFor();
  };
  await signOut();
  await picture(at, "signin-passkey-ko-1440");
  await at.getByRole("button", { name: "패스키로 로그인" }).click();
  await at.locator("nav").first().waitFor();
  await at.goto(local + "/account");
  await keys.getByText("책상 위 노트북").waitFor();
  same("the passkey was never used", await keys.getByText("아직 쓰지 않음").count(), 0);
  await keys.getByRole("button", { name: "삭제: 책상 위 노트북" }).click();
  await dialog.getByRole("button", { name: "삭제" }).click();
  await keys.getByText("책상 위 노트북").waitFor({ state: "detached" });
  await signOut();
  await at.getByRole("button", { name: "패스키로 로그인" }).click();
  await at.getByText("패스키로 로그인하지 못했습니다").waitFor();
  at.check();
});
