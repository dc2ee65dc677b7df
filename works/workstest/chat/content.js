// Contents of messages other than cards: docs/bot-send-*.
import { label, node, pressable, renderFlex, variant } from "./flex.js";

const file = (m) => m.originalContentUrl || "/chat/file/" + encodeURIComponent(m.fileId || "");

// summary is a message in one line, as the list of rooms has it.
export function summary(m) {
  switch (m.type) {
    case "text": return variant(m, "i18nTexts", "text");
    case "flex": return variant(m, "i18nAltTexts", "altText");
    case "link": case "button_template": return variant(m, "i18nContentTexts", "contentText");
    case "list_template": return m.elements.map((e) => e.title).join(", ");
    case "carousel": return m.columns.map((c) => c.title || c.text).join(", ");
    default: return "[" + m.type + "]";
  }
}

export function renderContent(m, dead) {
  switch (m.type) {
    case "flex": return renderFlex(m.contents, dead);
    case "text": return node("p", "balloon", mentions(variant(m, "i18nTexts", "text")));
    case "link": {
      const a = node("a", "", variant(m, "i18nLinkTexts", "linkText"));
      a.href = m.link;
      a.target = "_blank";
      a.rel = "noopener noreferrer";
      const box = node("div", "balloon", mentions(variant(m, "i18nContentTexts", "contentText")));
      box.append(node("br"), a);
      return box;
    }
    case "image": {
      const img = picture(m.previewImageUrl || file(m), "photo");
      img.dataset.full = file(m);
      return img;
    }
    case "audio": case "video": {
      const player = node(m.type, "player");
      player.controls = true;
      player.src = file(m);
      return player;
    }
    case "file": {
      const a = node("a", "balloon file", "📄 " + (m.originalContentUrl ? m.originalContentUrl.split("/").pop() : "file"));
      a.href = file(m);
      a.target = "_blank";
      a.rel = "noopener noreferrer";
      return a;
    }
    case "sticker": return node("p", "sticker", "🖼 " + m.packageId + "/" + m.stickerId);
    case "button_template": {
      const box = node("div", "template");
      box.append(node("p", "", mentions(variant(m, "i18nContentTexts", "contentText"))), ...buttons(m.actions, "/actions"));
      return box;
    }
    case "list_template": return list(m);
    case "carousel": return carousel(m);
    case "image_carousel": {
      const row = node("div", "columns");
      m.columns.forEach((c, i) => {
        const box = pressable(node("div", "template picture"), "/columns/" + i + "/action");
        box.append(picture(file(c), "wide"), node("span", "over", label(c.action)));
        row.append(box);
      });
      return row;
    }
    default: return node("p", "balloon", "[" + m.type + "]");
  }
}

// mentions shows <m userId="…"> as @….
const mentions = (text) => text.replace(/<m userId="([^"]*)">/g, "@$1");

function picture(src, cls) {
  const img = node("img", cls);
  img.src = src;
  img.alt = "";
  return img;
}

const buttons = (actions, at) => actions.map((a, i) => pressable(node("button", "", label(a)), at + "/" + i));

function list(m) {
  const box = node("div", "template list");
  if (m.coverData) {
    const cover = node("div", "cover");
    const url = m.coverData.backgroundImageUrl || "/chat/file/" + encodeURIComponent(m.coverData.backgroundFileId);
    cover.append(picture(url, "wide"), node("strong", "", variant(m.coverData, "i18nTitles", "title")),
      node("span", "", variant(m.coverData, "i18nSubtitles", "subtitle")));
    box.append(cover);
  }
  m.elements.forEach((e, i) => {
    const row = node("div", "row");
    const text = node("div", "grow");
    text.append(node("strong", "", variant(e, "i18nTitles", "title")), node("span", "", variant(e, "i18nSubtitles", "subtitle")));
    row.append(text);
    if (e.originalContentUrl || e.fileId) row.append(picture(file(e), "thumb"));
    if (e.action) row.append(pressable(node("button", "", label(e.action)), "/elements/" + i + "/action"));
    box.append(row);
  });
  (m.actions || []).forEach((actions, i) => {
    const row = node("div", "row");
    row.append(...buttons(actions, "/actions/" + i));
    box.append(row);
  });
  return box;
}

function carousel(m) {
  const row = node("div", "columns");
  m.columns.forEach((c, i) => {
    const box = node("div", "template");
    const head = node("div", "head");
    if (c.originalContentUrl || c.fileId) {
      const img = picture(file(c), m.imageAspectRatio === "square" ? "square" : "wide");
      img.style.objectFit = m.imageSize === "contain" ? "contain" : "cover";
      head.append(img);
    }
    if (c.title) head.append(node("strong", "", variant(c, "i18nTitles", "title")));
    head.append(node("p", "", variant(c, "i18nTexts", "text")));
    if (c.defaultAction) pressable(head, "/columns/" + i + "/defaultAction");
    box.append(head, ...buttons(c.actions, "/columns/" + i + "/actions"));
    row.append(box);
  });
  return row;
}
