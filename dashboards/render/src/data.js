// Reads a panel's data from Prometheus and gives them the panel's field options, as Grafana does.
import { FieldType, dateTime, getDisplayProcessor, toDataFrame } from '@grafana/data';

const MOST_POINTS = 700;
const SHORTEST_STEP = 15;
const UNITS = { s: 1, m: 60, h: 3600, d: 86400, w: 604800, y: 31536000 };

export function seconds(text) {
  const [, number, unit] = /^(\d+)([smhdwy])$/.exec(text);
  return number * UNITS[unit];
}

export function timeRange(from) {
  const length = seconds(from.replace('now-', ''));
  const now = Date.now();
  // The axis of a short range has ticks at full and half minutes. A time that stands at its end would be cut.
  const to = length < UNITS.h ? now - ((now - 45_000) % 60_000) : now;
  const start = to - length * 1000;
  const range = { from: dateTime(start), to: dateTime(to) };
  return { ...range, raw: range };
}

function expand(expr, variables, step) {
  const interval = Math.max(4 * SHORTEST_STEP, step + SHORTEST_STEP);
  return expr
    .replaceAll('$__rate_interval', interval + 's')
    .replaceAll('$instance_name', variables.instance_name)
    .replaceAll('$instance', variables.instance)
    .replaceAll('$job', variables.job);
}

async function ask(prometheus, path, parameters) {
  const response = await fetch(`${prometheus}/api/v1/${path}`, { method: 'POST', body: new URLSearchParams(parameters) });
  const answer = await response.json();
  if (answer.status !== 'success') {
    throw new Error(`${answer.error} in ${parameters.query}`);
  }
  return answer.data.result;
}

function legend(format, metric) {
  return format.replace(/{{(\w+)}}/g, (_, label) => metric[label] ?? '');
}

/** Returns one frame for each series; without a value where Prometheus has none. */
async function query(target, panel, range, variables, prometheus) {
  const start = range.from.valueOf() / 1000;
  const end = range.to.valueOf() / 1000;
  const step = Math.ceil(Math.max((end - start) / MOST_POINTS, seconds(panel.interval ?? '1s')));
  const expr = expand(target.expr, variables, step);
  if (target.instant) {
    return (await ask(prometheus, 'query', { query: expr, time: end })).map((series) =>
      frame(target, series.metric, [end * 1000], [Number(series.value[1])]),
    );
  }
  const first = Math.floor(start / step) * step;
  const result = await ask(prometheus, 'query_range', { query: expr, start: first, end, step });
  const times = [];
  for (let time = first; time <= end; time += step) {
    times.push(time * 1000);
  }
  return result.map((series) => {
    const values = new Map(series.values.map(([time, value]) => [time * 1000, Number(value)]));
    return frame(target, series.metric, times, times.map((time) => values.get(time) ?? null), step * 1000);
  });
}

function frame(target, metric, times, values, interval) {
  return toDataFrame({
    refId: target.refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: times, config: { interval } },
      {
        name: 'Value',
        type: FieldType.number,
        labels: metric,
        values,
        config: { displayNameFromDS: legend(target.legendFormat, metric) },
      },
    ],
  });
}

function set(config, path, value) {
  const names = path.split('.');
  const last = names.pop();
  const owner = names.reduce((node, name) => (node[name] = { ...node[name] }), config);
  owner[last] = value;
}

export function configure(field, name, refId, panel, theme, index) {
  const config = { ...panel.fieldConfig.defaults, ...field.config };
  for (const { matcher, properties } of panel.fieldConfig.overrides) {
    if (matcher.id === 'byFrameRefID' ? matcher.options === refId : matcher.options === name) {
      properties.forEach(({ id, value }) => set(config, id, value));
    }
  }
  field.config = config;
  field.state = { seriesIndex: index, displayName: config.displayName ?? config.displayNameFromDS };
  field.display = getDisplayProcessor({ field, theme, timeZone: 'utc' });
  return field;
}

export async function load(panel, range, variables, prometheus, theme) {
  const answers = await Promise.all(
    panel.targets.map((target) => query(target, panel, range, variables, prometheus)),
  );
  const frames = answers.flat();
  if (panel.type !== 'table') {
    frames.forEach((one, index) => configure(one.fields[1], 'Value', one.refId, panel, theme, index));
  }
  return frames;
}
