/* Draws every [data-chart]: the data lies in the JSON element of that id. Words and numbers come from the server; here is only form. */
(() => {
  "use strict";

  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(`--${name}`).trim();
  const PILLARS = { INSURANCE: "insurance", BANKING: "banking", INVESTMENT: "investment" };
  const INK = token("ink-2");
  const QUIET = token("ink-3");
  const LINE = token("line");
  const ORDER = ["accent", "banking", "investment", "insurance", "ink-3", "accent-line"].map(token);
  const DASHES = ["solid", "dashed", "dotted", [8, 3, 2, 3]];
  const SYMBOLS = ["circle", "rect", "triangle", "diamond"];
  const HEAT = [1, 2, 3, 4, 5, 6, 7].map((step) => token(`heat-${step}`));
  const FONT = { fontFamily: token("sans"), fontSize: 12, color: INK };

  // `rough` is for axes: no more decimals than the step needs.
  const written = (kind, rough = false) => {
    const [name, currency] = (kind || "").split(":");
    const options = {
      share: { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 },
      count: { maximumFractionDigits: 0 },
      ratio: { minimumFractionDigits: 2, maximumFractionDigits: 2 },
      fine: { minimumFractionDigits: 3, maximumFractionDigits: 3 },
      money: { style: "currency", currency: currency || "CNY", currencyDisplay: "narrowSymbol", maximumFractionDigits: 0 },
    }[name];
    if (rough && options) options.minimumFractionDigits = 0;
    const format = new Intl.NumberFormat(document.documentElement.lang, options);
    return (value) => (value === null || value === undefined ? "–" : format.format(name === "money" ? value / 100 : value));
  };

  const colour = (series, i) => (PILLARS[series.pillar] ? token(PILLARS[series.pillar]) : ORDER[i % ORDER.length]);
  const axis = { axisLine: { lineStyle: { color: QUIET } }, axisTick: { show: false }, axisLabel: { color: QUIET, fontSize: 12 } };

  // The policy forbids style attributes, so tips are drawn on the canvas and not as HTML.
  const tip = { renderMode: "richText", confine: true, borderColor: LINE, padding: 10, textStyle: { ...FONT, color: token("ink") } };
  const grid = { left: 8, right: 16, top: 36, bottom: 8, containLabel: true };
  const legend = (series) => ({ show: series.length > 1, top: 0, left: 0, itemWidth: 22, textStyle: FONT });

  const DECAL = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: Math.PI / 4, color: "rgba(255, 255, 255, 0.55)" };

  // Releases are thin lines, a new version of the definition a strong one with its number.
  const marks = (chart) => chart.marks?.length && ({
    silent: true,
    symbol: "none",
    data: chart.marks.map((mark) => ({
      xAxis: mark.at,
      lineStyle: { color: mark.kind === "definition" ? token("warn") : QUIET, type: mark.kind === "definition" ? "solid" : "dotted", width: mark.kind === "definition" ? 2 : 1 },
      label: { formatter: mark.label, color: mark.kind === "definition" ? token("warn") : QUIET, fontSize: 10 },
    })),
  });

  const xy = (chart, say, type) => ({
    grid: { ...grid, top: chart.series.length > 1 ? 36 : 12 },
    legend: legend(chart.series),
    tooltip: { ...tip, trigger: "axis", valueFormatter: say },
    xAxis: { ...axis, type: "category", data: chart.categories, boundaryGap: type === "bar" },
    yAxis: { ...axis, type: "value", scale: Boolean(chart.fitted), axisLine: { show: false }, splitLine: { lineStyle: { color: LINE } }, axisLabel: { ...axis.axisLabel, formatter: written(chart.fitted && chart.as === "ratio" ? "fine" : chart.as, true) } },
    series: chart.series.map((series, i) => ({
      type,
      name: series.name,
      data: series.values,
      color: colour(series, i),
      barMaxWidth: 36,
      stack: chart.stack ? "all" : undefined,
      itemStyle: chart.stack ? { borderColor: token("panel"), borderWidth: 0.5, decal: i >= ORDER.length ? DECAL : undefined } : {},
      markLine: i === 0 ? marks(chart) : undefined,
      lineStyle: { width: 2, type: DASHES[i % DASHES.length] },
      symbol: SYMBOLS[i % SYMBOLS.length],
      symbolSize: 6,
    })),
  });

  const cell = (x, y, value, max) => ({ value: [x, y, value], label: { color: value / max > 0.77 ? "#fff" : token("ink") } });

  const heatmap = (chart, say) => {
    const max = chart.max || Math.max(...chart.values.flat());
    return {
      grid: { ...grid, top: 8 },
      tooltip: { ...tip, valueFormatter: say },
      xAxis: { ...axis, type: "category", data: chart.categories, splitArea: { show: false } },
      yAxis: { ...axis, type: "category", data: chart.rows, inverse: true },
      visualMap: { show: false, min: 0, max, inRange: { color: HEAT } },
      series: [{
        type: "heatmap",
        data: chart.values.flatMap((row, y) => row.map((value, x) => cell(x, y, value, max))).filter((item) => item.value[2] !== null),
        label: { show: true, formatter: (item) => say(item.value[2]), fontSize: 11 },
        itemStyle: { borderColor: token("panel"), borderWidth: 2 },
      }],
    };
  };

  const sankey = (chart, say) => ({
    tooltip: { ...tip, formatter: (it) => (it.dataType === "edge" ? `${named(chart, it.data.source)} → ${named(chart, it.data.target)}: ${say(it.value)}` : `${named(chart, it.name)}: ${say(it.value)}`) },
    series: [{
      type: "sankey",
      left: 8, right: chart.nodes.some((node) => node.last) ? 12 : 110, top: 8, bottom: 8, nodeGap: 14, nodeWidth: 12, draggable: false,
      layoutIterations: chart.nodes.some((node) => node.depth !== undefined) ? 0 : 32,
      data: chart.nodes.map((node) => ({
        name: node.name,
        depth: node.depth,
        value: node.value,
        itemStyle: { color: node.tone ? token(node.tone) : colour(node, 0) },
        label: { show: !chart.dense || node.depth === 0 || node.last, position: node.last ? "left" : "right", formatter: node.value === undefined ? node.label || node.name : `${node.label}  ${say(node.value)}` },
      })),
      links: chart.links,
      label: FONT,
      labelLayout: { hideOverlap: true },
      lineStyle: { color: "source", opacity: 0.28, curveness: 0.5 },
      emphasis: { focus: "adjacency" },
    }],
  });
  const named = (chart, name) => chart.nodes.find((node) => node.name === name)?.label || name;

  // From the value before to the value after: what each part adds hangs where the one before it ended.
  const waterfall = (chart, say) => {
    const values = chart.series[0].values;
    const last = values.length - 1;
    let level = 0;
    const bars = values.map((value, i) => {
      const whole = i === 0 || i === last;
      const from = whole ? 0 : level;
      level = whole ? value : level + value;
      return { from: Math.min(from, level), to: Math.max(from, level), value, whole };
    });
    const places = chart.as === "ratio" ? 4 : 2;
    const inner = bars.slice(1, last).flatMap((bar) => [bar.from, bar.to]).concat(values[0], values[last]);
    const [low, high] = [Math.min(...inner), Math.max(...inner)];
    const floor = Math.max(0, low - 0.6 * (high - low || Math.abs(low) * 0.1));
    const tone = (bar) => (bar.whole ? token("ink-2") : bar.value < 0 ? token("bad") : token("accent"));
    const signed = (bar) => (bar.whole ? say(bar.value) : `${bar.value > 0 ? "+" : "−"}${chart.as === "share" ? `${(Math.abs(bar.value) * 100).toFixed(2)}` : Math.abs(bar.value).toFixed(chart.as === "count" ? 0 : places)}`);
    return {
      grid: { ...grid, top: 24 },
      tooltip: { ...tip, trigger: "item", formatter: (it) => (it.seriesIndex ? `${it.name}: ${signed(bars[it.dataIndex])}` : "") },
      xAxis: { ...axis, type: "category", data: chart.categories, axisLabel: { ...axis.axisLabel, interval: 0, width: 72, fontSize: 11, overflow: "break", lineHeight: 13 } },
      yAxis: { ...axis, type: "value", min: floor, axisLine: { show: false }, splitLine: { lineStyle: { color: LINE } }, axisLabel: { ...axis.axisLabel, formatter: written(chart.as) } },
      series: [
        { type: "bar", stack: "all", silent: true, itemStyle: { color: "transparent" }, data: bars.map((bar) => (bar.whole ? 0 : bar.from)) },
        { type: "bar", stack: "all", barMaxWidth: 48, data: bars.map((bar) => ({ value: bar.to - (bar.whole ? 0 : bar.from), itemStyle: { color: tone(bar) } })), label: { show: true, position: "top", formatter: (it) => signed(bars[it.dataIndex]), ...FONT } },
      ],
    };
  };

  const funnel = (chart, say) => ({
    tooltip: { ...tip, valueFormatter: say },
    series: [{
      type: "funnel",
      left: 8, right: "40%", top: 8, bottom: 8, sort: "none", gap: 3, minSize: "4%",
      color: HEAT.slice().reverse(),
      data: chart.categories.map((name, i) => ({ name, value: chart.series[0].values[i] })),
      label: { ...FONT, position: "right", formatter: (part) => `${part.name}  ${say(part.value)}` },
      labelLine: { length: 48, lineStyle: { color: LINE } },
    }],
  });

  const KINDS = { bar: (c, s) => xy(c, s, "bar"), line: (c, s) => xy(c, s, "line"), heatmap, sankey, funnel, waterfall };

  // A click anywhere over a category leads to its address.
  const follow = (drawn, chart, e) => {
    const [place] = drawn.convertFromPixel("grid", [e.offsetX, e.offsetY]);
    if (chart.urls[place]) location.assign(chart.urls[place]);
  };

  const offerPicture = (box, drawn, chart) => {
    const button = box.closest("figure").querySelector("[data-saves]");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      const link = document.createElement("a");
      link.href = drawn.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: token("panel") });
      link.download = `${chart.id}.png`;
      link.click();
    });
  };

  const draw = (box) => {
    const chart = JSON.parse(document.getElementById(box.dataset.chart).textContent);
    const drawn = window.echarts.getInstanceByDom(box) || window.echarts.init(box, null, { renderer: "canvas" });
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    drawn.setOption({ animation: !calm, animationDuration: 300, textStyle: FONT, ...KINDS[chart.kind](chart, written(chart.as)) });
    new ResizeObserver(() => drawn.resize()).observe(box);
    if (chart.urls) drawn.getZr().on("click", (e) => follow(drawn, chart, e));
    offerPicture(box, drawn, chart);
  };

  const drawAll = (root) => {
    for (const box of root.querySelectorAll("[data-chart]:not([data-drawn])")) {
      box.dataset.drawn = "1";
      try {
        draw(box);
      } catch (error) {
        box.dataset.failed = "1";
        box.closest("figure").querySelector("details")?.setAttribute("open", "");
        console.error(error);
      }
    }
  };
  drawAll(document);
  document.addEventListener("htmx:load", (e) => drawAll(e.detail.elt));
  window.addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll(".of-chart-table")) details.open = true;
  });
})();
