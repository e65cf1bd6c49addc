<script>
// What both pages share. What people typed is only ever put in as text.
const base = location.pathname.replace(/\/$/, "") + "/", token = "{{ token }}";
let look = () => {};
// What went wrong stays until the same kind of request goes well: a look every two seconds must not wipe out an answer's.
function fail(kind, text) { const error = document.getElementById("error"); error.dataset.kind = kind; error.textContent = text; }
function well(kind) { if (document.getElementById("error").dataset.kind === kind) fail("", ""); }
async function send(method, path, body) {
  const kind = method + path;
  try {
    const answer = await fetch(base + path, {method, headers: {"X-XSRFToken": token, "Content-Type": "application/json"}, body: body && JSON.stringify(body)});
    if (answer.ok) { well(kind); return await answer.json(); }
    fail(kind, (await answer.json()).error);
  } catch { fail(kind, "The room does not answer; trying again ..."); }
  return null;
}
function watch(path, show, seconds = 2) {
  look = async () => { const found = await send("GET", path); if (found) show(found); };
  const again = async () => { await look(); setTimeout(again, 1000 * seconds); };
  again();
}
function cell(row, text, kind) {
  const made = row.insertCell();
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}
function draw(place, bars) {
  const key = JSON.stringify(bars);
  if (place.dataset.shown === key) return;
  place.dataset.shown = key;
  place.replaceChildren();
  if (!bars || !bars.length) return;
  const table = document.createElement("table"), most = Math.max(...bars.map((bar) => bar.count));
  table.createCaption().textContent = "What the room said";
  for (const bar of bars) {
    const row = table.insertRow();
    cell(row, bar.label);
    const length = document.createElement("div");
    length.className = "bar";
    length.style.width = `${100 * bar.count / most}%`;
    cell(row, "", "bars").append(length);
    cell(row, bar.count, "number");
  }
  place.append(table);
}
</script>
