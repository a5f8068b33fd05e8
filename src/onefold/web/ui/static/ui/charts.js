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

  const xy = (chart, say, type) => ({
    grid: { ...grid, top: chart.series.length > 1 ? 36 : 12 },
    legend: legend(chart.series),
    tooltip: { ...tip, trigger: "axis", valueFormatter: say },
    xAxis: { ...axis, type: "category", data: chart.categories, boundaryGap: type === "bar" },
    yAxis: { ...axis, type: "value", axisLine: { show: false }, splitLine: { lineStyle: { color: LINE } }, axisLabel: { ...axis.axisLabel, formatter: written(chart.as, true) } },
    series: chart.series.map((series, i) => ({
      type,
      name: series.name,
      data: series.values,
      color: colour(series, i),
      barMaxWidth: 36,
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
    tooltip: { ...tip, valueFormatter: say },
    series: [{
      type: "sankey",
      left: 8, right: 110, top: 8, bottom: 8, nodeGap: 14, nodeWidth: 12, draggable: false,
      data: chart.nodes.map((node) => ({ name: node.name, itemStyle: { color: colour(node, 0) }, label: { formatter: node.label || node.name } })),
      links: chart.links,
      label: FONT,
      lineStyle: { color: "source", opacity: 0.28, curveness: 0.5 },
    }],
  });

  const funnel = (chart, say) => ({
    tooltip: { ...tip, valueFormatter: say },
    series: [{
      type: "funnel",
      left: 8, right: "40%", top: 8, bottom: 8, sort: "none", gap: 3, minSize: "4%",
      color: HEAT.slice().reverse(),
      data: chart.categories.map((name, i) => ({ name, value: chart.series[0].values[i] })),
      label: { ...FONT, position: "right", formatter: (part) => `${part.name}  ${say(part.value)}` },
      labelLine: { length: 12, lineStyle: { color: LINE } },
    }],
  });

  const KINDS = { bar: (c, s) => xy(c, s, "bar"), line: (c, s) => xy(c, s, "line"), heatmap, sankey, funnel };

  const draw = (box) => {
    const chart = JSON.parse(document.getElementById(box.dataset.chart).textContent);
    const drawn = window.echarts.getInstanceByDom(box) || window.echarts.init(box, null, { renderer: "canvas" });
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    drawn.setOption({ animation: !calm, animationDuration: 300, textStyle: FONT, ...KINDS[chart.kind](chart, written(chart.as)) });
    new ResizeObserver(() => drawn.resize()).observe(box);
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
