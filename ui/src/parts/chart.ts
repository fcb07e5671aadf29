// The chart of a card's memory. A file of its own, as only one page loads it.
import uPlot from 'uplot';
import type {Mark} from '../store/gpuhistory';
import 'uplot/dist/uPlot.min.css';

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim() || '#888';

const hour = (seconds: number) => new Date(seconds * 1000).toLocaleTimeString(undefined, {hour12: false});

// A line for each load and unload that is in sight, in the model's colour: whole where one came.
function drawMarks(chart: uPlot, marks: Mark[], colourOf: (model: string) => string): void {
  const {ctx, bbox} = chart;
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  for (const {time, model, loaded} of marks) {
    const x = Math.round(chart.valToPos(time, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = colourOf(model);
    ctx.setLineDash(loaded ? [] : [4 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

// `data`: times, the sums of the models up to each, all that is used. GiB. `kinds`: the models' colours. `marks` is
// asked at each drawing.
export function memoryChart(place: HTMLElement, names: string[], kinds: string[], data: number[][], marks: () => Mark[]) {
  const faint = colour('--faint');
  const axis = {stroke: faint, grid: {stroke: colour('--line'), width: 1}, ticks: {show: false}};
  const chart = new uPlot(
    {
      width: place.clientWidth || 300,
      height: 140,
      padding: [8, 22, 0, 0], // the last time stands in the middle of its line
      cursor: {y: false},
      legend: {show: false},
      hooks: {draw: [(drawn) => drawMarks(drawn, marks(), (model) => colour(`--${kinds[names.indexOf(model)]}`))]},
      scales: {y: {range: (_u, _min, max) => [0, Math.max(1, max * 1.05)]}},
      axes: [{...axis, space: 90, size: 28, values: (_u, all) => all.map(hour)}, {...axis, size: 44, values: (_u, all) => all.map((value) => `${value} G`)}],
      series: [
        {},
        ...names.map((label, at) => ({label, stroke: colour(`--${kinds[at]}`), fill: colour(`--${kinds[at]}`) + '55', width: 1, points: {show: false}})),
        {label: 'used', stroke: colour('--text'), width: 1.5, points: {show: false}},
      ],
    },
    data as uPlot.AlignedData,
    place,
  );
  return {
    setData: (next: number[][]) => chart.setData(next as uPlot.AlignedData),
    setSize: (size: {width: number; height: number}) => chart.setSize(size),
    destroy: () => chart.destroy(),
  };
}
