// Draws every [data-chart] from the JSON beside it, on load and after htmx swapped something in; redraws when the
// theme changes. Colours come from the design tokens, so a chart is at home in light and dark.
"use strict";
(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const language = document.documentElement.lang || "en";
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const drawn = new Map();

  function written(value, data) {
    const share = data.measured_in === "share";
    const text = new Intl.NumberFormat(language, { maximumFractionDigits: share ? 0 : 1 }).format(share ? value * 100 : value);
    return share ? `${text} %` : data.unit ? `${text} ${data.unit}` : text;
  }

  function tip(text) {  // an element, since a string would need inline styles, which our policy forbids
    const box = document.createElement("div");
    box.className = "tip";
    const [first, ...rest] = text.split("\n");
    const head = document.createElement("b");
    head.textContent = first;
    box.append(head, rest.length ? "\n" + rest.join("\n") : "");
    return box;
  }

  // What happened when: shaded months, or a line where it was one, with names above that stand in rows so that none
  // covers another.
  function events(data, width) {
    const marks = data.marks || [];
    if (!marks.length) return { rows: 0 };
    const months = data.labels.length, step = width / Math.max(months - 1, 1), ends = [];
    const named = marks.map((mark) => {
      const long = mark.label.length * 6.4 + 10, middle = ((mark.from + mark.to) / 2) * step;
      const begin = Math.max(0, Math.min(middle - long / 2, width - long));
      let row = ends.findIndex((end) => end <= begin);
      if (row < 0) row = ends.length;
      ends[row] = begin + long;
      return { mark, place: [begin - mark.from * step, -18 - 15 * row] };
    });
    const shades = named.map(({ mark, place }) => [
      { name: mark.label, xAxis: mark.from, days: mark.days,
        label: { show: true, color: token("soft"), fontSize: 11, position: place, align: "left", verticalAlign: "top" } },
      { xAxis: mark.to, days: mark.days },
    ]);
    const tell = { formatter: (point) => tip(`${point.name}\n${point.data.days}`) };
    return {
      rows: ends.length,
      markArea: { silent: false, itemStyle: { color: token("mid"), opacity: 0.35 }, tooltip: tell, data: shades },
      markLine: { silent: false, symbol: "none", animation: false, label: { show: false }, tooltip: tell,
        lineStyle: { color: token("faint"), width: 1, type: "dashed" },
        data: marks.filter((mark) => mark.from === mark.to).map((mark) => ({ name: mark.label, xAxis: mark.from, days: mark.days })) },
    };
  }

  function trend(data, { width }) {
    const ink = token("accent");
    const { rows, ...marked } = events(data, Math.max(width - 70, 80));
    const band = { type: "line", stack: "band", stackStrategy: "all", /* low may be below 0 and high above */ symbol: "none", silent: true, lineStyle: { opacity: 0 }, connectNulls: false };
    const known = (low, high) => low !== null && high !== null;
    return {
      animation: !still.matches, animationDuration: 200,
      aria: { enabled: false },  // the figure has its own text and table
      grid: { left: 4, right: 26, top: 14 + 15 * rows, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      textStyle: { fontFamily: "Inter Variable, Inter, system-ui, sans-serif", fontSize: 12 },
      tooltip: {
        trigger: "axis", confine: true, backgroundColor: token("card"), borderColor: token("line"), padding: [8, 12],
        axisPointer: { lineStyle: { color: token("mid") } },
        formatter: (points) => tip(data.tips[points[0].dataIndex]),
      },
      xAxis: {
        type: "category", data: data.labels, boundaryGap: false, axisTick: { show: false },
        axisLine: { lineStyle: { color: token("line") } }, axisLabel: { color: token("faint"), hideOverlap: true },
      },
      yAxis: {
        type: "value", scale: true, min: data.min, max: data.max, splitNumber: 4,
        splitLine: { lineStyle: { color: token("line") } },
        axisLabel: { color: token("faint"), formatter: (value) => written(value, data) },
      },
      series: [
        { ...band, data: data.low.map((low, at) => (known(low, data.high[at]) ? low : null)) },
        { ...band, areaStyle: { color: ink, opacity: 0.13 },
          data: data.high.map((high, at) => (known(data.low[at], high) ? high - data.low[at] : null)) },
        { type: "line", data: data.values, symbol: "circle", symbolSize: 7, connectNulls: false, z: 3,
          lineStyle: { color: ink, width: 2.4 }, itemStyle: { color: ink }, ...marked },
      ],
    };
  }

  function draw(plot) {
    const data = JSON.parse(document.getElementById(plot.dataset.chart).textContent);
    const { rows } = events(data, Math.max(plot.clientWidth - 70, 80));
    if (rows > 1) plot.style.height = `${plot.clientHeight + 15 * (rows - 1)}px`;  // names of events take no room from the line
    const chart = window.echarts.init(plot, null, { renderer: "canvas", locale: language.slice(0, 2).toUpperCase() });
    const kinds = (window.heartline && window.heartline.charts) || {};
    const option = () => (kinds[data.kind] || trend)(data, { token, tip, written, language, events, width: plot.clientWidth, still: still.matches });
    chart.setOption(option());
    chart.on("click", (point) => { if (data.links && data.links[point.dataIndex]) window.location.assign(data.links[point.dataIndex]); });
    const watch = new ResizeObserver(() => { chart.resize(); chart.setOption(option()); });
    watch.observe(plot);
    drawn.set(plot, () => { watch.disconnect(); chart.dispose(); });
  }

  function refresh() {
    for (const [plot, gone] of drawn) if (!plot.isConnected) { gone(); drawn.delete(plot); }
    for (const plot of document.querySelectorAll("[data-chart]")) if (!drawn.has(plot)) draw(plot);
  }

  dark.addEventListener("change", () => { for (const gone of drawn.values()) gone(); drawn.clear(); refresh(); });
  document.addEventListener("htmx:afterSettle", refresh);
  refresh();
})();
