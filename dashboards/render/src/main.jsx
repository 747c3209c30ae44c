// Draws a board: its panels with Grafana's components, in Grafana's grid.
import '@fontsource/inter/400.css';
import '@fontsource/inter/500.css';
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { ThemeContext, VizOrientation, createTheme, formattedValueToString, getDisplayProcessor } from '@grafana/data';
import { BarGauge, BigValue, GlobalStyles, TimeSeries } from '@grafana/ui';
import { configure, load, timeRange } from './data.js';

const ROW = 38;
const GAP = 8;
const HEADING = 32;
const PADDING = 8;
const parameters = new URLSearchParams(location.search);
const theme = createTheme({ colors: { mode: parameters.get('theme') ?? 'light' } });
const variables = {
  job: parameters.get('job') ?? '.+',
  instance: parameters.get('instance') ?? '.+',
  instance_name: '.*',
};
const waiting = new Set();

function value(field) {
  const last = field.values.findLast((one) => one !== null);
  return { ...field.display(last), title: field.state.displayName };
}

function Stat({ panel, frames, width, height }) {
  const { textMode, colorMode, justifyMode } = panel.options;
  const share = width / frames.length;
  return (
    <div style={{ display: 'flex' }}>
      {frames.map((frame, index) => {
        const shown = value(frame.fields[1]);
        const text = textMode === 'name' ? { ...shown, text: shown.title, prefix: '', suffix: '' } : shown;
        return (
          <BigValue
            key={index}
            value={text}
            width={share - (frames.length > 1 ? 4 : 0)}
            height={height}
            colorMode={colorMode}
            graphMode="none"
            justifyMode={justifyMode}
            textMode={textMode === 'name' ? 'value' : textMode}
            count={frames.length}
            theme={theme}
          />
        );
      })}
    </div>
  );
}

function Bars({ panel, frames, width, height }) {
  const { displayMode, namePlacement, showUnfilled, valueMode, maxVizHeight } = panel.options;
  const fields = frames.map((frame) => frame.fields[1]);
  const most = panel.fieldConfig.defaults.max ?? Math.max(...fields.map((field) => value(field).numeric));
  const each = Math.min(maxVizHeight, (height - 4 * (fields.length - 1)) / fields.length);
  const values = fields.map(value);
  const longest = (texts) => texts.reduce((one, other) => (other.length > one.length ? other : one), '');
  const factors = {
    // What measures it leaves the distance between letters out.
    title: longest(values.map((one) => one.title)) + ' '.repeat(2),
    text: longest(values.map((one) => formattedValueToString(one))),
  };
  return (
    <div style={{ display: 'flex', flexDirection: 'column', gap: 4, height, justifyContent: 'center' }}>
      {fields.map((field, index) => {
        field.config = { ...field.config, max: most || 1 };
        field.display = getDisplayProcessor({ field, theme, timeZone: 'utc' });
        return (
          <BarGauge
            key={index}
            width={width}
            height={each}
            field={field.config}
            display={field.display}
            value={value(field)}
            orientation={VizOrientation.Horizontal}
            displayMode={displayMode}
            text={panel.options.text}
            namePlacement={namePlacement}
            showUnfilled={showUnfilled}
            valueDisplayMode={valueMode}
            alignmentFactors={factors}
            theme={theme}
          />
        );
      })}
    </div>
  );
}

/** @grafana/ui has no gauge that draws by itself. */
function Gauge({ panel, frames, width, height }) {
  const shown = value(frames[0].fields[1]);
  const { min, max } = panel.fieldConfig.defaults;
  const part = Math.min(1, Math.max(0, (shown.numeric - min) / (max - min)));
  const radius = Math.min(width / 2, height * 0.6) - 20;
  const [x, y] = [width / 2, height * 0.7];
  const arc = (to) => {
    const end = [x - radius * Math.cos(Math.PI * to), y - radius * Math.sin(Math.PI * to)];
    return `M ${x - radius} ${y} A ${radius} ${radius} 0 0 1 ${end[0]} ${end[1]}`;
  };
  return (
    <svg width={width} height={height}>
      <path d={arc(1)} fill="none" stroke={theme.colors.background.secondary} strokeWidth="20" />
      {part > 0 && <path d={arc(part)} fill="none" stroke={shown.color} strokeWidth="20" />}
      <text x={x} y={y} textAnchor="middle" fontSize="28" fill={theme.colors.text.primary}>
        {formattedValueToString(shown)}
      </text>
    </svg>
  );
}

