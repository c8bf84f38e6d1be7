import { describe, expect, test } from 'vitest';
import { guardOf, stacksOf, TEMPLATE_CASES } from '../support/template-cases.ts';

describe.each(TEMPLATE_CASES)('$name', (templateCase) => {
  test.each([...stacksOf(templateCase), guardOf(templateCase)].map((stack) => [stack.stackName.replace(/^lnb-[a-z0-9]+-/, ''), stack] as const))(
    '%s is as reviewed',
    async (kind, stack) => {
      await expect(`${JSON.stringify(stack.template, null, 2)}\n`).toMatchFileSnapshot(`template/${templateCase.name}.${kind}.json`);
    },
  );
});
