import { describe, expect, it } from 'vitest';
import { reportJsonSchema } from '../../reports/schema/report-schema.ts';

describe('the published schema of report.json', () => {
  it('is what the declaration says', async () => {
    await expect(`${JSON.stringify(reportJsonSchema(), null, 2)}\n`).toMatchFileSnapshot('../../reports/schema/report.schema.json');
  });
});
