/** Draws a chart: SVG for pages, PNG for slides, HTML to point at the values. Nothing is fetched while drawing or viewing. */
import { readFile } from 'node:fs/promises';
import { UserError } from '../../errors.js';
import { chartOf } from './chart.js';
import type { PlotData, PlotText } from './plot-data.js';

export type PlotFormat = 'svg' | 'png' | 'html';

/** Pixels of the PNG for each pixel of the layout: sharp on dense screens. */
const pngScale = 2;

/**
 * The same data give the same text on every machine; a PNG depends on the fonts of the machine as well.
 *
 * @throws UserError where there is too little to draw, or no font to draw a PNG's labels with
 */
export async function renderPlot(data: PlotData, text: PlotText, format: PlotFormat): Promise<string | Buffer> {
  if (format === 'html') return renderHtmlPlot(data, text);
  const svg = await renderSvgPlot(data, text);
  return format === 'svg' ? svg : renderPng(svg);
}

async function renderSvgPlot(data: PlotData, text: PlotText): Promise<string> {
  const [{ compile }, { View, parse, resetSVGDefIds }] = await Promise.all([import('vega-lite'), import('vega')]);
  const { spec } = compile(chartOf(data, text, false));
  const view = new View(parse(spec), { renderer: 'none' });
  try {
    // Ids of clip paths count up through the life of the process; each drawing begins at the first.
    resetSVGDefIds();
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}

async function renderPng(svg: string): Promise<Buffer> {
  const { Resvg } = await import('@resvg/resvg-js');
  const font = { loadSystemFonts: true, defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' };
  const probe =
    '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><text y="20" font-family="sans-serif">kW</text></svg>';
  if (new Resvg(probe, { font }).getBBox() === undefined) {
    throw new UserError('a PNG needs a font for its labels and this machine has none', {
      hint: 'Write the plot as .svg or .html, or install a font such as DejaVu Sans.',
    });
  }
  return new Resvg(svg, { font, fitTo: { mode: 'zoom', value: pngScale } }).render().asPng();
}

async function renderHtmlPlot(data: PlotData, text: PlotText): Promise<string> {
  const { compile } = await import('vega-lite');
  const { spec } = compile(chartOf(data, text, true));
  const runtime = await readFile(new URL('vega.min.js', import.meta.resolve('vega')), 'utf8');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(text.title)}</title>
<style>
  body { margin: 0; background: #fff; font-family: system-ui, sans-serif; }
  #plot { max-width: 1040px; margin: 0 auto; overflow-x: auto; }
</style>
</head>
<body>
<main id="plot" role="img" aria-label="${escapeHtml(`${text.title}. ${text.subtitle}`)}"></main>
<script>${runtime}</script>
<script>
new vega.View(vega.parse(${JSON.stringify(spec).replaceAll('<', '\\u003c')}), { renderer: 'svg', container: '#plot', hover: true }).runAsync();
</script>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
