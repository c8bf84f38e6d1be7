import { z } from 'zod';
import { SIZE_LIMITS } from '../../harness/domain/precision.ts';
import { count, list, quantity, text, word } from './fields.ts';

const bill = {
  usd: quantity('Sum of the lines.', 'USD'),
  lines: list(
    z.strictObject({
      item: text('What is billed.'),
      quantity: quantity('How much of it.', 'as unit says'),
      unit: text('Unit of the quantity.'),
      usd: quantity('For the whole quantity.', 'USD'),
    }),
    'The bill.',
  ),
};

/** Money, as `run.json` kept it. */
export const cost = z
  .strictObject({
    region: text('Where the run is.'),
    prices_of: text('Region whose prices were taken.'),
    prices_as_of: text('YYYY-MM-DD.'),
    run: z
      .strictObject({ ...bill, hours: quantity('How long the run was taken to stand.', 'h') })
      .nullable()
      .meta({ description: 'The run itself, planned. null: in the lab.' }),
    hour: z.strictObject(bill).nullable().meta({ description: 'An hour in which it stands. null: in the lab.' }),
    month_traffic_gb: quantity('Traffic of the month below.', 'GB'),
    month: list(
      z.strictObject({
        scenario: text('Whose network.'),
        standing_usd: quantity('For standing there.', 'USD'),
        traffic_usd: quantity('For the traffic.', 'USD'),
        usd: quantity('Both.', 'USD'),
      }),
      '730 hours of each network.',
    ),
    further_service_usd: quantity('A month of one more interface endpoint in one zone.', 'USD'),
  })
  .nullable()
  .meta({ description: 'List prices. null: not asked for.' });

const widest = z
  .strictObject({
    comparison: text('Which it was.'),
    half_width_ms: quantity('With the rounds of the pilot.', 'ms'),
    target_ms: quantity('What was asked for.', 'ms'),
    rounds: count('Rounds at which it can be expected.'),
  })
  .nullable()
  .meta({ description: 'The comparison that asked for the most rounds. null: none did.' });

/** How a pilot sized its run. */
export const sizing = z
  .strictObject({
    pilot_rounds: count('Rounds of the pilot, part of the run.'),
    rounds: count('Rounds with cold calls.'),
    warm_rounds: count('Those of them with warm calls.'),
    limit: word(SIZE_LIMITS, 'What set the number.'),
    warm: widest,
    cold: widest,
  })
  .nullable()
  .meta({ description: 'With --precision. null: without, or the pilot did not end.' });
