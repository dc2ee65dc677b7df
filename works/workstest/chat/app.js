// The page: rooms of one person, their messages, a text field. What is pressed is
// named by its path in the message; the server knows what it does.
import { renderContent, summary } from "./content.js";
import { label, setLanguage } from "./flex.js";

const words = {
  ko_KR: {
    person: "사람", language: "언어", send: "보내기", write: "메시지를 입력하세요", connected: "연결됨", lost: "연결 끊김, 다시 연결하는 중",
    copied: "복사됨: ", dead: "이 앱에서는 동작하지 않는 버튼입니다.", failed: "실패: ", start: "시작하기", mobile: "모바일 앱에서만 됩니다.", none: "대화방이 없습니다.",
  },
  en_US: {
    person: "Person", language: "Language", send: "Send", write: "Write a message", connected: "connected", lost: "connection lost, trying again",
    copied: "Copied: ", dead: "This button does nothing in this app.", failed: "Failed: ", start: "Start", mobile: "Works on mobiles only.", none: "No rooms.",
  },
};
const $ = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
let lang = query.get("lang") || "";
let user = query.get("user") || "";
let room = query.get("room") || "";
let state = { users: [], rooms: [], dead: [] };
let messages = [];
let stream = null;

const word = (name) => (words[lang] || words.ko_KR)[name];

function connect() {
  if (stream) stream.close();
  messages = [];
  stream = new EventSource("/chat/events?user=" + encodeURIComponent(user));
  stream.onopen = () => { $("link").textContent = word("connected"); };
  stream.onerror = () => { $("link").textContent = word("lost"); };
  stream.addEventListener("state", (e) => {
    state = JSON.parse(e.data);
    if (!state.users.some((u) => u.id === user) && state.users.length > 0) {
      user = state.users[0].id;
      connect();
      return;
    }
    if (!lang) {
      const me = state.users.find((u) => u.id === user);
      lang = me && !me.locale.startsWith("ko") ? "en_US" : "ko_KR";
    }
    if (!state.rooms.some((r) => r.id === room)) room = state.rooms.length > 0 ? state.rooms[0].id : "";
    draw();
  });
  stream.addEventListener("message", (e) => {
    const m = JSON.parse(e.data);
    if (messages.some((old) => old.seq === m.seq)) return;
    messages.push(m);
    if (messages.length > 1000) messages.shift();
    if (m.room === room) {
      append(m);
      drawQuick();
      drawMenu(state.rooms.find((r) => r.id === room));
    } else unread.add(m.room);
    drawRooms();
  });
}

const unread = new Set();

function draw() {
  setLanguage(words[lang] ? lang : "ko_KR");
  document.documentElement.lang = lang.slice(0, 2);
  for (const e of document.querySelectorAll("[data-word]")) e.textContent = word(e.dataset.word);
  $("text").placeholder = word("write");
  $("lang").value = lang;
  $("user").replaceChildren(...state.users.map((u) => new Option(u.name, u.id, false, u.id === user)));
  const r = state.rooms.find((r) => r.id === room);
  $("title").textContent = r ? r.title + (r.private ? "" : " (" + r.members + ")") : word("none");
  $("messages").replaceChildren();
  for (const m of messages) if (m.room === room) append(m);
  drawRooms();
  drawQuick();
  drawMenu(r);
}

function drawRooms() {
  $("rooms").replaceChildren(...state.rooms.map((r) => {
    const b = document.createElement("button");
    const last = messages.findLast((m) => m.room === r.id);
    b.className = (r.id === room ? "here " : "") + (unread.has(r.id) ? "unread" : "");
    b.append(line("strong", r.title), line("span", last ? summary(last.content) : ""));
    b.onclick = () => { room = r.id; unread.delete(r.id); draw(); };
    return b;
  }));
}

function line(tag, text) {
  const e = document.createElement(tag);
  e.textContent = text;
  return e;
}

function append(m) {
  const li = document.createElement("li");
  li.dataset.seq = m.seq;
  li.className = m.from === "" ? "bot" : m.from === user ? "me" : "other";
  const box = document.createElement("div");
  box.className = "box";
  if (m.from !== user) {
    const face = line("span", m.name.slice(0, 2));
    face.className = "face";
    li.append(face);
    const name = line("span", m.name);
    name.className = "name";
    box.append(name);
  }
  box.append(renderContent(m.content, state.dead));
  const at = line("time", new Date(m.time).toLocaleTimeString(lang.replace("_", "-"), { hour: "2-digit", minute: "2-digit" }));
  li.append(box, at);
  $("messages").append(li);
  li.scrollIntoView({ block: "end" });
}

// Quick replies go when another message comes, as in the consumer's app.
function drawQuick() {
  const last = messages.findLast((m) => m.room === room);
  const items = last && last.from === "" && last.content.quickReply ? last.content.quickReply.items : [];
  $("quick").dataset.seq = last ? last.seq : 0;
  $("quick").replaceChildren(...items.map((item, i) => {
    const b = line("button", "");
    b.dataset.at = "/quickReply/items/" + i + "/action";
    if (item.imageUrl) {
      const img = document.createElement("img");
      img.src = item.imageUrl;
      img.alt = "";
      b.append(img);
    }
    b.append(label(item.action));
    return b;
  }));
}

function drawMenu(r) {
  const actions = r && r.menu ? r.menu.actions : [];
  $("menu").dataset.seq = 0;
  const buttons = actions.map((a, i) => {
    const b = line("button", label(a));
    b.dataset.at = "/actions/" + i;
    return b;
  });
  if (r && r.private && !messages.some((m) => m.room === room)) {
    const b = line("button", word("start"));
    b.onclick = () => post("begin", {});
    buttons.push(b);
  }
  $("menu").replaceChildren(...buttons);
}

async function post(what, body) {
  const r = await fetch("/chat/" + what, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ user, room, ...body }),
  });
  if (!r.ok) {
    toast(word("failed") + (await r.text()));
    return null;
  }
  return r.status === 204 ? {} : r.json();
}

async function press(seq, at) {
  const done = await post("press", { seq: Number(seq), at });
  if (!done) return;
  if (done.kind === "uri") window.open(done.value, "_blank", "noopener");
  if (done.kind === "copy") {
    try { await navigator.clipboard.writeText(done.value); } catch { /* not allowed: the text is shown */ }
    toast(word("copied") + done.value);
  }
  if (done.kind === "dead") toast(word("dead"));
  if (["camera", "cameraRoll", "location"].includes(done.kind)) toast(word("mobile"));
}

let toastTimer = 0;
function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, 4000);
}

document.addEventListener("click", (e) => {
  const b = e.target.closest("[data-at]");
  const holder = b && b.closest("[data-seq]");
  if (holder) press(holder.dataset.seq, b.dataset.at);
});
$("say").onsubmit = async (e) => {
  e.preventDefault();
  const text = $("text").value.trim();
  if (text && (await post("say", { text }))) $("text").value = "";
};
$("user").onchange = () => { user = $("user").value; room = ""; connect(); };
$("lang").onchange = () => { lang = $("lang").value; draw(); };
connect();
