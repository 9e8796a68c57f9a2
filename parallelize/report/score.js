"use strict";
// Shows the samples that the form asks for. Texts are in the page already; this only hides and counts them.
(() => {
  const form = document.getElementById("filters");
  const found = document.getElementById("found");
  const samples = [...document.querySelectorAll("#samples > details")];
  const sought = samples.map((sample) => sample.textContent.toLowerCase());

  function filter() {
    const text = form.elements.text.value.trim().toLowerCase();
    const wanted = [...form.querySelectorAll("select")].filter((field) => field.value !== "");
    let count = 0;
    samples.forEach((sample, index) => {
      const fits = wanted.every((field) => sample.dataset[field.name] === field.value) && sought[index].includes(text);
      sample.hidden = !fits;
      count += fits;
    });
    found.textContent = `${count} of ${samples.length} samples`;
  }

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  filter();
})();
