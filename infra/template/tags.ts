import type { TemplateContext, Value } from './model.ts';

/** Keys of the tags that every resource carries explicitly: stack tags do not reach every type. */
export const TAG_KEYS = {
  tool: 'lnb:tool',
  run: 'lnb:run',
  scenario: 'lnb:scenario',
  expires: 'lnb:expires',
  kept: 'lnb:kept',
} as const;

/** What the tag `lnb:tool` begins with, before the version. */
export const TOOL_NAME = 'lambda-network-bench';

/** The tags of a run, for CreateStack and for resources that belong to no single scenario. */
export function runTags(context: Pick<TemplateContext, 'runId' | 'expiresAt' | 'kept' | 'toolVersion'>): Readonly<Record<string, string>> {
  return {
    [TAG_KEYS.tool]: `${TOOL_NAME}/${context.toolVersion}`,
    [TAG_KEYS.run]: context.runId,
    [TAG_KEYS.expires]: context.expiresAt,
    ...(context.kept ? { [TAG_KEYS.kept]: 'true' } : {}),
  };
}

/** As {@link runTags}, with `Name` for the console where given, and the scenario where there is just one. `~` becomes `-`. */
export function resourceTags(
  context: TemplateContext,
  more: { readonly name?: string; readonly scenario?: string } = {},
): readonly Value[] {
  const tags: Record<string, string> = { ...runTags(context) };
  if (more.name !== undefined) tags['Name'] = more.name;
  if (more.scenario !== undefined) tags[TAG_KEYS.scenario] = more.scenario.replace('~', '-');
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
