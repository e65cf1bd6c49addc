// What a page needs beyond Sphinx's theme, fetched only where it is used.
if (document.querySelector(".course-figure")) import("./figure.js");
if (document.querySelector(".course-exercise")) import("./exercise.js");
