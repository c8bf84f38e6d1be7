const VIEWS = `
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const root = document.documentElement;
const shown = (selector) => all(selector).forEach((one) => one.removeAttribute('hidden'));
shown('.controls, .inputs, .downloads, #theme');
document.getElementById('theme').addEventListener('click', () => {
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
});
const choose = (id) => {
  all('[data-choose]').forEach((one) => one.setAttribute('aria-pressed', String(one.dataset.choose === id)));
  all('.view').forEach((one) => one.toggleAttribute('hidden', one.dataset.view !== id));
};
all('[data-choose]').forEach((one) => one.addEventListener('click', () => choose(one.dataset.choose)));
const first = document.querySelector('[data-choose]');
if (first) choose(first.dataset.choose);
all('[data-filter]').forEach((one) => one.addEventListener('click', () => {
  const on = one.getAttribute('aria-pressed') !== 'true';
  one.setAttribute('aria-pressed', String(on));
  all('[data-s="' + one.dataset.filter + '"], g.s' + one.dataset.filter).forEach((part) => part.toggleAttribute('hidden', !on));
}));`;

const CROSSHAIR = `
const drawn = (name, attributes, parent) => {
  const made = document.createElementNS(document.querySelector('svg').namespaceURI, name);
  for (const key in attributes) made.setAttribute(key, attributes[key]);
  return parent.appendChild(made);
};
const crosshair = (figure) => {
  const svg = figure.querySelector('.plot svg');
  const rows = all('tbody tr', figure);
  if (rows.length === 0) return;
  const lines = all('th[data-column]', figure).map((head, i) => {
    const group = svg.querySelector('g.s' + head.dataset.column);
    const [, down] = /,([\\d.]+)/.exec(group.getAttribute('transform') || '') || [0, 0];
    const places = new Map();
    const steps = (group.querySelector('.line').getAttribute('d').match(/-?\\d+/g) || []).map(Number);
    for (let i = 0, x = 0, y = 0; i < steps.length; i += 2) places.set((x += steps[i]), (y += steps[i + 1]));
    return { name: head.textContent, cell: i + 1, group, places, down: Number(down) };
  });
  const xs = [...new Set(lines.flatMap(({ places }) => [...places.keys()]))].sort((a, b) => a - b);
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  tip.setAttribute('role', 'status');
  svg.parentNode.append(tip);
  let layer;
  let at = -1;
  const hide = () => {
    if (layer) layer.remove();
    layer = undefined;
    tip.hidden = true;
  };
  const show = (place) => {
    hide();
    at = Math.max(0, Math.min(rows.length - 1, place));
    const row = rows[at];
    const x = xs[at];
    layer = drawn('g', { 'aria-hidden': 'true' }, svg);
    drawn('line', { class: 'hair', x1: x, x2: x, y1: svg.dataset.top, y2: svg.dataset.bottom }, layer);
    const head = document.createElement('b');
    head.textContent = row.cells[0].textContent;
    const said = lines.filter(({ group }) => !group.hasAttribute('hidden')).map(({ name, cell, places, down }) => {
      if (places.has(x)) drawn('circle', { class: 'spot', cx: x, cy: places.get(x) + down, r: 6 }, layer);
      const line = document.createElement('div');
      line.textContent = name + ' ' + row.cells[cell].textContent;
      return line;
    });
    tip.replaceChildren(head, ...said);
    tip.hidden = false;
    const width = svg.getBoundingClientRect().width;
    const left = (x / svg.viewBox.baseVal.width) * width;
    tip.style.left = Math.max(0, left > width / 2 ? left - tip.offsetWidth - 10 : left + 10) + 'px';
  };
  svg.setAttribute('tabindex', '0');
  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    const far = xs.map((one) => Math.abs(one - x));
    show(far.indexOf(Math.min(...far)));
  });
  svg.addEventListener('pointerleave', hide);
  svg.addEventListener('focus', () => show(at < 0 ? 0 : at));
  svg.addEventListener('blur', hide);
  svg.addEventListener('keydown', (event) => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (event.key === 'Escape') hide();
    if (to === undefined) return;
    event.preventDefault();
    show(to);
  });
};
all('figure.cross').forEach(crosshair);`;

