// Cards: the box model of LINE's Flex Messages. Values were checked when the
// message came; they are set by style properties, so nothing can end a rule.
let language = "ko_KR";

export function setLanguage(l) { language = l; }

// variant gives a text in the page's language, or the plain one.
export function variant(o, list, name) {
  const v = (o[list] || []).find((v) => v.language === language);
  return (v ? v[name] : o[name]) || "";
}

export const label = (a) => variant(a, "i18nLabels", "label");

export function node(tag, cls = "", text = "") {
  const e = document.createElement(tag);
  if (cls) e.className = cls;
  if (text) e.textContent = text;
  return e;
}

// pressable makes an element do the action at a path of its message.
export function pressable(e, at) {
  e.dataset.at = at;
  if (e.tagName !== "BUTTON") {
    e.setAttribute("role", "button");
    e.tabIndex = 0;
    e.classList.add("pressable");
    e.onkeydown = (k) => { if (k.key === "Enter" && k.target === e) e.click(); };
  }
  return e;
}

const widths = { nano: 120, micro: 160, kilo: 260, mega: 300, giga: 500 };
const fonts = { xxs: 11, xs: 13, sm: 14, md: 16, lg: 19, xl: 22, xxl: 29, "3xl": 35, "4xl": 48, "5xl": 74 };
const gaps = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const radii = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const borders = { none: 0, light: 0.5, normal: 1, medium: 2, "semi-bold": 3, bold: 4 };
const images = { xxs: 40, xs: 60, sm: 80, md: 100, lg: 120, xl: 140, xxl: 160, "3xl": 180, "4xl": 200, "5xl": 220 };
const ends = { start: "flex-start", center: "center", end: "flex-end", top: "flex-start", bottom: "flex-end" };

const size = (v, table) => (v === undefined ? "" : v in table ? table[v] + "px" : v);

export function renderFlex(contents, dead) {
  if (contents.type === "carousel") {
    const row = node("div", "columns");
    contents.contents.forEach((b, i) => row.append(bubble(b, "/contents/contents/" + i, dead)));
    return row;
  }
  return bubble(contents, "/contents", dead);
}

function bubble(b, at, dead) {
  const e = node("div", "bubble");
  e.dir = b.direction || "ltr";
  e.style.width = widths[b.size || "mega"] + "px";
  for (const name of ["header", "hero", "body", "footer"]) {
    if (!b[name]) continue;
    const part = component(b[name], at + "/" + name, "vertical", dead);
    part.classList.add("block", name);
    const style = (b.styles || {})[name] || {};
    if (style.backgroundColor) part.style.backgroundColor = style.backgroundColor;
    if (style.separator) {
      const line = node("hr", "separator");
      if (style.separatorColor) line.style.backgroundColor = style.separatorColor;
      e.append(line);
    }
    e.append(part);
  }
  if (b.action) pressable(e, at + "/action");
  return e;
}

// component draws one part. In a horizontal box parts share the width; in a
// vertical one they are as high as they need to be.
function component(c, at, layout, dead) {
  const e = kinds[c.type](c, at, layout, dead);
  const s = e.style;
  if (c.flex !== undefined) s.flex = c.flex === 0 ? "0 0 auto" : c.flex + " 0 0";
  else if (layout === "vertical" || c.type === "icon" || c.type === "separator") s.flex = "0 0 auto";
  else s.flex = "1 0 0";
  if (c.type === "filler") s.flex = (c.flex || 1) + " 0 0";
  for (const [from, to] of [["offsetTop", "top"], ["offsetBottom", "bottom"], ["offsetStart", "insetInlineStart"], ["offsetEnd", "insetInlineEnd"]]) {
    if (c[from] !== undefined) s[to] = size(c[from], gaps);
  }
  if (c.position) s.position = c.position;
  if (c.action && c.type !== "button") pressable(e, at + "/action");
  return e;
}

const kinds = {
  box(c, at, layout, dead) {
    const e = node("div", "flexbox " + c.layout);
    const s = e.style;
    for (const name of ["backgroundColor", "width", "height"]) {
      if (c[name] !== undefined) s[name] = c[name];
    }
    if (c.borderWidth !== undefined) s.border = size(c.borderWidth, borders) + " solid " + (c.borderColor || "#000000");
    if (c.cornerRadius !== undefined) s.borderRadius = size(c.cornerRadius, radii);
    for (const [from, to] of [["paddingAll", "padding"], ["paddingTop", "paddingTop"], ["paddingBottom", "paddingBottom"],
      ["paddingStart", "paddingInlineStart"], ["paddingEnd", "paddingInlineEnd"]]) {
      if (c[from] !== undefined) s[to] = size(c[from], gaps);
    }
    (c.contents || []).forEach((child, i) => {
      const part = component(child, at + "/contents/" + i, c.layout, dead);
      const gap = child.margin !== undefined ? child.margin : i > 0 ? c.spacing : undefined;
      if (gap !== undefined && child.position !== "absolute") {
        part.style[c.layout === "vertical" ? "marginTop" : "marginInlineStart"] = size(gap, gaps);
      }
      e.append(part);
    });
    return e;
  },
  text(c) {
    const e = node("div", "text" + (c.wrap ? " wrap" : ""));
    font(e, c);
    e.style.textAlign = c.align || "start";
    if (c.gravity) e.style.alignSelf = ends[c.gravity];
    if (c.maxLines > 0 && c.wrap) {
      e.classList.add("clamp");
      e.style.webkitLineClamp = c.maxLines;
    }
    if (c.contents && c.contents.length > 0) e.append(...c.contents.map((span) => font(node("span", "", span.text), span)));
    else e.textContent = c.text;
    return e;
  },
  span: (c) => font(node("span", "", c.text), c),
  button(c, at, layout, dead) {
    const e = pressable(node("button", "flexbutton " + (c.style || "link") + " " + (c.height || "md"), label(c.action)), at + "/action");
    if (c.color) e.style[(c.style || "link") === "link" ? "color" : "backgroundColor"] = c.color;
    if (c.gravity) e.style.alignSelf = ends[c.gravity];
    if (dead.includes(c.action.type)) e.classList.add("dead");
    return e;
  },
  image(c) {
    const e = node("div", "image");
    const img = node("img");
    img.src = c.url;
    img.alt = "";
    const [w, h] = (c.aspectRatio || "1:1").split(":");
    img.style.aspectRatio = w + " / " + h;
    img.style.width = c.size === "full" ? "100%" : size(c.size || "md", images);
    img.style.objectFit = c.aspectMode === "cover" ? "cover" : "contain";
    e.style.justifyContent = ends[c.align || "center"];
    e.style.alignItems = ends[c.gravity || "top"];
    e.append(img);
    return e;
  },
  icon(c) {
    const img = node("img", "icon");
    img.src = c.url;
    img.alt = "";
    img.style.height = size(c.size || "md", fonts);
    return img;
  },
  separator(c, at, layout) {
    const e = node("hr", "separator " + (layout === "vertical" ? "" : "upright"));
    if (c.color) e.style.backgroundColor = c.color;
    return e;
  },
  filler: () => node("div", "filler"),
};

function font(e, c) {
  const s = e.style;
  if (c.size !== undefined || e.tagName === "DIV") s.fontSize = size(c.size || "md", fonts);
  if (c.weight) s.fontWeight = c.weight === "bold" ? "700" : "400";
  if (c.color) s.color = c.color;
  if (c.style === "italic") s.fontStyle = "italic";
  if (c.decoration) s.textDecoration = c.decoration;
  return e;
}
