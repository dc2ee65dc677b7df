// History: a recorded call is found by its number, says why it ended, and plays:
// the sound that the page gets is that of the call.
import { inBrowser, picture } from "./browser.mjs";
import { outside, same, signIn, until } from "./web.mjs";

await inBrowser("ko-KR", async (open) => {
  const page = await open({ width: 1440, height: 900 });
  await outside("behave", "1010", "answer");
  await outside("from-outside", "recorded", "01000421188", "07045805605");
  await outside("answered", "recorded");
  await outside("record", "1010");
  await outside("talk", "recorded", "1010", "2500");
  await outside("hangup", "recorded");
  await signIn(page, "demo", "demo", "/history");
  await page.getByRole("searchbox").or(page.getByPlaceholder(/전화번호, 이름/)).first().fill("1188");
  await page.keyboard.press("Enter");
  const row = page.locator("tbody tr", { hasText: "010-0042-1188" }).first();
  await row.waitFor();
  await until("the recording's sign", async () => {
    if (await row.getByRole("img", { name: "녹음 있음" }).count()) return true;
    await page.getByRole("button", { name: "새로 고침" }).click();
    await page.waitForTimeout(300);
    return false;
  });
  await row.click();
  await page.locator("section[aria-labelledby=why]").getByText("1010").first().waitFor();
  await page.getByRole("button", { name: "듣기" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox").or(dialog.getByRole("textbox")).first().fill("시험");
  const answer = page.waitForResponse((r) => /\/api\/v2\/recordings\/[^/?]+\?/.test(r.url()) && r.ok());
  await dialog.getByRole("button", { name: "듣기" }).click();
  const sound = await (await answer).body();
  same("what the page gets", [sound.subarray(0, 4).toString(), sound.subarray(8, 12).toString()], ["RIFF", "WAVE"]);
  // 16 bits a sample, 8,000 or more a second, behind a head of at least 44 bytes: two seconds, and not silent.
  const rate = sound.readUInt32LE(24);
  const seconds = (sound.length - 44) / (rate * 2);
  if (rate < 8000 || seconds < 1.5 || seconds > 60) throw new Error(`a sound of ${seconds} s at ${rate} Hz`);
  let loudest = 0;
  for (let at = 44; at + 1 < sound.length; at += 2) loudest = Math.max(loudest, Math.abs(sound.readInt16LE(at)));
  if (loudest < 1000) throw new Error(`the recording is silent: ${loudest}`);
  await until("the sound to play", () => page.locator("audio").evaluate((a) => a.currentTime > 0.2 && !a.error));
  await picture(page, "call-played-ko-1440");
  page.check();
});
