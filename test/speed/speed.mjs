// What the scripts of this folder share: their settings, what they have measured,
// and people who are signed in.
export const o = JSON.parse(process.argv[2]);

// figure tells the test what was measured, in ms or %.
export function figure(what, values, { unit = "ms", most = 0, note = "" } = {}) {
  console.log("figure " + JSON.stringify({ What: what, Values: values, Unit: unit, Most: most, Note: note }));
}

// cookieOf signs somebody in without a browser, and gives the cookie of it.
export async function cookieOf(username) {
  const answer = await fetch(o.site + "/api/v2/session", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ username, password: o.password }) });
  if (!answer.ok) throw new Error(`${username}: ${answer.status} ${await answer.text()}`);
  const [name, value] = answer.headers.getSetCookie()[0].split(";")[0].split("=");
  return { name, value, url: o.site };
}
