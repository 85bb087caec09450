// Draws the charts of the figures with ECharts: as SVG, without inline styles, in the colours of the stylesheet.
// The table under each chart has the same numbers, so the page is complete without this script.
// ECharts is a classic script; the page loads it before this module.

const language = document.documentElement.lang === "en" ? "en" : "nl";
const locale = language.toUpperCase();
const exact = new Intl.NumberFormat(language);
const compact = new Intl.NumberFormat(language, { notation: "compact" });

const SYMBOLS = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect", "emptyTriangle", "emptyDiamond"];
const DASHES = ["solid", [8, 3], [2, 2]];
const HATCH = {
  symbol: "rect",
  dashArrayX: [1, 0],
  dashArrayY: [3, 4],
  rotation: -Math.PI / 4,
  color: "rgba(0,0,0,0.55)",
};
const COLOURS = 11; // --fig-1 to --fig-11 in figures.css

// Sizes in pixels. PICTURE_WIDTH and the three after it are of the picture to keep: its title, the lines under it.
const MARGIN = { left: 12, right: 16, top: 20 };
const LEGEND_ROW = 28;
// A longer legend turns its pages in one row: the bars keep their height.
const MOST_LEGEND_ROWS = 4;
const LETTER = 7;
const PICTURE_WIDTH = 1200;
const PICTURE_PLOT_HEIGHT = 480;
const TITLE_HEIGHT = 36;
const ABOUT_ROW = 17;
const ABOUT_LETTERS = 180; // letters on a line, not pixels
const BAR_WIDTH = 16; // of a bar with its words above it

// A number beside an axis: "1,2 mln" from a million on. Below that the whole number is as short, and plain Dutch:
// browsers write "12K".
function short(value) {
  return Math.abs(value) < 1_000_000 ? exact.format(value) : compact.format(value).replace(/\.$/, "");
}

// Rows of the legend: ECharts wraps the names by width. The name of a single series is in the title.
function legendRows(names, width) {
  if (names.length < 2) {
    return 0;
  }
  let rows = 1;
  let used = 0;
  for (const name of names) {
    const needed = Math.min(name.length, 44) * LETTER + 48;
    if (used && used + needed > width - 24) {
      rows += 1;
      used = 0;
    }
    used += needed;
  }
  return rows;
}

function legendHeight(rows) {
  return rows * LEGEND_ROW + 10;
}

function aboutHeight(about) {
  return about.split("\n").length * ABOUT_ROW + 8;
}

// The sentence broken into lines of at most ABOUT_LETTERS letters, between words.
function wrap(sentence) {
  const lines = [""];
  for (const word of sentence.split(" ")) {
    const line = lines.at(-1);
    if (line && line.length + word.length > ABOUT_LETTERS) {
      lines.push(word);
    } else {
      lines[lines.length - 1] = line ? `${line} ${word}` : word;
    }
  }
  return lines;
}

function element(name, ...content) {
  const node = document.createElement(name);
  node.append(...content);
  return node;
}

