
"use strict";
// The sample browser. Every text of a data set is shown through textContent: none of it is ever read as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const form = document.getElementById("filters");
  const list = document.getElementById("list");
  const sample = document.getElementById("sample");
  const found = document.getElementById("found");
  const printed = document.getElementById("printed");
  const PRINTED = 20;
  const PAGE = 10;
  let chosen = -1;
  let shown = [];

  function element(name, options = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(options)) {
      if (key === "text") made.textContent = value;
      else if (value !== null) made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  const number = (value) => (value === null ? "–" : String(Number(value.toPrecision(4))));
  const plain = (runs) => (runs || []).map((run) => (typeof run === "string" ? run : run[1])).join("");

  for (const row of data.rows) {
    row.byMeasure = Object.fromEntries(row.scores.map((score) => [score[0], score]));
    row.sought = [row.id, row.answer || "", ...row.texts.flatMap((t) => [t.source, t.target, t.back].map(plain))]
      .join("\n").toLowerCase();
  }

  function marked(runs, language) {
    const known = data.languages[language];
    const box = element("div", { class: "text", lang: language, dir: known.direction });
    for (const run of runs) {
      if (typeof run === "string") {
        box.append(run);
        continue;
      }
      const [kinds, text] = run;
      const names = [...kinds].map((kind) => `m-${kind}`).join(" ");
      const title = [...kinds].map((kind) => data.marks[kind]).join("; ");
      box.append(element("mark", { class: names, title, text, dir: kinds.includes("p") ? "ltr" : null }));
    }
    return box;
  }

  function side(title, runs, language) {
    const body = runs === null ? element("p", { text: "not translated back" }) : marked(runs, language);
    return element("div", { class: "side" }, element("p", { text: `${title} (${data.languages[language].name})` }), body);
  }

  function scoreTable(row) {
    const body = element("tbody");
    for (const [measure, value, failed, where, evidence] of row.scores) {
      const bound = data.thresholds[row.language][measure];
      const bounded = bound === undefined || bound === null ? "off" : number(bound);
      body.append(
        element(
          "tr", failed ? { class: "failed" } : {},
          element("th", { scope: "row", text: measure, title: data.measures[measure] }),
          element("td", { class: "n", text: number(value) }),
          element("td", { class: "n", text: bounded }),
          element("td", {}, failed ? element("span", { class: "verdict out", text: "out of bounds" }) : value === null ? "not measured" : ""),
          element("td", {}, where ? element("bdi", { class: "quiet", text: `${where} ` }) : "", element("bdi", { text: evidence })),
        ),
      );
    }
    const head = ["Measure", "Value", "Threshold", "Verdict", "Evidence"].map((text, place) =>
      element("th", { scope: "col", class: place === 1 || place === 2 ? "n" : null, text }));
    return element("table", {}, element("thead", {}, element("tr", {}, ...head)), body);
  }

  function shownRow(row, open) {
    const known = data.languages[row.language];
    const parts = [
      element("h3", {}, element("bdi", { text: row.id }), ` · ${row.language} ${known.name}`),
      element("p", {},
        element("span", { class: `verdict ${row.kept ? "in" : "out"}`, text: row.kept ? "kept" : `dropped: ${row.reasons.join(", ")}` }),
        row.answer === null ? "" : " · answer ", row.answer === null ? "" : element("bdi", { text: row.answer }),
        element("span", { class: "quiet", text: ` · shown as an example of: ${row.why.join(", ")}` })),
    ];
    const failed = row.scores.filter((score) => score[2]);
    if (failed.length) {
      parts.push(element("ul", {}, ...failed.map(([measure, value, , where, evidence]) =>
        element("li", {}, element("strong", { text: `${measure} ${number(value)}` }), " ",
          element("bdi", { class: "quiet", text: where }), " ", element("bdi", { text: evidence })))));
    }
    for (const text of row.texts) {
      parts.push(element("h4", {}, element("bdi", { text: text.path })), element("div", { class: "sides" },
        side("Source", text.source, data.source),
        side("Target", text.target, row.language),
        side("Back-translation", text.back, data.source)));
    }
    if (row.more_texts) parts.push(element("p", { class: "quiet", text: `and ${row.more_texts} more texts` }));
    const repairs = [...row.rungs.map(([rung, count]) => `${rung} ${count}`), ...(row.copied ? [`copied ${row.copied}`] : [])];
    const details = element("details", open ? { open: "" } : {}, element("summary", { text: "All scores" }),
      element("div", { class: "scroll", role: "region", "aria-label": "All scores", tabindex: "0" }, scoreTable(row)),
      element("p", { class: "quiet", text: `Segments: ${repairs.join(", ")}` }));
    return [...parts, details];
  }

  const items = data.rows.map((row, index) => {
    const verdict = row.kept ? "kept" : row.reasons.join(", ");
    const item = element("li", { role: "option", id: `row-${index}`, tabindex: "-1", "aria-selected": "false", class: row.kept ? "in" : "out" },
      element("b", {}, element("bdi", { text: row.id })),
      element("span", { class: "small quiet", text: `${row.language} · ${verdict}` }));
    item.addEventListener("click", () => choose(index, true));
    return item;
  });
  list.append(...items);

  function choose(index, focus) {
    if (items[chosen]) {
      items[chosen].setAttribute("aria-selected", "false");
      items[chosen].tabIndex = -1;
    }
    chosen = index;
    const item = items[index];
    if (!item) {
      sample.replaceChildren(element("p", { class: "quiet", text: "No sample fits these filters." }));
      return;
    }
    item.setAttribute("aria-selected", "true");
    item.tabIndex = 0;
    const open = Boolean(sample.querySelector("details[open]"));
    sample.replaceChildren(...shownRow(data.rows[index], open));
    if (focus) {
      item.focus({ preventScroll: true });
      item.scrollIntoView({ block: "nearest" });
    }
  }

  function isOfKind(row, kind) {
    if (kind === "kept" || kind === "dropped") return row.kept === (kind === "kept");
    return row.reasons.includes(kind) || row.why.includes(kind);
  }

  function fits(row, wanted) {
    if (wanted.language && row.language !== wanted.language) return false;
    if (wanted.kind && !isOfKind(row, wanted.kind)) return false;
    if (wanted.measure) {
      const score = row.byMeasure[wanted.measure];
      if (!score || score[1] === null) return false;
      if (wanted.low !== "" && score[1] < Number(wanted.low)) return false;
      if (wanted.high !== "" && score[1] > Number(wanted.high)) return false;
    }
    return !wanted.text || row.sought.includes(wanted.text.toLowerCase());
  }

  function filter() {
    form.elements.low.disabled = form.elements.high.disabled = !form.elements.measure.value;
    const wanted = { low: "", high: "", ...Object.fromEntries(new FormData(form)) };
    shown = [];
    data.rows.forEach((row, index) => {
      const fit = fits(row, wanted);
      items[index].hidden = !fit;
      if (fit) shown.push(index);
    });
    found.textContent = `${shown.length} of ${data.rows.length} samples`;
    if (!shown.includes(chosen)) choose(shown.length ? shown[0] : -1, false);
  }

  function options(name, values) {
    form.elements[name].append(...values.map((value) => element("option", { value, text: value })));
  }
  const kinds = [...new Set(data.rows.flatMap((row) => [...row.reasons, ...row.why]))].filter((kind) => kind !== "kept");
  options("kind", ["kept", "dropped", ...kinds.filter((kind) => !kind.startsWith("just ")).sort(),
    ...kinds.filter((kind) => kind.startsWith("just ")).sort()]);
  options("measure", Object.keys(data.measures).filter((name) => data.rows.some((row) => row.byMeasure[name])));

  list.addEventListener("keydown", (event) => {
    const place = shown.indexOf(chosen);
    const places = { ArrowDown: place + 1, ArrowUp: place - 1, PageDown: place + PAGE, PageUp: place - PAGE, Home: 0, End: shown.length - 1 };
    if (event.key in places && shown.length) {
      event.preventDefault();
      choose(shown[Math.min(Math.max(places[event.key], 0), shown.length - 1)], true);
    } else if (event.key === "Enter") {
      sample.focus();
    }
  });
  sample.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && items[chosen]) items[chosen].focus();
  });
  form.addEventListener("input", filter);
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  // Paper cannot be filtered: it gets the first of the rows that are listed now.
  addEventListener("beforeprint", () => {
    printed.replaceChildren(...shown.slice(0, PRINTED).map((index) => element("article", {}, ...shownRow(data.rows[index], false))));
  });
  addEventListener("afterprint", () => printed.replaceChildren());
  filter();
})();
