// The chart of a card's memory. A file of its own, as only one page loads it.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim() || '#888';

const hour = (seconds: number) => new Date(seconds * 1000).toLocaleTimeString(undefined, {hour12: false});

// `data`: times, the sums of the models up to each, all that is used. GiB. `kinds`: the models' colours.
export function memoryChart(place: HTMLElement, names: string[], kinds: string[], data: number[][]) {
  const faint = colour('--faint');
  const axis = {stroke: faint, grid: {stroke: colour('--line'), width: 1}, ticks: {show: false}};
  const chart = new uPlot(
    {
      width: place.clientWidth || 300,
      height: 140,
      padding: [8, 22, 0, 0], // the last time stands in the middle of its line
      cursor: {y: false},
      legend: {show: false},
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
