import { scaleLinear } from 'd3-scale';
import type { Course, CourseStep } from '../../harness/analyse/course.ts';
import { toMilliseconds } from '../../harness/domain/nanoseconds.ts';
import { formatReadable } from '../figure.ts';
import { html, type Markup } from '../markup.ts';
import { type Axis, bottomAxis, leftAxis, logAxis } from './axis.ts';
import type { DataRow, Figure } from './figure.ts';
import type { Identity } from './identity.ts';
import { dots as dotsAt, type Point, polyline } from './polyline.ts';

/** One scenario's course with its looks. */
export interface Strip {
  readonly identity: Identity;
  readonly course: Course;
}

const [LEFT, WIDTH, RIGHT_ROOM] = [44, 520, 12] as const;
const [STRIP, GAP, TOP] = [74, 24, 18] as const;
/** Pixels between a strip's name and its highest dot. */
const UNDER_LABEL = 6;
/** Dots of a whole chart. */
const MOST_DOTS = 42;

const middle = ({ firstRound, lastRound }: CourseStep): number => (firstRound + lastRound) / 2;
const stripTop = (i: number): number => TOP + i * (STRIP + GAP);

function roundAxis(strips: readonly Strip[]): Axis {
  const rounds = strips.flatMap(({ course }) => course.steps.map(middle));
  const [low, high] = [Math.min(...rounds), Math.max(...rounds)];
  const scale = scaleLinear([low, high === low ? low + 1 : high], [LEFT + 6, WIDTH - RIGHT_ROOM]);
  return { at: scale, ticks: scale.ticks(5).filter(Number.isInteger) };
}

/** What the strips of a chart share. */
interface Sheet {
  readonly x: Axis;
  readonly y: Axis;
  readonly dots: number;
  /** Where the ticks of the left axis stand, which are the same for all. */
  readonly axis: string;
}

function drawStrip({ identity, course }: Strip, i: number, { x, y, dots, axis }: Sheet): Markup {
  const ms = (value: number): number => y.at(toMilliseconds(value));
  const steps = [...course.steps];
  const along = (edge: (step: CourseStep) => number): readonly Point[] => steps.map((step) => [x.at(middle(step)), ms(edge(step))]);
  const [lower, upper] = [along(({ lowerQuartile }) => lowerQuartile), along(({ upperQuartile }) => upperQuartile)];
  const shape = steps.every(({ n }) => n === 1) ? undefined : html`<path class="band" d="${polyline([...lower, ...upper.toReversed()])}"/>`;
  const slowest = [...course.outliers].sort((a, b) => b.value - a.value).slice(0, dots);
  const dotted = dotsAt(slowest.sort((a, b) => a.round - b.round).map(({ round, value }) => [x.at(round), ms(value)]));
  const outliers = dotted === '' ? undefined : html`<path class="dots" d="${dotted}"/>`;
  return html`<g class="s${String(identity.slot)}" transform="translate(0,${stripTop(i)})"><text class="direct" x="${LEFT}" y="-4">${identity.label}</text><use href="#${axis}"/>${shape}<path class="line" d="${polyline(along(({ median }) => median))}"/>${outliers}</g>`;
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
  const y = logAxis(values.map(toMilliseconds), [STRIP, UNDER_LABEL], 4);
  const bottom = stripTop(strips.length - 1) + STRIP;
  const axis = `ms-${title.replace(/\W+/g, '-')}`;
  const sheet = { x, y, dots: Math.floor(MOST_DOTS / strips.length), axis };
  return {
    title,
    name: nameOf(title, strips),
    width: WIDTH,
    height: bottom + 34,
    body: [
      bottomAxis(x, TOP, bottom),
      html`<defs><g id="${axis}">${leftAxis(y, LEFT, WIDTH - RIGHT_ROOM)}</g></defs>`,
      ...strips.map((strip, i) => drawStrip(strip, i, sheet)),
      html`<text class="unit" x="${LEFT}" y="${bottom + 31}">round</text><text class="unit end" x="${LEFT - 6}" y="${TOP - 6}">ms</text>`,
    ],
    columns: ['round', ...strips.map(({ identity }) => `${identity.label} ms, middle half`)],
    slots: strips.map(({ identity }) => identity.slot),
    rows: rowsOf(strips),
    cross: [TOP, bottom],
  };
}
