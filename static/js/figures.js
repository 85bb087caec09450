// Draws the charts of the figures with ECharts: as SVG, without inline style, colours from the stylesheet.
// The table under each chart has the same numbers; without this file it is what there is.
(function () {
  "use strict";

  var language = document.documentElement.lang === "en" ? "en" : "nl";
  var exact = new Intl.NumberFormat(language);
  var short = new Intl.NumberFormat(language, { notation: "compact" });
  var SYMBOLS = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect", "emptyTriangle", "emptyDiamond"];
  var DASHES = ["solid", [8, 3], [2, 2]];
  var HATCH = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -Math.PI / 4, color: "rgba(0,0,0,0.55)" };
  var MARGIN = { left: 12, right: 16, top: 16 };
  var LEGEND_ROW = 28;
  // Of the picture to keep, in pixels: its width, the height of its title and of a line under it.
  var PICTURE = 1200;
  var TITLE = 36;
  var ABOUT_ROW = 17;
  var ABOUT_LETTERS = 180;

  function Chart(figure) {
    this.figure = figure;
    this.plot = figure.querySelector("[data-plot]");
    this.data = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    this.chart = null;
  }

  Chart.prototype.colour = function (name) {
    return getComputedStyle(this.figure).getPropertyValue("--fig-" + name).trim();
  };

  // One series has the colour of who looks, people or machines; several have one each.
  Chart.prototype.colourOf = function (index) {
    if (this.data.series.length === 1) {
      return this.colour(this.data.machines ? "machines" : "people");
    }
    return this.colour(String((index + (this.data.machines ? 1 : 0)) % 11 + 1));
  };

  Chart.prototype.series = function () {
    var self = this;
    var data = this.data;
    var all = [];
    data.series.forEach(function (entry, index) {
      var colour = self.colourOf(index);
      if (data.style === "stacked") {
        all.push(self.bar(entry, colour));
      } else {
        all = all.concat(self.line(entry, index, colour));
      }
      if (entry.before) {
        all.push(self.before(data.series.length > 1 ? entry.name + " " + data.words.before : data.words.before, entry.before));
      }
    });
    if (data.before) {
      all.push(this.before(data.words.before, data.before));
    }
    return all;
  };

  Chart.prototype.bar = function (entry, colour) {
    var running = this.data.running;
    return {
      type: "bar",
      name: entry.name,
      stack: "all",
      barMaxWidth: 48,
      // No border: it would swallow a bar of a few pixels. The decals keep neighbours apart.
      itemStyle: { color: colour },
      data: entry.values.map(function (value, month) {
        return month === running ? { value: value, itemStyle: { opacity: 0.7, decal: HATCH } } : value;
      }),
    };
  };

  // The way to the running month is a series of its own, because a line has one dash from end to end.
  Chart.prototype.line = function (entry, index, colour) {
    var running = this.data.running;
    var dash = DASHES[Math.floor(index / SYMBOLS.length) % DASHES.length];
    var base = {
      type: "line",
      name: entry.name,
      symbol: SYMBOLS[index % SYMBOLS.length],
      symbolSize: 7,
      itemStyle: { color: colour },
      lineStyle: { color: colour, width: 2, type: dash },
    };
    var whole = Object.assign({}, base, {
      data: entry.values.map(function (value, month) {
        return month === running ? null : value;
      }),
    });
    if (running === null || entry.values[running] === null) {
      return [whole];
    }
    return [
      whole,
      Object.assign({}, base, {
        lineStyle: { color: colour, width: 2, type: "dotted" },
        data: entry.values.map(function (value, month) {
          return month === running || month === running - 1 ? value : null;
        }),
      }),
    ];
  };

  Chart.prototype.before = function (name, values) {
    return {
      type: "line",
      name: name,
      symbol: "circle",
      symbolSize: 3,
      z: 4,
      itemStyle: { color: this.colour("before") },
      lineStyle: { color: this.colour("before"), width: 1.25, type: "solid" },
      data: values,
    };
  };

  Chart.prototype.names = function () {
    var seen = [];
    this.series().forEach(function (series) {
      if (seen.indexOf(series.name) < 0) {
        seen.push(series.name);
      }
    });
    return seen;
  };

  // How high the legend will be: names are wrapped by width, about seven pixels a letter.
  function legendHeight(names, width) {
    var rows = 1;
    var used = 0;
    names.forEach(function (name) {
      var needs = Math.min(name.length, 44) * 7 + 48;
      if (used && used + needs > width - 24) {
        rows += 1;
        used = 0;
      }
      used += needs;
    });
    return rows * LEGEND_ROW + 10;
  }

  Chart.prototype.option = function (width, titled) {
    var self = this;
    var data = this.data;
    var names = this.names();
    var ink = this.colour("ink");
    var quiet = this.colour("quiet");
    var legend = legendHeight(names, width);
    var about = titled ? this.about() : "";
    return {
      animation: false,
      backgroundColor: titled ? this.colour("card") : "transparent",
      textStyle: { color: ink, fontFamily: getComputedStyle(this.figure).fontFamily },
      title: titled
        ? {
            text: data.title,
            subtext: about,
            left: 12,
            top: 10,
            textStyle: { color: ink, fontSize: 16, width: width - 24, overflow: "break" },
            subtextStyle: { color: quiet, fontSize: 12, lineHeight: ABOUT_ROW },
          }
        : undefined,
      aria: { enabled: true, label: { enabled: true, description: data.description }, decal: { show: data.style === "stacked" } },
      grid: { left: MARGIN.left, right: MARGIN.right, top: MARGIN.top + (titled ? TITLE + aboutHeight(about) : 0), bottom: legend, containLabel: true },
      legend: {
        type: "plain",
        left: 8,
        right: 8,
        bottom: 0,
        itemWidth: 22,
        itemHeight: 12,
        itemGap: 14,
        data: names,
        textStyle: { color: ink, fontSize: 13, width: 300, overflow: "truncate" },
        inactiveColor: quiet,
      },
      xAxis: {
        type: "category",
        data: data.months.map(function (month, index) {
          return index === data.running ? month + " *" : month;
        }),
        boundaryGap: data.style === "stacked",
        axisTick: { show: false },
        axisLine: { lineStyle: { color: quiet } },
        axisLabel: { color: ink, hideOverlap: true, interval: width < 480 ? "auto" : 0 },
      },
      yAxis: {
        type: "value",
        minInterval: 1,
        axisLabel: {
          color: quiet,
          formatter: function (value) {
            return short.format(value);
          },
        },
        splitLine: { lineStyle: { color: this.colour("line") } },
      },
      tooltip: {
        trigger: "axis",
        confine: true,
        className: "fig-tip",
        backgroundColor: this.colour("card"),
        borderColor: quiet,
        textStyle: { color: ink, fontSize: 13 },
        axisPointer: { type: data.style === "stacked" ? "shadow" : "line" },
        formatter: function (points) {
          return self.tip([].concat(points)[0].dataIndex);
        },
      },
      series: this.series(),
    };
  };

  function element(name, text, className) {
    var made = document.createElement(name);
    made.textContent = text;
    if (className) {
      made.className = className;
    }
    return made;
  }

  // Built of nodes: a tooltip of HTML text carries inline styles, which the content security policy refuses.
  Chart.prototype.tip = function (month) {
    var self = this;
    var data = this.data;
    var words = data.words;
    var box = document.createElement("div");
    var list = document.createElement("dl");
    var sum = null;
    var head = data.months[month] + (month === data.running ? " (" + words.running + ")" : "");
    box.appendChild(element("b", head));
    function row(name, value, colour, className) {
      var line = element("div", "", className);
      var term = element("dt", "");
      if (colour) {
        var swatch = element("span", "", "fig-swatch");
        swatch.style.backgroundColor = colour;
        term.appendChild(swatch);
      }
      term.appendChild(document.createTextNode(name));
      line.appendChild(term);
      line.appendChild(element("dd", value === null ? words.none : exact.format(value)));
      list.appendChild(line);
    }
    data.series.forEach(function (entry, index) {
      var value = entry.values[month];
      sum = value === null ? sum : (sum || 0) + value;
      row(entry.name, value, self.colourOf(index));
      if (entry.before && data.series.length === 1) {
        row(words.before, entry.before[month], self.colour("before"));
      }
    });
    if (data.series.length > 1) {
      row(words.total, sum, "", "fig-sum");
    }
    if (data.before) {
      row(words.before, data.before[month], this.colour("before"));
    }
    box.appendChild(list);
    return box;
  };

  Chart.prototype.draw = function () {
    var width = this.plot.clientWidth;
    if (!width) {
      return;
    }
    var height = 300 + legendHeight(this.names(), width);
    this.plot.style.height = height + "px";
    if (!this.chart) {
      this.chart = window.echarts.init(this.plot, null, { renderer: "svg", locale: language.toUpperCase() });
    }
    this.chart.resize({ width: width, height: height });
    this.chart.setOption(this.option(width, false), true);
    // Paper is narrower than most screens: with this the stylesheet can scale it.
    var drawing = this.plot.querySelector("svg");
    if (drawing) {
      drawing.setAttribute("viewBox", "0 0 " + width + " " + height);
    }
  };

  // What the picture says under its title, in lines that fit: the table with its notes does not go along.
  Chart.prototype.about = function () {
    var lines = [];
    var said = this.data.about.slice();
    if (this.data.running !== null) {
      said.push("* " + this.data.words.running);
    }
    said.forEach(function (sentence) {
      var line = "";
      sentence.split(" ").forEach(function (word) {
        if (line && line.length + word.length > ABOUT_LETTERS) {
          lines.push(line);
          line = "";
        }
        line += (line ? " " : "") + word;
      });
      lines.push(line);
    });
    return lines.join("\n");
  };

  function aboutHeight(about) {
    return about.split("\n").length * ABOUT_ROW + 8;
  }

  // The picture to keep says what it is about, in one size whatever the screen and on white whatever the scheme.
  Chart.prototype.picture = function (kind) {
    this.figure.classList.add("on-paper");
    try {
      this.keep(kind);
    } finally {
      this.figure.classList.remove("on-paper");
    }
  };

  Chart.prototype.keep = function (kind) {
    var size = { width: PICTURE, height: 480 + TITLE + aboutHeight(this.about()) + legendHeight(this.names(), PICTURE) };
    var holder = document.createElement("div");
    var chart = window.echarts.init(
      holder,
      null,
      Object.assign({ renderer: kind === "svg" ? "svg" : "canvas", locale: language.toUpperCase() }, size)
    );
    chart.setOption(this.option(size.width, true));
    var blob;
    if (kind === "svg") {
      blob = new Blob([chart.renderToSVGString()], { type: "image/svg+xml" });
    } else {
      var code = atob(chart.getDataURL({ type: "png", pixelRatio: 2 }).split(",")[1]);
      var bytes = new Uint8Array(code.length);
      for (var i = 0; i < code.length; i += 1) {
        bytes[i] = code.charCodeAt(i);
      }
      blob = new Blob([bytes], { type: "image/png" });
    }
    chart.dispose();
    var link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = this.data.file + "." + kind;
    link.click();
    window.setTimeout(function () {
      URL.revokeObjectURL(link.href);
    }, 60000);
  };

  Chart.prototype.start = function () {
    var self = this;
    this.plot.hidden = false;
    this.figure.querySelectorAll("[data-without-script]").forEach(function (words) {
      words.hidden = true;
    });
    this.figure.querySelectorAll("[data-with-script]").forEach(function (part) {
      part.hidden = false;
    });
    this.figure.querySelectorAll("[data-picture]").forEach(function (button) {
      button.addEventListener("click", function () {
        self.picture(button.dataset.picture);
      });
    });
    this.draw();
    var width = this.plot.clientWidth;
    new ResizeObserver(function () {
      if (self.plot.clientWidth !== width) {
        width = self.plot.clientWidth;
        self.draw();
      }
    }).observe(this.plot);
  };

  if (!window.echarts) {
    return;
  }
  var charts = Array.from(document.querySelectorAll("[data-chart]"), function (figure) {
    return new Chart(figure);
  });
  charts.forEach(function (chart) {
    chart.start();
  });

  function redraw() {
    charts.forEach(function (chart) {
      chart.draw();
    });
  }
  // Light or dark, by the system or by the switch of the admin.
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  new MutationObserver(redraw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
})();