// One line of a tooltip: a name, with the colour of its series where it has one, and a text.
function tipRow(name, text, colour) {
  const term = element("dt");
  if (colour) {
    const swatch = element("span");
    swatch.className = "fig-swatch";
    swatch.style.backgroundColor = colour;
    term.append(swatch);
  }
  term.append(name);
  return element("div", term, element("dd", text));
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser reads the address after the click; a minute is ample.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// A figure with a chart. `data` is the dictionary of statistics/charts.py.
class Chart {
  #figure;
  #plot;
  #data;
  #echart = null;
  #width = 0; // of the plot when it was last drawn

  constructor(figure) {
    this.#figure = figure;
    this.#plot = figure.querySelector("[data-plot]");
    this.#data = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
  }

  // Show the parts of the page that need script, and draw; again whenever the width changes.
  start() {
    const figure = this.#figure;
    this.#plot.hidden = false;
    for (const part of figure.querySelectorAll("[data-with-script], [data-without-script]")) {
      part.hidden = "withoutScript" in part.dataset;
    }
    for (const button of figure.querySelectorAll("[data-picture]")) {
      button.addEventListener("click", () => this.#keepPicture(button.dataset.picture));
    }
    this.draw();
    new ResizeObserver(() => {
      if (this.#plot.clientWidth !== this.#width) {
        this.draw();
      }
    }).observe(this.#plot);
  }

  draw() {
    const width = this.#plot.clientWidth;
    this.#width = width;
    if (!width) {
      return;
    }
    // The stylesheet says how high it is, so that nothing moves when it is drawn.
    const height = this.#plot.clientHeight;
    this.#echart ??= this.#init();
    this.#echart.resize({ width, height });
    this.#echart.setOption(this.#option(width), true);
    // Paper is narrower than most screens: with this the stylesheet can scale the drawing.
    this.#plot.querySelector("svg")?.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }

  #init() {
    const echart = window.echarts.init(this.#plot, null, { renderer: "svg", locale });
    // The totals are of all series, so they go when one of them is hidden.
    echart.on("legendselectchanged", ({ selected }) => {
      const isWhole = Object.values(selected).every(Boolean);
      echart.setOption({ series: [{ id: "totals", label: { show: isWhole && this.#hasRoom(this.#width) } }] });
    });
    return echart;
  }

  // Save the chart as "png" or "svg", in one size on every screen and on white in every scheme.
  #keepPicture(kind) {
    this.#figure.classList.add("on-paper");
    try {
      save(this.#picture(kind), `${this.#data.file}.${kind}`);
    } finally {
      this.#figure.classList.remove("on-paper");
    }
  }

  #picture(kind) {
    const about = this.#about();
    const width = PICTURE_WIDTH;
    const height = PICTURE_PLOT_HEIGHT + TITLE_HEIGHT + aboutHeight(about) + legendHeight(legendRows(this.#names(), width));
    const renderer = kind === "svg" ? "svg" : "canvas";
    const echart = window.echarts.init(document.createElement("div"), null, { renderer, locale, width, height });
    try {
      echart.setOption(this.#option(width, about), true);
      if (kind === "svg") {
        return new Blob([echart.renderToSVGString()], { type: "image/svg+xml" });
      }
      // By hand: the content security policy forbids fetch() of a data: address.
      const code = atob(echart.getDataURL({ type: "png", pixelRatio: 2 }).split(",")[1]);
      return new Blob([Uint8Array.from(code, (letter) => letter.charCodeAt(0))], { type: "image/png" });
    } finally {
      echart.dispose();
    }
  }

  // The definition and the notes, under the title of a picture: the table that has them stays behind.
  #about() {
    const { about, running, words } = this.#data;
    const sentences = running === null ? about : [...about, `* ${words.running}`];
    return sentences.flatMap(wrap).join("\n");
  }

  #colour(name) {
    return getComputedStyle(this.#figure).getPropertyValue(`--fig-${name}`).trim();
  }

  // A single series has the colour of its kind of user, people or machines; of several each has its own.
  #colourOf(index) {
    const { machines, series } = this.#data;
    if (series.length === 1) {
      return this.#colour(machines ? "machines" : "people");
    }
    return this.#colour(((index + (machines ? 1 : 0)) % COLOURS) + 1);
  }

  // Names of the legend. The running month's part of a line has the name of that line.
  #names() {
    return [...new Set(this.#series().map(({ name }) => name))].filter(Boolean);
  }

  // The sum of all series in each month; null where none has data.
  #totals() {
    const { months, series } = this.#data;
    return months.map((_, month) => {
      const values = series.map(({ values }) => values[month]).filter((value) => value !== null);
      return values.length ? values.reduce((sum, value) => sum + value, 0) : null;
    });
  }

  // Whether the totals of neighbours fit beside each other above the bars of a chart of this width.
  #hasRoom(width) {
    const totals = this.#totals();
    const letters = Math.max(...totals.map((total) => exact.format(total ?? 0).length));
    return (width - 70) / totals.length > letters * LETTER + 4;
  }

  #series(width = this.#width) {
    const { style, series, before, words } = this.#data;
    if (style === "goals") {
      return this.#goals();
    }
    const drawn = series.flatMap((entry, index) => {
      const name = series.length > 1 ? `${entry.name} ${words.before}` : words.before;
      return [
        ...(style === "stacked" ? [this.#bars(entry, index)] : this.#lines(entry, index)),
        ...(entry.before ? [this.#yearBefore(name, entry.before)] : []),
      ];
    });
    if (style === "stacked" && series.length) {
      drawn.push(this.#sums(width));
    }
    return before ? [...drawn, this.#yearBefore(words.before, before)] : drawn;
  }

  // A bar for each row with its words above it, and a stroke where it was expected to end.
  #goals() {
    const { labels, series } = this.#data;
    const [actual, goal] = series;
    return [
      {
        type: "bar",
        name: actual.name,
        barWidth: BAR_WIDTH,
        itemStyle: { color: this.#colour("people") },
        label: {
          show: true,
          position: [0, -BAR_WIDTH],
          align: "left",
          color: this.#colour("ink"),
          fontSize: 13,
          fontWeight: 600,
          formatter: ({ dataIndex }) => labels[dataIndex],
        },
        data: actual.values,
      },
      {
        type: "scatter",
        name: goal.name,
        symbol: "rect",
        symbolSize: [3, BAR_WIDTH + 6],
        z: 4,
        itemStyle: { color: this.#colour("ink") },
        data: goal.values,
      },
    ];
  }

  // The totals on top of the bars: bars without height or name, that end the stack.
  #sums(width) {
    const totals = this.#totals();
    return {
      id: "totals",
      type: "bar",
      stack: "all",
      silent: true,
      itemStyle: { color: "transparent", decal: { symbol: "none" } },
      label: {
        show: this.#hasRoom(width),
        position: "top",
        color: this.#colour("ink"),
        fontWeight: 600,
        formatter: ({ dataIndex }) => exact.format(totals[dataIndex]),
      },
      data: totals.map((total) => (total === null ? null : 0)),
    };
  }

  #bars({ name, values }, index) {
    const { running, series } = this.#data;
    const color = this.#colourOf(index);
    // The running month of a single series is an outline; in a stack it is hatched.
    const unfinished =
      series.length === 1
        ? { color: this.#colour("card"), borderColor: color, borderWidth: 2, borderType: "dashed" }
        : { opacity: 0.7, decal: HATCH };
    return {
      type: "bar",
      name,
      stack: "all",
      barMaxWidth: 48,
      // No border: it would swallow a bar of a few pixels. The decals keep neighbours apart.
      itemStyle: { color },
      data: values.map((value, month) => (month === running ? { value, itemStyle: unfinished } : value)),
    };
  }

  // The part up to the running month is a series of its own, because a line has one dash from end to end.
  #lines({ name, values }, index) {
    const { running } = this.#data;
    const color = this.#colourOf(index);
    const line = (type, data) => ({
      type: "line",
      name,
      symbol: SYMBOLS[index % SYMBOLS.length],
      symbolSize: 7,
      itemStyle: { color },
      lineStyle: { color, width: 2, type },
      data,
    });
    const complete = values.map((value, month) => (month === running ? null : value));
    const lines = [line(DASHES[Math.floor(index / SYMBOLS.length) % DASHES.length], complete)];
    if (running !== null && values[running] !== null) {
      const last = values.map((value, month) => (month === running || month === running - 1 ? value : null));
      lines.push(line("dotted", last));
    }
    return lines;
  }

  #yearBefore(name, data) {
    const color = this.#colour("before");
    return {
      type: "line",
      name,
      symbol: "circle",
      symbolSize: 3,
      z: 4,
      itemStyle: { color },
      lineStyle: { color, width: 1.25, type: "solid" },
      data,
    };
  }

  // Everything ECharts draws, at `width`. With `about` it is a picture to keep, with its title and those lines on top.
  #option(width, about = null) {
    const isPicture = about !== null;
    const { description, series, style } = this.#data;
    const names = this.#names();
    const rows = legendRows(names, width);
    const isScrolled = !isPicture && rows > MOST_LEGEND_ROWS;
    return {
      animation: false,
      backgroundColor: isPicture ? this.#colour("card") : "transparent",
      textStyle: { color: this.#colour("ink"), fontFamily: getComputedStyle(this.#figure).fontFamily },
      title: isPicture ? this.#title(width, about) : undefined,
      aria: { enabled: true, label: { enabled: true, description }, decal: { show: style === "stacked" && series.length > 1 } },
      grid: {
        ...MARGIN,
        top: MARGIN.top + (isPicture ? TITLE_HEIGHT + aboutHeight(about) : 0),
        bottom: legendHeight(isScrolled ? 1 : rows),
        containLabel: true,
      },
      legend: this.#legend(rows ? names : [], isScrolled),
      ...this.#axes(width),
      tooltip: this.#tooltip(),
      series: this.#series(width),
    };
  }

  #title(width, about) {
    return {
      text: this.#data.title,
      subtext: about,
      left: 12,
      top: 10,
      textStyle: { color: this.#colour("ink"), fontSize: 16, width: width - 24, overflow: "break" },
      subtextStyle: { color: this.#colour("quiet"), fontSize: 12, lineHeight: ABOUT_ROW },
    };
  }

  #legend(names, isScrolled) {
    return {
      type: isScrolled ? "scroll" : "plain",
      pageIconColor: this.#colour("ink"),
      pageIconInactiveColor: this.#colour("line"),
      pageTextStyle: { color: this.#colour("ink") },
      left: 8,
      right: 8,
      bottom: 0,
      itemWidth: 22,
      itemHeight: 12,
      itemGap: 14,
      data: names,
      textStyle: { color: this.#colour("ink"), fontSize: 13, width: 300, overflow: "truncate" },
      inactiveColor: this.#colour("quiet"),
    };
  }

  // Rows are drawn from top to bottom, months from left to right.
  #axes(width) {
    if (this.#data.style !== "goals") {
      return { xAxis: this.#monthAxis(width), yAxis: this.#valueAxis() };
    }
    const rows = { ...this.#monthAxis(width), boundaryGap: true, inverse: true, axisLabel: { show: false } };
    return { xAxis: { ...this.#valueAxis(), splitNumber: width < 480 ? 3 : 5 }, yAxis: rows };
  }

  #monthAxis(width) {
    const { months, running, style } = this.#data;
    return {
      type: "category",
      data: months.map((month, index) => (index === running ? `${month} *` : month)),
      boundaryGap: style === "stacked",
      axisTick: { show: false },
      axisLine: { lineStyle: { color: this.#colour("quiet") } },
      axisLabel: { color: this.#colour("ink"), hideOverlap: true, interval: width < 480 ? "auto" : 0 },
    };
  }

  #valueAxis() {
    return {
      type: "value",
      minInterval: 1,
      axisLabel: { color: this.#colour("quiet"), formatter: short },
      splitLine: { lineStyle: { color: this.#colour("line") } },
    };
  }

  #tooltip() {
    return {
      trigger: "axis",
      confine: true,
      className: "fig-tip",
      backgroundColor: this.#colour("card"),
      borderColor: this.#colour("quiet"),
      textStyle: { color: this.#colour("ink"), fontSize: 13 },
      axisPointer: { type: this.#data.style === "line" ? "line" : "shadow" },
      formatter: (points) => this.#tip([points].flat()[0].dataIndex),
    };
  }

  // The numbers of one month. Made of nodes: HTML text with a colour in it has an inline style, which the content
  // security policy refuses.
  #tip(month) {
    const { before, months, running, series, style, words } = this.#data;
    const text = (value) => (value === null ? words.none : exact.format(value));
    const rows = [];
    series.forEach((entry, index) => {
      rows.push(tipRow(entry.name, text(entry.values[month]), this.#colourOf(index)));
      if (entry.before && series.length === 1) {
        rows.push(tipRow(words.before, text(entry.before[month]), this.#colour("before")));
      }
    });
    // What was expected is no part of a sum.
    if (series.length > 1 && style !== "goals") {
      const row = tipRow(words.total, text(this.#totals()[month]));
      row.className = "fig-sum";
      rows.push(row);
    }
    if (before) {
      rows.push(tipRow(words.before, text(before[month]), this.#colour("before")));
    }
    const head = month === running ? `${months[month]} (${words.running})` : months[month];
    return element("div", element("b", head), element("dl", ...rows));
  }
}

// Without ECharts the page stays as it is without script: the table, and a sentence in place of the chart.
if (window.echarts) {
  const charts = Array.from(document.querySelectorAll("[data-chart]"), (figure) => new Chart(figure));
  charts.forEach((chart) => chart.start());

  // Light or dark changes by the system or by the switch of the admin.
  const redraw = () => charts.forEach((chart) => chart.draw());
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  new MutationObserver(redraw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
} else {
  // The stylesheet keeps the place of a chart while scripts run.
  document.querySelectorAll("[data-chart]").forEach((figure) => figure.classList.add("undrawn"));
}
