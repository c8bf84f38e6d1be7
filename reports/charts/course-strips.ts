import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { Course, CourseStep } from '../../harness/analyse/course.ts';
import { toMilliseconds } from '../../harness/domain/nanoseconds.ts';
import { formatReadable } from '../figure.ts';
import { html, type Markup } from '../markup.ts';
import { type Axis, bottomAxis, leftAxis, logAxis } from './axis.ts';
import type { DataRow, Figure } from './figure.ts';
import type { Identity } from './identity.ts';

/** One scenario's course with its looks. */
export interface Strip {
  readonly identity: Identity;
  readonly course: Course;
}

const [LEFT, WIDTH, RIGHT_ROOM] = [44, 520, 12] as const;
const [STRIP, GAP, TOP] = [74, 24, 18] as const;
/** Dots of a whole chart. */
const MOST_DOTS = 60;

const middle = ({ firstRound, lastRound }: CourseStep): number => (firstRound + lastRound) / 2;
const stripTop = (i: number): number => TOP + i * (STRIP + GAP);

function roundAxis(strips: readonly Strip[]): Axis {
  const rounds = strips.flatMap(({ course }) => course.steps.map(middle));
  const [low, high] = [Math.min(...rounds), Math.max(...rounds)];
  const scale = scaleLinear([low, high === low ? low + 1 : high], [LEFT + 6, WIDTH - RIGHT_ROOM]);
  return { at: scale, ticks: scale.ticks(5).filter(Number.isInteger) };
}

function drawStrip({ identity, course }: Strip, i: number, x: Axis, y: Axis, dots: number): Markup {
  const ms = (value: number): number => y.at(toMilliseconds(value));
  const steps = [...course.steps];
  const band = area<CourseStep>()
    .x((step) => x.at(middle(step)))
    .y0((step) => ms(step.lowerQuartile))
    .y1((step) => ms(step.upperQuartile))
    .digits(0)(steps);
  const median = line<CourseStep>(
    (step) => x.at(middle(step)),
    (step) => ms(step.median),
  ).digits(0)(steps);
  const shape = steps.every(({ n }) => n === 1) ? undefined : html`<path class="band" d="${band ?? ''}"/>`;
  const slowest = [...course.outliers].sort((a, b) => b.value - a.value).slice(0, dots);
  // A line of no length with a round end is a dot, in a quarter of the bytes.
  const dotted = slowest.map(({ round, value }) => `M${x.at(round).toFixed(0)} ${ms(value).toFixed(0)}h0`).join('');
  const outliers = dotted === '' ? undefined : html`<path class="dots" d="${dotted}"/>`;
  return html`<g class="s${String(identity.slot)}" transform="translate(0,${stripTop(i)})"><text class="direct" x="${LEFT}" y="-4">${identity.label}</text>${leftAxis(y, LEFT, WIDTH - RIGHT_ROOM)}${shape}<path class="line" d="${median ?? ''}"/>${outliers}</g>`;
}

function rowsOf(strips: readonly Strip[]): readonly DataRow[] {
  const steps = strips.flatMap(({ course }) => course.steps);
  const rounds = [...new Map(steps.map((step) => [middle(step), step])).entries()].sort(([a], [b]) => a - b);
  return rounds.map(([at, { firstRound, lastRound }]) => ({
    head: firstRound === lastRound ? String(firstRound) : `${firstRound}–${lastRound}`,
    cells: strips.map(({ course }) => {
      const step = course.steps.find((candidate) => middle(candidate) === at);
      if (step === undefined) return 'none';
      if (step.n === 1) return formatReadable(step.median);
      return `${formatReadable(step.median)} (${formatReadable(step.lowerQuartile)}–${formatReadable(step.upperQuartile)})`;
    }),
  }));
}

function nameOf(title: string, strips: readonly Strip[]): string {
  const said = strips.map(({ identity, course }) => {
    const medians = course.steps.map(({ median }) => median);
    return `${identity.label}: medians from ${formatReadable(Math.min(...medians))} to ${formatReadable(Math.max(...medians))} ms, ${course.outlierCount} calls far above`;
  });
  return `${title}, round by round. ${said.join('; ')}`;
}

/** How one target went over the run: a strip a scenario, the same scales for all. */
export function courseStrips(title: string, strips: readonly Strip[]): Figure {
  const x = roundAxis(strips);
  const values = strips.flatMap(({ course }) => [
    ...course.steps.flatMap(({ lowerQuartile, upperQuartile }) => [lowerQuartile, upperQuartile]),
    ...course.outliers.map(({ value }) => value),
  ]);
  const y = logAxis(values.map(toMilliseconds), [STRIP, 0], 4);
  const bottom = stripTop(strips.length - 1) + STRIP;
  const dots = Math.floor(MOST_DOTS / strips.length);
  return {
    title,
    name: nameOf(title, strips),
    width: WIDTH,
    height: bottom + 34,
    body: [
      bottomAxis(x, TOP, bottom),
      ...strips.map((strip, i) => drawStrip(strip, i, x, y, dots)),
      html`<text class="unit" x="${LEFT}" y="${bottom + 31}">round</text><text class="unit end" x="${LEFT - 6}" y="${TOP - 6}">ms</text>`,
    ],
    columns: ['round', ...strips.map(({ identity }) => `${identity.label} ms, middle half`)],
    slots: strips.map(({ identity }) => identity.slot),
    rows: rowsOf(strips),
    cross: [TOP, bottom],
  };
}
