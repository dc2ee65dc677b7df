// The cards of calls and faxes in the sandbox's chat page: as in the product's
// pictures, pressed, and answered. The Go side sends them and hears the presses.
import { inBrowser, letters, picture, same } from "./browser.mjs";

const rgb = { "#FFA9AA": "rgb(255, 169, 170)", "#00C250": "rgb(0, 194, 80)", "#D2D9E2": "rgb(210, 217, 226)", "#B30918": "rgb(179, 9, 24)", "#FFFFFF": "rgb(255, 255, 255)" };

// Of each card, in the order they were sent: the colour of its ground, its words
// and its buttons with their colours.
const cards = {
  "ko-KR": [
    { ground: "#FFA9AA", words: ["☎ 얼쑤팩토리 1번제품문의 전화", "07079170225", "07079170225"],
      buttons: [["📞 수신 전화 당겨 받기", "#00C250"], ["🤖 A.I. 비서로 당겨 받기", "#00C250"], ["📲 내 모바일로 당겨 받기", "#D2D9E2"],
        ["📞 M2C 발신 하기", "#D2D9E2"], ["🖥️ DIPCAST WEB", "#D2D9E2"]] },
    { ground: "#FFA9AA", words: ["☎ 내부 전화 수신!", "1018", "지화자"],
      buttons: [["📲 내 모바일로 당겨 받기", "#D2D9E2"], ["📞 M2C 발신 하기", "#D2D9E2"], ["🖥️ DIPCAST WEB", "#D2D9E2"]] },
    { ground: "#FFFFFF", words: ["📠 팩스가 수신되었습니다.!", "FAX", "07079190163"], buttons: [["📄 팩스 보기", "#B30918"]] },
  ],
  "en-US": [
    { ground: "#FFA9AA", words: ["☎ 얼쑤팩토리 1번제품문의 전화", "07079170225", "07079170225"],
      buttons: [["📞 Take at my desk", "#00C250"], ["🤖 Give to A.I.", "#00C250"], ["📲 Take on mobile", "#D2D9E2"],
        ["📞 Call back (M2C)", "#D2D9E2"], ["🖥️ DIPCAST WEB", "#D2D9E2"]] },
    { ground: "#FFA9AA", words: ["☎ Internal call", "1018", "지화자"],
      buttons: [["📲 Take on mobile", "#D2D9E2"], ["📞 Call back (M2C)", "#D2D9E2"], ["🖥️ DIPCAST WEB", "#D2D9E2"]] },
    { ground: "#FFFFFF", words: ["📠 A fax has arrived", "FAX", "07079190163"], buttons: [["📄 View the fax", "#B30918"]] },
  ],
};

// drawn is what a card looks like on the page.
const drawn = (bubble) => bubble.evaluate((e) => {
  const color = (x) => getComputedStyle(x).backgroundColor;
  const text = [...e.querySelectorAll(".text")];
  return {
    ground: color(e.querySelector(".body")), words: text.map((x) => x.textContent),
    buttons: [...e.querySelectorAll("button")].map((x) => [x.textContent, color(x)]),
    // What does not fit is cut, or under something else. A long title is, in the
    // product's picture too.
    cut: [...text.slice(1), ...e.querySelectorAll("button")].filter((x) => x.scrollWidth > x.clientWidth + 1).map((x) => x.textContent),
    wide: e.getBoundingClientRect().right > innerWidth,
  };
});

const [base, user, locale, said] = process.argv.slice(2);

await inBrowser(locale, async (open) => {
  for (const size of [{ width: 390, height: 844 }, { width: 1440, height: 900 }]) {
    const page = await open(size);
    await page.goto(`${base}/chat/?user=${user}`);
    await page.locator("li .bubble").nth(2).waitFor();
    await letters(page);
    await picture(page, `chat-${locale}-${size.width}`);
    const bubbles = page.locator("li .bubble");
    for (const [i, want] of cards[locale].entries()) {
      same(`card ${i} at ${size.width}`, await drawn(bubbles.nth(i)), {
        ground: rgb[want.ground], words: want.words, buttons: want.buttons.map(([text, color]) => [text, rgb[color]]), cut: [], wide: false,
      });
    }
    if (size.width === 390) { // presses count once
      await bubbles.first().locator("button").first().click();
      await page.locator("li.me", { hasText: said }).waitFor();
      await page.fill("#text", "도움말");
      await page.press("#text", "Enter");
      await page.locator("li.me", { hasText: "도움말" }).waitFor();
      await picture(page, `chat-${locale}-pressed`);
    }
    page.check();
    await page.context().close();
  }
});
