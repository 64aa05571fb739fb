/** A bar chart as SVG, made by hand: a chart library would be larger than the hub. Each bar says its value, so that no axis is needed. */

export type Panel = { title: string; bars: readonly { label: string; value: number }[] };

const width = 760;
const labels = 130;
const values = 70;
const bar = 22;
const gap = 8;
const head = 34;

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const rounded = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(2));

const panelHeight = ({ bars }: Panel): number => head + bars.length * (bar + gap) + gap;

const drawn = ({ title, bars }: Panel, top: number): string => {
  const most = Math.max(...bars.map(({ value }) => value), 1);
  const lines = bars.map(({ label, value }, index) => {
    const y = top + head + index * (bar + gap);
    const length = Math.max(1, (value / most) * (width - labels - values));
    const middle = y + bar / 2 + 5;
    return [
      `<text x="${labels - 10}" y="${middle}" text-anchor="end"${label === 'hub' ? ' font-weight="bold"' : ''}>${escaped(label)}</text>`,
      `<rect class="${label === 'hub' ? 'hub' : 'other'}" x="${labels}" y="${y}" width="${length.toFixed(1)}" height="${bar}"/>`,
      `<text x="${(labels + length + 8).toFixed(1)}" y="${middle}">${rounded(value)}</text>`,
    ].join('\n');
  });
  return [
    `<text class="title" x="${labels}" y="${top + 22}">${escaped(title)}</text>`,
    ...lines,
  ].join('\n');
};

export const plot = (panels: readonly Panel[]): string => {
  const tops = panels.map((_, index) =>
    panels.slice(0, index).reduce((sum, panel) => sum + panelHeight(panel), 0),
  );
  const height = panels.reduce((sum, panel) => sum + panelHeight(panel), 0);
  const told = panels.map(
    ({ title, bars }) =>
      `${title}: ${bars.map(({ label, value }) => `${label} ${rounded(value)}`).join(', ')}.`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc">
<title id="title">How the hub compares with other servers; longer is faster</title>
<desc id="desc">${escaped(told.join(' '))}</desc>
<style>
text { font: 14px system-ui, sans-serif; fill: #1b1b1b }
.title { font-weight: bold; font-size: 16px }
.hub { fill: #0b5cad }
.other { fill: #9aa5b1 }
</style>
<rect width="${width}" height="${height}" fill="#fff"/>
${panels.map((panel, index) => drawn(panel, tops[index] ?? 0)).join('\n')}
</svg>
`;
};
