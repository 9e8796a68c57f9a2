
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
  const reading = document.getElementById("reading");
  const given = new Map(); // marks of this reader, by the key of the row
  let saved = true;
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

  // Runs cut at empty lines: paragraphs, each a list of runs.
  function paragraphs(runs) {
    const found = [[]];
    for (const run of runs) {
      const pieces = (typeof run === "string" ? run : run[1]).split(/\n{2,}/);
      pieces.forEach((piece, place) => {
        if (place) found.push([]);
        if (piece) found[found.length - 1].push(typeof run === "string" ? piece : [run[0], piece]);
      });
    }
    return found.filter((paragraph) => paragraph.length);
  }

  // Source, target and back-translation: paragraph beside paragraph where each side has as many, else whole.
  function sides(text, language) {
    const columns = [["Source", text.source, data.source], ["Target", text.target, language], ["Back-translation", text.back, data.source]];
    const box = element("div", { class: "sides" });
    const cut = columns.map(([, runs]) => (runs === null ? null : paragraphs(runs)));
    const most = cut[0].length;
    const aligned = most > 1 && cut.every((column) => column === null || column.length === most);
    for (const [title, , spoken] of columns) box.append(element("p", { class: "head", text: `${title} (${data.languages[spoken].name})` }));
    for (let row = 0; row < (aligned ? most : 1); row += 1) {
      columns.forEach(([title, runs, spoken], place) => {
        const body = runs === null
          ? element("p", { class: "quiet", text: row ? "" : "not translated back" })
          : marked(aligned ? cut[place][row] : runs, spoken);
        box.append(element("div", { class: "side", "data-side": title }, body));
      });
    }
    return box;
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
      element("h3", {}, element("bdi", { text: row.id }), ` · ${row.language} ${known.name} `,
        element("a", { class: "small", href: `#row=${row.key}`, text: "link to this row" })),
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
      parts.push(element("h4", {}, element("bdi", { text: text.path })), sides(text, row.language));
    }
    if (row.more_texts) parts.push(element("p", { class: "quiet", text: `and ${row.more_texts} more texts` }));
    const repairs = [...row.rungs.map(([rung, count]) => `${rung} ${count}`), ...(row.copied ? [`copied ${row.copied}`] : [])];
    const details = element("details", open ? { open: "" } : {}, element("summary", { text: "All scores" }),
      element("div", { class: "scroll", role: "region", "aria-label": "All scores", tabindex: "0" }, scoreTable(row)),
      element("p", { class: "quiet", text: `Segments: ${repairs.join(", ")}` }));
    return [...parts, details];
  }

  // ---- what the reader says of rows

  function judge(row) {
    const said = given.get(row.key);
    const box = element("div", { class: "judge", role: "group", "aria-label": "Your mark" });
    for (const [good, text] of [[true, "Right"], [false, "Mark as wrong"]]) {
      const button = element("button", { type: "button", text, "aria-pressed": String(said !== undefined && said.good === good) });
      button.addEventListener("click", () => mark(row, good));
      box.append(button);
    }
    const note = element("input", { type: "text", "aria-label": "Note", placeholder: "note", autocomplete: "off" });
    note.value = said ? said.note : "";
    note.addEventListener("input", () => { if (given.has(row.key)) given.get(row.key).note = note.value; });
    box.append(note);
    return box;
  }

  function mark(row, good) {
    const before = given.get(row.key);
    if (good === null || (before && before.good === good)) given.delete(row.key);
    else given.set(row.key, { key: row.key, language: row.language, id: row.id, good, note: before ? before.note : "" });
    saved = false;
    showMarks();
    const box = sample.querySelector(".judge");
    if (box) box.replaceWith(judge(row));
  }

  function showMarks() {
    data.rows.forEach((row, index) => {
      const said = given.get(row.key);
      items[index].querySelector(".said").textContent = said ? (said.good ? " · right" : " · wrong") : "";
    });
    const wrong = [...given.values()].filter((said) => !said.good).length;
    document.getElementById("read").textContent = `${given.size} of ${data.rows.length} rows read, ${wrong} wrong`;
  }

  function save() {
    const marks = { format: data.format, corpus: data.corpus, reader: reading.elements.reader.value.trim(), marks: [...given.values()] };
    const file = new Blob([JSON.stringify(marks, null, 2) + "\n"], { type: "application/json" });
    const link = element("a", { href: URL.createObjectURL(file), download: "marks.json" });
    link.click();
    saved = true;
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  async function open(event) {
    const [file] = event.target.files;
    if (!file) return;
    try {
      const found = JSON.parse(await file.text());
      const known = new Map(data.rows.map((row) => [row.key, row]));
      if (found.format !== data.format || !Array.isArray(found.marks)) throw new Error("not a file of marks");
      for (const said of found.marks) {
        const row = known.get(said.key);
        if (row) given.set(row.key, { key: row.key, language: row.language, id: row.id, good: said.good === true, note: String(said.note || "") });
      }
      if (found.reader) reading.elements.reader.value = String(found.reader);
      showMarks();
      if (items[chosen]) choose(chosen, false);
    } catch {
      document.getElementById("read").textContent = "that file holds no marks of this page";
    }
    event.target.value = "";
  }

  // The beginning of the first text that was translated at all, else of the first source text.
  function start(row) {
    const text = row.texts.find((item) => plain(item.target).trim());
    const begins = plain(text ? text.target : (row.texts[0] || {}).source).trim().slice(0, 300).replace(/\s+/g, " ");
    const language = text ? row.language : data.source;
    return element("span", { class: "start", lang: language, dir: data.languages[language].direction, text: [...begins].slice(0, 80).join("") });
  }

  const items = data.rows.map((row, index) => {
    const verdict = row.kept ? "kept" : row.reasons.join(", ");
    const item = element("li", { role: "option", id: `row-${index}`, tabindex: "-1", "aria-selected": "false", class: row.kept ? "in" : "out" },
      element("b", {}, element("bdi", { text: row.id })),
      element("span", { class: "small quiet" }, `${row.language} · ${verdict}`, element("b", { class: "said" })), start(row));
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
    const [title, ...rest] = shownRow(data.rows[index], open);
    sample.replaceChildren(title, judge(data.rows[index]), ...rest);
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
    order(wanted);
    found.textContent = `${shown.length} of ${data.rows.length} samples`;
    if (!shown.includes(chosen)) choose(shown.length ? shown[0] : -1, false);
  }

  function order(wanted) {
    const value = (index) => (data.rows[index].byMeasure[wanted.measure] || [])[1] ?? null;
    const turned = wanted.order === "down" ? -1 : 1;
    const before = {
      id: (a, b) => (data.rows[a].id < data.rows[b].id ? -1 : 1),
      unread: (a, b) => given.has(data.rows[a].key) - given.has(data.rows[b].key) || a - b,
      up: (a, b) => (value(a) === null) - (value(b) === null) || turned * (value(a) - value(b)) || a - b,
    };
    before.down = before.up;
    const compare = before[wanted.order] || ((a, b) => a - b);
    shown.sort(compare);
    list.append(...shown.map((index) => items[index]));
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
  addEventListener("keydown", (event) => {
    if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey || !items[chosen]) return;
    const said = { r: true, w: false, u: null }[event.key];
    if (said !== undefined && (list.contains(event.target) || sample.contains(event.target))) mark(data.rows[chosen], said);
  });
  document.getElementById("save").addEventListener("click", save);
  document.getElementById("open").addEventListener("change", open);
  reading.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("beforeunload", (event) => { if (given.size && !saved) event.preventDefault(); });

  function fromLink() {
    const key = location.hash.startsWith("#row=") ? location.hash.slice(5) : "";
    const index = data.rows.findIndex((row) => row.key === key);
    if (index < 0) return;
    if (!shown.includes(index)) {
      form.reset();
      filter();
    }
    choose(index, true);
    sample.scrollIntoView({ block: "start" });
  }
  addEventListener("hashchange", fromLink);
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
  showMarks();
  fromLink();
})();