const COST = `
const formatUsd = (usd) => {
  if (usd === 0 || usd >= 1) return usd.toFixed(2);
  if (usd >= 0.01) return usd.toFixed(3);
  return Number(usd.toPrecision(2)).toFixed(Math.max(2, 1 - Math.floor(Math.log10(usd))));
};
const stepOf = (most) => {
  const power = 10 ** Math.floor(Math.log10(most / 4));
  return [1, 2, 5, 10].map((digit) => digit * power).find((step) => most / step <= 5);
};
const price = ({ modes, plot }) => {
  const amount = (id, least) => {
    const field = document.getElementById(id);
    return field && Number.isFinite(field.valueAsNumber) ? Math.max(least, field.valueAsNumber) : least;
  };
  const [traffic, zones, services] = [amount('traffic', 0), amount('zones', 1), amount('services', 0)];
  const usdOf = new Map(modes.map((mode) => [mode.scenario, (mode.standingUsd + mode.furtherUsd * services) * zones + mode.gbUsd * traffic]));
  all('#cost figure').forEach((figure) => {
    const points = all('.point', figure).map((node) => ({ node, usd: usdOf.get(node.dataset.scenario), ns: Number(node.dataset.ns) }));
    const step = stepOf(Math.max(1, ...points.map((point) => point.usd)));
    const most = step * Math.max(1, Math.ceil(Math.max(...points.map((point) => point.usd)) / step));
    const at = (usd) => plot.left + ((plot.right - plot.left) * usd) / most;
    const best = [];
    points.forEach(({ node, usd, ns }, i) => {
      const inner = node.firstElementChild;
      const beaten = points.some((other) => other.usd <= usd && other.ns <= ns && (other.usd < usd || other.ns < ns));
      if (!beaten) best.push(node.dataset.label);
      inner.setAttribute('class', beaten ? 'dominated' : 'best');
      inner.setAttribute('transform', inner.getAttribute('transform').replace(/\\(.*?,/, '(' + at(usd).toFixed(1) + ','));
      inner.querySelector('text').textContent = node.dataset.label + ' ' + formatUsd(usd);
      figure.querySelectorAll('tbody tr')[i].cells[1].textContent = formatUsd(usd);
    });
    const axis = figure.querySelector('.usd-axis');
    axis.replaceChildren();
    const group = drawn('g', { class: 'axis' }, axis);
    for (let tick = 0; tick <= most * 1.001; tick += step) {
      drawn('line', { x1: at(tick), x2: at(tick), y1: plot.top, y2: plot.bottom }, group);
      drawn('text', { x: at(tick), y: plot.bottom + 15, 'text-anchor': 'middle' }, group).textContent = String(Number(tick.toPrecision(3)));
    }
    const svg = figure.querySelector('svg[role]');
    svg.setAttribute('aria-label', svg.getAttribute('aria-label').split(' than: ')[0] + ' than: ' + best.join(', '));
  });
  document.getElementById('cost-said').textContent = [...usdOf].map(([name, usd]) => name + ' ' + formatUsd(usd)).join(', ') + ' USD a month';
};
const pricing = document.getElementById('pricing');
if (pricing) {
  const known = JSON.parse(pricing.textContent);
  all('.inputs input').forEach((field) => field.addEventListener('input', () => price(known)));
}`;

const DOWNLOADS = `
const files = document.getElementById('files');
const save = async (name) => {
  const packed = Uint8Array.from(atob(JSON.parse(files.textContent)[name]), (char) => char.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
  const content = new Blob([await new Response(stream).arrayBuffer()], { type: 'text/csv' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
};
all('[data-download]').forEach((one) => one.addEventListener('click', () => save(one.dataset.download)));`;

/** The page's only script: it hides, moves and rewrites what is already there; foreign words enter by `textContent` alone. */
export const SCRIPT = `'use strict';
(() => {${VIEWS}${CROSSHAIR}${COST}${DOWNLOADS}
})();
`.replace(/\n +/g, '\n');
