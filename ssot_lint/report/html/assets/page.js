"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const SVG = "http://www.w3.org/2000/svg";
  const PIECE = 100; // rows that are added at once
  const PRINTED = 1000; // rows that are printed
  const FIELDS = ["q", "code", "contract", "owner", "role", "path"];
  const KEYS = [...FIELDS, "step", "via", "sort", "desc", "open"];
  const NO_CONTRACT = "(none)";
  const byId = (id) => document.getElementById(id);
  const rows = byId("rows"), said = byId("said"), more = byId("more");
  const state = {};
  let shown = [], drawn = 0, at = -1;

  for (const one of data.findings) {
    one.contract = one.contract || NO_CONTRACT;
    one.owner = one.owners.join(", ");
    one.place = one.path + ":" + one.line + ":" + one.column;
    one.text = [one.code, data.codes[one.code], one.contract, one.place, one.message, one.owner, one.role].join("\n").toLowerCase();
  }
  const finding = new Map(data.findings.map((one) => [one.id, one]));

  function element(name, attributes, ...inside) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === "class") made.className = value; else if (value === true) made.setAttribute(key, ""); else made.setAttribute(key, value);
    }
    made.append(...inside);
    return made;
  }
  function drawing(name, attributes, ...inside) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...inside);
    return made;
  }

  // -- the state, which is in the fragment of the address

  function read() {
    const given = new URLSearchParams(location.hash.slice(1));
    for (const key of KEYS) state[key] = given.get(key) || "";
    for (const key of FIELDS) byId(key).value = state[key];
    // A word that is no choice any more chooses nothing.
    for (const key of ["code", "contract", "owner", "role"]) if (byId(key).value !== state[key]) byId(key).value = state[key] = "";
  }
  function write(replace) {
    const told = new URLSearchParams();
    for (const key of KEYS) if (state[key]) told.set(key, state[key]);
    const hash = "#" + (String(told) || "findings");
    if (hash !== location.hash) history[replace ? "replaceState" : "pushState"](null, "", hash);
  }
  function set(change, replace) {
    Object.assign(state, change);
    for (const key of FIELDS) if (byId(key).value !== state[key]) byId(key).value = state[key];
    write(replace);
    filter();
  }

  // -- which findings

  function compare(key) {
    if (key === "place") return (a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line || a.column - b.column);
    return (a, b) => (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0);
  }
  function goesBy(one, place) {
    return one.path + ":" + one.line === place || one.chain.some((hop) => hop[0] + ":" + hop[1] === place);
  }
  function filter() {
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    shown = data.findings.filter((one) =>
      (!state.code || one.code === state.code) && (!state.contract || one.contract === state.contract) &&
      (!state.owner || one.owners.includes(state.owner)) && (!state.role || one.role === state.role) &&
      (!state.path || one.path.startsWith(state.path)) && (!state.step || one.step === state.step) &&
      (!state.via || goesBy(one, state.via)) && words.every((word) => one.text.includes(word)));
    if (state.sort) {
      shown.sort(compare(state.sort));
      if (state.desc) shown.reverse();
    }
    for (const head of document.querySelectorAll("th[data-sort]")) {
      if (head.dataset.sort === state.sort) head.setAttribute("aria-sort", state.desc ? "descending" : "ascending"); else head.removeAttribute("aria-sort");
    }
    for (const node of document.querySelectorAll(".graph g[role=button]")) {
      const isVia = Boolean(state.via) && node.dataset.via === state.via;
      const isPath = Boolean(state.path) && node.dataset.path === state.path && node.dataset.contract === state.contract;
      node.setAttribute("aria-pressed", String(isVia || isPath));
    }
    rows.textContent = "";
    drawn = 0;
    at = -1;
    draw(Math.max(PIECE, shown.findIndex((one) => one.id === state.open) + 1));
    const extra = [state.step && "of one step", state.via && "by way of " + state.via].filter(Boolean).join(", ");
    said.textContent = shown.length + " of " + data.findings.length + " findings" + (extra ? ", " + extra : "");
  }

  // -- the table

  function draw(number) {
    const piece = document.createDocumentFragment();
    for (const one of shown.slice(drawn, drawn + number)) piece.append(...row(one));
    drawn = Math.min(drawn + number, shown.length);
    rows.append(piece);
    more.hidden = drawn >= shown.length;
  }
  function row(one) {
    const open = state.open === one.id;
    const code = element("button", { type: "button", class: "code", "aria-expanded": String(open), title: data.codes[one.code] }, one.code);
    const made = element("tr", { class: "row " + one.severity, "data-id": one.id }, element("td", {}, code), element("td", {}, one.contract),
      element("td", { class: "place" }, one.place), element("td", {}, one.message), element("td", { "data-label": "owner" }, one.owner), element("td", { "data-label": "role" }, one.role));
    return open ? [made, detail(one)] : [made];
  }
  function excerpt(path, line) {
    const known = data.places[path + ":" + line];
    if (!known) return null;
    const [first, lines] = known;
    const width = String(first + lines.length - 1).length;
    return element("pre", { tabindex: "0", "aria-label": path + ", line " + line }, ...lines.map((text, index) =>
      element("span", { class: first + index === line ? "here" : "other" }, element("span", { class: "number" }, String(first + index).padStart(width) + "  "), text + "\n")));
  }
  function detail(one) {
    const inside = element("td", { colspan: "6" }, element("p", {}, element("strong", {}, one.code + " " + data.codes[one.code]), " " + one.message));
    const source = excerpt(one.path, one.line);
    if (source) inside.append(source);
    if (one.chain.length) {
      inside.append(element("p", {}, "The way from here to the canonical symbol:"));
      inside.append(element("ol", { class: "chain" }, ...one.chain.map(([path, line, text]) => {
        const hop = element("button", { type: "button", class: "link hop", "data-path": path, "data-line": line }, path + ":" + line);
        const item = element("li", {}, hop, " " + text);
        const lines = excerpt(path, line);
        if (lines) item.append(element("details", {}, element("summary", {}, "source"), lines));
        return item;
      })));
    }
    if (one.advice) inside.append(element("p", {}, "Help: " + one.advice));
    if (one.reason) inside.append(element("p", {}, "Reason: " + one.reason));
    if (one.step) inside.append(element("p", {}, element("button", { type: "button", class: "link", "data-filter": "step", "data-value": one.step }, "All of this step of the plan")));
    return element("tr", { class: "detail" }, inside);
  }
  function toggle(id) {
    const before = rows.querySelector("tr.detail");
    if (before) {
      before.previousSibling.querySelector(".code").setAttribute("aria-expanded", "false");
      before.remove();
    }
    state.open = state.open === id ? "" : id;
    const own = state.open && [...rows.children].find((one) => one.dataset.id === id);
    if (own) {
      own.querySelector(".code").setAttribute("aria-expanded", "true");
      own.after(detail(finding.get(id)));
      own.scrollIntoView({ block: "nearest" });
    }
    write(true);
  }
  function follow(path, line) {
    // The finding at that place, if there is one; else all that goes by it.
    const there = data.findings.find((one) => one.path === path && one.line === line);
    if (there && there.id !== state.open) {
      set({ q: "", code: "", contract: "", owner: "", role: "", path: "", step: "", via: "", open: there.id });
      const own = [...rows.children].find((one) => one.dataset.id === there.id);
      if (own) { own.scrollIntoView({ block: "center" }); own.querySelector(".code").focus(); }
    } else {
      choose("via", path + ":" + line);
    }
  }
  function choose(key, value, contract) {
    const none = { q: "", code: "", contract: contract || "", owner: "", role: "", path: "", step: "", via: "", open: "" };
    set({ ...none, [key]: value });
    byId("findings").scrollIntoView();
    byId("findings").focus({ preventScroll: true });
  }

  // -- graphs and trends

  function short(text, most) {
    return text.length > most ? "\u2026" + text.slice(1 - most) : text;
  }
  function graph(place) {
    const known = data.graphs[place.dataset.contract];
    if (!known) return;
    const [width, height] = known.size, [across, down, low] = known.box;
    const image = drawing("svg", { width, height, viewBox: "0 0 " + width + " " + height, role: "group", "aria-label": "who hands the symbol to whom" });
    const line = (from, to, end, kind) => {
      const x = known.nodes[from][2] + across, y = known.nodes[from][3] + down / 2, middle = (x + to) / 2;
      image.append(drawing("path", { d: `M${x},${y} C${middle},${y} ${middle},${end} ${to},${end}`, class: kind }));
    };
    for (const [from, to] of known.edges) line(from, known.nodes[to][2], known.nodes[to][3] + down / 2, "handed");
    for (const [owner, , , x, y] of known.files) line(owner, x, y + low / 2, "taken");
    for (const [target, kind, x, y, uses, via, importers] of known.nodes) {
      const told = uses + (uses === 1 ? " reference" : " references") + (via ? ", " + importers + (importers === 1 ? " importer" : " importers") : "");
      const node = drawing("g", { class: kind, role: "button", tabindex: "0", "aria-pressed": "false", "aria-label": target + ": " + told },
        drawing("title", {}, target + (via ? " (" + via + ")" : "")), drawing("rect", { x, y, width: across, height: down, rx: 6 }),
        drawing("text", { x: x + 8, y: y + 18 }, short(target, 31)), drawing("text", { x: x + 8, y: y + 35, class: "count" }, told));
      node.dataset.via = via;
      node.dataset.target = target;
      node.dataset.contract = place.dataset.contract;
      image.append(node);
    }
    for (const [owner, prefix, kind, x, y, files, uses, told] of known.files) {
      const size = kind === "file" ? (uses > 1 ? " \u00d7" + uses : "") : " \u00b7 " + files + (files === 1 ? " file" : " files");
      const about = { class: "files", role: prefix ? "button" : "img", "aria-label": told + ", by " + known.nodes[owner][0] };
      const node = drawing("g", prefix ? { ...about, tabindex: "0", "aria-pressed": "false" } : about,
        drawing("title", {}, told), drawing("rect", { x, y, width: across, height: low, rx: 4 }), drawing("text", { x: x + 8, y: y + 17 }, (prefix ? short(prefix, 36 - size.length) : "others") + size));
      node.dataset.path = prefix;
      node.dataset.contract = place.dataset.contract;
      image.append(node);
    }
    place.append(image);
    if (known.hidden) place.append(element("p", { class: "aside" }, known.hidden + " more names are not drawn"));
  }
  function pick(node) {
    const { via, target, contract, path } = node.dataset;
    if (path) choose("path", path, contract);
    else if (via) choose("via", via, contract);
    else if (node.classList.contains("canonical")) choose("contract", contract);
    else choose("q", target, contract);
  }
  function trend(place) {
    const known = data.trends[place.dataset.contract];
    if (!known || known.length < 2) return;
    const most = Math.max(1, ...known.map((one) => one[2]));
    const points = known.map((one, index) => [index * 300 / (known.length - 1), 44 - 40 * one[2] / most].map((n) => n.toFixed(1)).join(","));
    const said = "from " + known[0][2] + " on " + known[0][1] + " to " + known.at(-1)[2] + " on " + known.at(-1)[1];
    place.append(drawing("svg", { viewBox: "0 0 300 60", role: "img", "aria-label": "findings " + said, preserveAspectRatio: "none" },
      drawing("line", { x1: 0, y1: 45, x2: 300, y2: 45 }), drawing("polyline", { points: points.join(" ") })), element("p", { class: "aside" }, "Findings " + said));
  }

  // -- what a person does

  function options(key, of) {
    const counts = new Map();
    for (const one of data.findings) for (const value of of(one)) counts.set(value, (counts.get(value) || 0) + 1);
    byId(key).append(element("option", { value: "" }, "all"), ...[...counts].sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([value, number]) => element("option", { value }, value + " (" + number + ")")));
  }
  function move(by) {
    const own = [...rows.querySelectorAll("tr.row")];
    if (!own.length) return;
    if (own[at]) own[at].classList.remove("at");
    at = Math.max(0, Math.min(at + by, own.length - 1));
    if (at >= own.length - 5 && drawn < shown.length) draw(PIECE);
    own[at].classList.add("at");
    own[at].querySelector(".code").focus();
  }
  options("code", (one) => [one.code]);
  options("contract", (one) => [one.contract]);
  options("owner", (one) => one.owners);
  options("role", (one) => [one.role]);
  document.querySelectorAll(".graph").forEach(graph);
  document.querySelectorAll(".trend").forEach(trend);
  let waiting = 0;
  for (const key of FIELDS) {
    byId(key).addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => set({ [key]: byId(key).value }, true), byId(key).tagName === "SELECT" ? 0 : 80);
    });
  }
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("clear").addEventListener("click", () => set(Object.fromEntries(KEYS.map((key) => [key, ""]))));
  more.addEventListener("click", () => draw(PIECE));
  document.querySelector("#table thead").addEventListener("click", (event) => {
    const head = event.target.closest("th[data-sort]");
    if (head) set({ sort: head.dataset.sort, desc: state.sort === head.dataset.sort && !state.desc ? "1" : "" }, true);
  });
  document.addEventListener("click", (event) => {
    const node = event.target.closest(".graph g[role=button]");
    const hop = event.target.closest(".hop"), choice = event.target.closest("[data-filter]"), own = event.target.closest("tr.row");
    if (node) pick(node);
    else if (hop) follow(hop.dataset.path, Number(hop.dataset.line));
    else if (choice) choose(choice.dataset.filter, choice.dataset.value, choice.dataset.contract);
    else if (own && !String(getSelection())) toggle(own.dataset.id);
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    const node = event.target.closest && event.target.closest(".graph g[role=button]");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (node && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); pick(node); }
    else if (event.key === "Escape" && state.open) toggle(state.open);
    else if (event.key === "Escape" && typing) event.target.blur();
    else if (typing) return;
    else if (event.key === "/") { event.preventDefault(); byId("q").focus(); }
    else if (event.key === "j" || event.key === "k") { event.preventDefault(); move(event.key === "j" ? 1 : -1); }
  });
  if ("IntersectionObserver" in window) {
    new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting) && drawn < shown.length) draw(PIECE); }, { rootMargin: "600px" }).observe(more.parentElement);
  }
  addEventListener("beforeprint", () => draw(Math.max(0, PRINTED - drawn)));
  addEventListener("popstate", () => { read(); filter(); });
  const isState = /[=]/.test(location.hash);
  read();
  filter();
  if (isState) {
    const own = state.open && [...rows.children].find((one) => one.dataset.id === state.open);
    (own || byId("findings")).scrollIntoView({ block: own ? "center" : "start" });
  }
})();
