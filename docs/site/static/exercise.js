// Exercises that answer in the page: the lessons' own checkers, in Python that the first check fetches.
const here = new URL(".", import.meta.url);
let python;
let asked = 0;
const waiting = new Map();

function start() {
  python = new Worker(new URL("python.js", here), { type: "module" });
  python.addEventListener("message", ({ data }) => waiting.get(data.id)?.(data));
  python.addEventListener("error", (event) => {
    for (const react of waiting.values()) react({ error: event.message || "Python could not be started" });
    python = undefined; // tried anew at the next check
  });
}

function ask(exercise, answer, progress) {
  if (!python) start();
  const id = (asked += 1);
  return new Promise((done) => {
    waiting.set(id, (data) => {
      if (data.progress) return progress(data.progress);
      waiting.delete(id);
      done(data);
    });
    python.postMessage({ id, exercise, answer });
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
  input.value = remember(`answer ${exercise}`);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!input.value.trim()) {
      said.textContent = `${exercise}: not attempted yet - write an answer first.`;
      return;
    }
    remember(`answer ${exercise}`, input.value);
    button.disabled = true;
    said.textContent = "Checking ...";
    const { line, error } = await ask(exercise, input.value, (step) => (said.textContent = step));
    said.textContent = line ?? `This could not be checked (${error}). Try again, or run the lesson.`;
    said.dataset.correct = String(Boolean(line?.startsWith(`${exercise}: correct`)));
    button.disabled = false;
  });
}
