import packageJson from '../../package.json' with { type: 'json' };

/** The tool's version, from `package.json`. */
export const TOOL_VERSION: string = packageJson.version;

/** The oldest Node that it runs on, as `20.19`. */
export const OLDEST_NODE: string = packageJson.engines.node.replace('>=', '');
