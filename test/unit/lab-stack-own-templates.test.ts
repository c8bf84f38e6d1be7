import { describe, expect, it } from 'vitest';
import { formatTemplate, type StackTemplate } from '../../infra/template/model.ts';
import { newStackLab, stackRequest } from '../support/stack-lab.ts';
import { stacksOf, TEMPLATE_CASES } from '../support/template-cases.ts';

/** Any text does: nothing here looks inside. */
const parametersOf = ({ parameterNames }: StackTemplate) => Object.fromEntries(parameterNames.map((name) => [name, `value-of-${name}`]));

describe("the project's own templates", () => {
  it.each(TEMPLATE_CASES.map((templateCase) => [templateCase.name, templateCase] as const))(
    '%s: the lab has every type, property, function and attribute in them',
    async (_name, templateCase) => {
      const lab = newStackLab();
      for (const stack of stacksOf(templateCase)) {
        const { stackName: name, capabilities, template } = stack;
        const request = stackRequest(template, {
          name,
          capabilities,
          parameters: parametersOf(stack),
          templateBody: formatTemplate(template),
        });
        const id = lab.engine.create(request);
        await lab.engine.settled(id);
        const description = lab.engine.describe(id)[0];
        const failures = lab.engine.events(id).filter(({ status }) => status.endsWith('FAILED'));
        expect(failures.map(({ logicalId, reason }) => `${logicalId}: ${reason}`)).toEqual([]);
        expect(description?.status).toBe('CREATE_COMPLETE');
        expect(description?.outputs.map(({ key }) => key).sort()).toEqual([...stack.outputNames].sort());
        lab.engine.delete(id);
        await lab.engine.settled(id);
        expect(lab.engine.describe(id)[0]?.status).toBe('DELETE_COMPLETE');
      }
    },
  );
});