/** The transformations merge and organize, and a table: Grafana's own stand outside its library. */
function Table({ panel, frames, height }) {
  const hidden = panel.transformations.find(({ id }) => id === 'organize').options.excludeByName;
  const isSingle = panel.targets.length === 1;
  const rows = new Map();
  const labels = [];
  for (const frame of frames) {
    const field = frame.fields[1];
    const own = Object.entries(field.labels).filter(([name]) => !hidden[name]);
    own.forEach(([name]) => labels.includes(name) || labels.push(name));
    const name = isSingle ? 'Value' : `Value #${frame.refId}`;
    const mine = { ...Object.fromEntries(own), [name]: field.values[0] };
    // Rows merge where the labels that both have are equal.
    const key = [...rows.keys()].find(
      (other) => !(name in other) && own.every(([label, text]) => !(label in other) || other[label] === text),
    );
    key ? Object.assign(key, mine) : rows.set(mine, mine);
  }
  const values = panel.targets.map(({ refId }) => (isSingle ? 'Value' : `Value #${refId}`)).filter((name) => !hidden[name]);
  const fields = values.map((name) =>
    configure({ name, type: 'number', config: {}, values: [] }, name, undefined, panel, theme, 0),
  );
  const cell = { padding: '3px 8px', borderBottom: `1px solid ${theme.colors.border.weak}`, textAlign: 'left' };
  return (
    <div style={{ height, overflow: 'hidden' }}>
      <table style={{ width: '100%', borderCollapse: 'collapse', fontSize: 12 }}>
        <thead>
          <tr>
            {[...labels, ...fields.map((field) => field.state.displayName)].map((name) => (
              <th key={name} style={cell}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...rows.values()].map((row, index) => (
            <tr key={index}>
              {labels.map((name) => (
                <td key={name} style={cell}>
                  {row[name]}
                </td>
              ))}
              {fields.map((field, column) => (
                <td key={column} style={cell}>
                  {row[values[column]] === undefined ? '' : formattedValueToString(field.display(row[values[column]]))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Lines({ panel, frames, width, height, range }) {
  return (
    <TimeSeries
      frames={frames}
      structureRev={1}
      width={width}
      height={height}
      timeRange={range}
      timeZone="utc"
      legend={panel.options.legend}
      options={panel.options}
    />
  );
}

const KINDS = { stat: Stat, bargauge: Bars, gauge: Gauge, table: Table, timeseries: Lines };

function Panel({ panel, range, width, height }) {
  const [frames, setFrames] = useState();
  useEffect(() => {
    load(panel, range, variables, parameters.get('prometheus'), theme).then(setFrames, (error) => {
      console.error(`${panel.title}: ${error}`);
      setFrames([]);
    });
  }, []);
  useEffect(() => {
    if (frames) {
      waiting.delete(panel.id);
    }
  }, [frames]);
  const inner = { width: width - 2 * PADDING, height: height - HEADING - PADDING };
  const Kind = KINDS[panel.type];
  return (
    <>
      <div style={{ height: HEADING, padding: '7px 8px', fontWeight: 500, overflow: 'hidden', whiteSpace: 'nowrap' }}>
        {panel.title}
      </div>
      <div style={{ margin: `0 ${PADDING}px`, ...inner }}>
        {frames?.length > 0 && <Kind panel={panel} frames={frames} range={range} {...inner} />}
        {frames?.length === 0 && (
          <div
            style={{
              display: 'flex',
              height: '100%',
              alignItems: 'center',
              justifyContent: 'center',
              textAlign: 'center',
              opacity: 0.65,
            }}
          >
            {panel.fieldConfig.defaults.noValue}
          </div>
        )}
      </div>
    </>
  );
}

function Board({ board }) {
  const range = timeRange(parameters.get('from') ?? board.time.from);
  const cell = (innerWidth - GAP) / 24;
  const bottom = Math.max(...board.panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  return (
    <div style={{ position: 'relative', height: bottom * ROW + GAP + 40, color: theme.colors.text.primary }}>
      <h1 style={{ position: 'absolute', left: 12, top: 8, fontSize: 18 }}>{board.title}</h1>
      {board.panels.map((panel) => {
        const { x, y, w, h } = panel.gridPos;
        const size = { width: w * cell - GAP, height: h * ROW - GAP };
        const isRow = panel.type === 'row';
        return (
          <div
            key={panel.id}
            style={{
              position: 'absolute',
              left: GAP + x * cell,
              top: 40 + y * ROW,
              ...size,
              background: isRow ? 'none' : theme.colors.background.primary,
              border: isRow ? 'none' : `1px solid ${theme.colors.border.weak}`,
              borderRadius: 2,
              overflow: 'hidden',
            }}
          >
            {isRow ? (
              <div style={{ padding: 6, fontSize: 15, fontWeight: 500 }}>{panel.title}</div>
            ) : (
              <Panel panel={panel} range={range} {...size} />
            )}
          </div>
        );
      })}
    </div>
  );
}

// The components measure what they have drawn, and draw it again.
const UNCHANGED = 1000;
let lastChange = 0;
new MutationObserver(() => (lastChange = performance.now())).observe(document.body, {
  attributes: true,
  childList: true,
  subtree: true,
});
// The program that takes the picture waits for this.
window.isDrawn = () => lastChange > 0 && waiting.size === 0 && performance.now() - lastChange > UNCHANGED;
// The components measure texts before they draw them.
await Promise.all([document.fonts.load('14px Inter'), document.fonts.load('500 14px Inter')]);
const board = await (await fetch(parameters.get('board'))).json();
board.panels.filter(({ type }) => type !== 'row').forEach(({ id }) => waiting.add(id));
document.body.style.background = theme.colors.background.canvas;
createRoot(document.getElementById('root')).render(
  <ThemeContext.Provider value={theme}>
    <GlobalStyles isExtensionSidebarOpen={false} />
    <style>{'body { margin: 0; }'}</style>
    <Board board={board} />
  </ThemeContext.Provider>,
);
