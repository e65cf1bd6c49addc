// Exercises that answer in the page: the lessons' own checkers, in Python that the first check fetches.
const here = new URL(".", import.meta.url);
// Without a word for so long, Python is taken to be stuck; a slow telephone takes its time.
const SILENCE = { fetching: 300_000, checking: 180_000 };
const waiting = new Map();
let python;
let asked = 0;
let clock;

// Ends Python, and says so to all who wait; the next check starts another.
function give_up(why) {
  python?.terminate();
  python = undefined;
  clearTimeout(clock);
  for (const [id, { done }] of waiting) {
    waiting.delete(id);
    done({ error: why });
  }
}

function listen(what) {
  clearTimeout(clock);
  const why = { fetching: "fetching Python does not go on: is the network there?", checking: "checking it does not end." };
  if (waiting.size) clock = setTimeout(() => give_up(why[what]), SILENCE[what]);
}

function start() {
  python = new Worker(new URL("python.js", here), { type: "module" });
  python.addEventListener("error", () => give_up("this browser could not start Python"));
  python.addEventListener("message", ({ data }) => {
    if (data.broken !== undefined) return give_up("Python could not be fetched: is the network there?");
    const one = waiting.get(data.id);
    if (!one) return;
    if (data.progress) {
      one.progress(data.progress);
      return listen(data.fetched ? "checking" : "fetching");
    }
    waiting.delete(data.id);
    listen("checking");
    one.done(data);
  });
}

function ask(exercise, answer, progress) {
  return new Promise((done) => {
    const id = (asked += 1);
    waiting.set(id, { done, progress });
    try {
      if (!python) start();
      python.postMessage({ id, exercise, answer });
      if (!clock || waiting.size === 1) listen("fetching");
    } catch (error) {
      give_up(`this browser could not start Python: ${error.message}`);
    }
  });
}

function remember(key, value) {
  try {
    if (value === undefined) return localStorage.getItem(key) ?? "";
    localStorage.setItem(key, value);
  } catch {
    return ""; // a browser may be told to keep nothing
  }
}

for (const form of document.querySelectorAll(".course-exercise")) {
  const { exercise } = form.dataset;
  const [input, button, said] = ["input", "button", "[role=status]"].map((part) => form.querySelector(part));
  input.value ||= remember(`answer ${exercise}`);
  input.disabled = button.disabled = false;
  input.addEventListener("input", () => {
    delete said.dataset.correct; // what was said is of another answer
    remember(`answer ${exercise}`, input.value);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-disabled")) return; // one at a time; disabled, it would lose the focus
    delete said.dataset.correct;
    if (!input.value.trim() || input.value.trim() === "...") {
      said.textContent = `${exercise}: not attempted yet - write an answer first.`;
      return;
    }
    button.setAttribute("aria-disabled", "true");
    said.textContent = "Checking ...";
    const { line, error } = await ask(exercise, input.value, (step) => (said.textContent = step));
    said.textContent = line ?? `This could not be checked (${error}) Check again to try once more, or run the lesson.`;
    if (line) said.dataset.correct = String(line.startsWith(`${exercise}: correct`));
    button.removeAttribute("aria-disabled");
  });
}
