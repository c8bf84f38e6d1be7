import { type Command, Option } from 'commander';

/** Collected by repetition: `--scenario a --scenario b`. */
export function collectName(name: string, before: readonly string[]): readonly string[] {
  return [...before, name];
}

/** What `run` and `plan` understand alike. */
export function addPlanOptions(command: Command): Command {
  return command
    .option('--scenario <name>', 'scenario to measure beside its reference; repeatable, none: all', collectName, [])
    .option('--targets <list>', 'internet,s3,rds or some of them')
    .option('--rounds <K>', 'interleaved rounds (lab 16)')
    .option('--warm <M>', 'measured warm calls per connection kind, arm and round (10)')
    .option('--warm-rounds <K>', 'rounds that have warm calls, the first so many (all)')
    .option('--precision [size]', 'size the rounds by a pilot (20): default, 0.1ms, or warm=0.1ms,cold=10ms as half widths')
    .option('--max-rounds <K>', 'with --precision: no more than these (200)')
    .option('--max-minutes <M>', 'with --precision: no longer than this')
    .option('--seed <text>', 'order of calls and resampling; printed, default drawn')
    .option('--out <folder>', 'folder of results', 'results')
    .option('--no-reference', 'do not measure the default scenario beside the others')
    .option('--backend <name>', 'where to measure: lab, or aws, which costs money', 'lab')
    .option('--region <name>', 'AWS: where (AWS_REGION, else of the profile)')
    .option('--arch <name>', 'AWS: arm64 or x86_64 (arm64)')
    .option('--prices <file>', 'prices instead of the built-in ones, same form as harness/plan/prices.json')
    .option('--traffic-gb <GB>', "your function's traffic in a month, for what each network costs (100)")
    .option('--json', 'print one JSON document: the report, or the plan')
    .option(
      '--lab-delay <place=time>',
      'lengthen round trips in the lab, as in nat=2ms; repeatable: default, nat, endpoint',
      collectName,
      [],
    )
    .addOption(new Option('--lab-knobs <json>', 'delays and faults of the lab, for its tests').hideHelp());
}

/** What only a run asks, and only on AWS. */
export function addAwsOptions(command: Command): Command {
  return command
    .option('--dry-run', 'print the plan and its cost, as "plan" does; starts nothing')
    .option('--yes', 'AWS: deploy without asking; needed without a terminal')
    .option('--profile <name>', 'AWS: profile of your AWS files')
    .option('--allowed-accounts <ids>', 'AWS: refuse every other account (LNB_ALLOWED_ACCOUNTS)')
    .option('--budget <USD>', 'AWS: refuse a plan that costs more, and stop before a round that would')
    .option('--ttl <time>', 'AWS: how long the deployment may stand, as in 3h; none: without end (planned end + 1 h)')
    .option('--keep', 'AWS: leave the deployment when the run is over')
    .option('--runtime <name>', 'AWS: nodejs22.x or nodejs24.x (nodejs22.x)')
    .option('--internet-url <url>', "AWS: what internet probes time (DynamoDB's /ping of the region)")
    .option('--echo-url <url>', 'AWS: what tells internet probes their address (https://checkip.amazonaws.com/)')
    .option('--rds-ca <file>', 'AWS: PEM of the CA of the DB instance, for an AWS_ENDPOINT_URL of your own (LNB_RDS_CA)')
    .addOption(waitingOption());
}

/** For tests, which would otherwise wait for the lab as for AWS. */
export function waitingOption(): Option {
  return new Option('--waiting <place>', 'whose waiting times apply at an AWS_ENDPOINT_URL: aws or lab').hideHelp();
}

/** What both commands that write reports understand. */
export function addReportOptions(command: Command): Command {
  return command
    .option('--reporter <list>', 'further forms: github (also on by itself in GitHub Actions), junit; repeatable', collectName, [])
    .option('--csv-eol <end>', 'line ends of the CSV files: lf or crlf', 'lf');
}
