import { Command, CommanderError, Option } from 'commander';
import { BenchError, EXIT_CODES, type ExitCode } from '../domain/exit-code.ts';
import { nearestName } from '../plan/options.ts';
import { reportFailure } from './failure.ts';
import type { CommandIo } from './io.ts';
import { addAwsOptions, addPlanOptions, addReportOptions, collectName, waitingOption } from './run-flags.ts';

const EXAMPLES = `
Examples:
  npm run bench -- --scenario vpc-nat                  compare a VPC with NAT with default mode, in the lab
  npm run bench                                        all scenarios, all targets
  npm run bench -- plan --scenario vpc-nat             what that would take and could decide
  npm run bench -- --scenario vpc-nat --backend aws    the same on your AWS account; shows plan and price, then asks
  npm run bench -- report results/latest               write the reports of a run again
  npm run bench -- calibrate --runs 5                  give known delays, measure them, count how often the truth was found
  npm run bench -- doctor                              what a run needs and is there, and how to mend what is not
  npm run bench -- regression --scenario vpc-nat       measure and judge against earlier runs; exit 3 when it got worse
  npm run bench -- lab up                              start the lab alone and print how to reach it

Exit codes: 0 ok, 1 internal error, 2 usage, 3 regression, wrong path or unexpected reachability, 4 environment not ready or
too many failures to judge, 5 with --strict, something not decidable, 6 stopped by --max-rounds, --max-minutes or --budget, 7 cleanup incomplete, 130 and 143 signals.`;

type Action = () => Promise<ExitCode>;

function addRun(program: Command, io: CommandIo, choose: (action: Action) => void): void {
  const run = program.command('run', { isDefault: true }).description('deploy, measure, report, remove (the default command)');
  addReportOptions(addAwsOptions(addPlanOptions(run)))
    .option('--on <run>', 'AWS: measure on what "deploy" or --keep left standing; neither deploys nor removes')
    .argument('[words...]')
    .usage('[options]')
    .action((words: readonly string[], flags) => {
      // As the default command it is given every word that is no command's name.
      if (words.length > 0) throw unknownCommand(words, program);
      choose(async () => (await import('./run-command.ts')).runCommand(flags, io));
    });
}

function addRegression(program: Command, io: CommandIo, choose: (action: Action) => void): void {
  const folder = ['--history <folder>', 'where the history is kept', 'results/history'] as const;
  const regression = program
    .command('regression')
    .description('measure, judge against the history, append: for scheduled runs (exit 3: regression)');
  addReportOptions(addAwsOptions(addPlanOptions(regression)))
    .option('--on <run>', 'AWS: measure on what "deploy" left standing; neither deploys nor removes')
    .option('--run <folder>', 'judge this run instead of measuring')
    .option('--confirm <folder>', 'with --run: a run made to confirm it; repeatable', collectName, [])
    .option(...folder)
    .option('--strict', 'exit 5 where something is learning, flagged or not decidable')
    .option('--min-effect <sizes>', 'smallest change that matters, as in 3% or warm=0.3ms,cold=20ms (the margins)')
    .action((flags) => choose(async () => (await import('./regression-command.ts')).regressionCommand(flags, io)));
  const baseline = program.command('baseline').description('what scheduled runs are set against');
  baseline
    .command('show')
    .description('level, spread and runs of each gate')
    .option(...folder)
    .action((flags) => choose(async () => (await import('./baseline-command.ts')).baselineShowCommand(flags, io)));
  baseline
    .command('accept')
    .argument('<run>', 'id of a run in the history')
    .description("take a run's level for the new one")
    .option('--reason <text>', 'why the level moved; stays in the history')
    .option('--all-gates', 'what changed touches every gate of the run, also those that it was not held up by')
    .option(...folder)
    .action((run: string, flags) => choose(async () => (await import('./baseline-command.ts')).baselineAcceptCommand(run, flags, io)));
}

function addPlan(program: Command, io: CommandIo, choose: (action: Action) => void): void {
  addPlanOptions(
    program.command('plan').description('what a run with the same flags would do, take and could decide; starts nothing'),
  ).action((flags) => choose(async () => (await import('./plan-command.ts')).planCommand(flags, io)));
}

function addAccess(command: Command): Command {
  return command
    .option('--region <name>', 'region of the account')
    .option('--profile <name>', 'profile of your AWS files')
    .addOption(waitingOption());
}

/** What makes, finds and removes deployments that outlive their command. */
function addDeployments(program: Command, io: CommandIo, choose: (action: Action) => void): void {
  addAwsOptions(addPlanOptions(program.command('deploy').description('deploy what run would measure, and leave it standing (AWS)'))).action(
    (flags) => choose(async () => (await import('./deploy-command.ts')).deployCommand(flags, io)),
  );
  addAccess(program.command('destroy').argument('<run>', "a run's id or folder").description('remove everything of one run'))
    .option('--yes', 'without asking; needed without a terminal')
    .option('--out <folder>', 'folder of results', 'results')
    .action((run: string, flags) => choose(async () => (await import('./destroy-command.ts')).destroyCommand(run, flags, io)));
  addAccess(program.command('sweep').description('find what runs have in the account, and remove it'))
    .option('--expired', 'only runs whose time is over')
    .option('--dry-run', 'list only')
    .option('--yes', 'without asking; needed without a terminal')
    .option('--backend <name>', 'aws or lab', 'aws')
    .action((flags) => choose(async () => (await import('./sweep-command.ts')).sweepCommand(flags, io)));
  addAccess(program.command('collect').argument('<run>', "a run's id or folder").description('look once more for REPORTs that a run lacks'))
    .option('--out <folder>', 'folder of results', 'results')
    .action((run: string, flags) => choose(async () => (await import('./collect-command.ts')).collectCommand(run, flags, io)));
}

function unknownCommand(words: readonly string[], program: Command): BenchError {
  const known = program.commands.map((command) => command.name());
  const [word = ''] = words;
  const nearest = nearestName(word, known);
  return refused(`unknown command "${word}".${nearest === undefined ? '' : ` Did you mean "${nearest}"?`} Known: ${known.join(', ')}.`);
}

function refused(why: string): BenchError {
  return new BenchError({
    exitCode: EXIT_CODES.usage,
    what: 'The command line cannot be understood.',
    why,
    tryCommands: ['npm run bench -- --help'],
    leftBehind: 'Nothing was started.',
  });
}

/** What the parser found wrong, `error: …` and perhaps a suggestion on a second line, as every other error is told. */
function reportUsage(error: CommanderError, io: CommandIo): ExitCode {
  // `bench lab` alone: its help has been printed.
  if (error.code === 'commander.help') return EXIT_CODES.usage;
  const [what = '', hint = ''] = error.message.replace(/^error: /, '').split('\n');
  return reportFailure(refused(hint === '' ? what : `${what}. ${hint.replace(/^\((.*)\)$/, '$1')}`), io);
}

function addDoctor(program: Command, io: CommandIo, choose: (action: Action) => void): void {
  addAccess(program.command('doctor').description('what a run needs, what is there, and how to mend it; changes nothing'))
    .addOption(new Option('--backend <name>', 'only this one (both)').choices(['lab', 'aws']))
    .option('--json', 'print one JSON document')
    .action((flags) => choose(async () => (await import('./doctor-command.ts')).doctorCommand(flags, io)));
}

function addOthers(program: Command, io: CommandIo, choose: (action: Action) => void): void {
  program
    .command('ls')
    .description('list scenarios and what each is expected to reach')
    .action(() => choose(async () => (await import('./ls-command.ts')).lsCommand(io)));
  addReportOptions(program.command('report'))
    .argument('[source]', "a run's folder, or a CSV file of samples from any tool", 'results/latest')
    .description('write the reports of a run again from its raw data, or analyse a file of samples')
    .option('--reference <name>', 'of a file: the scenario to compare with (default, else its first)')
    .option('--margins <place>', 'of a file: whose margins apply, lab or aws (aws)')
    .option('--seed <text>', 'of a file: seed of the resampling')
    .option('--out <folder>', 'of a file: where the reports go (<name>-report beside it)')
    .option('--json', 'print the document of report.json instead of the summary')
    .action((source: string, flags) => choose(async () => (await import('./report-command.ts')).reportCommand(source, flags, io)));
  program
    .command('compare')
    .argument('[runs...]', 'folders of two to six runs; with --pool of three or more')
    .description('several runs beside each other, or what several deployments say together')
    .option('--pool', 'take the deployment as the unit: mean of the differences, t interval over the runs')
    .option('--force-incomparable', 'show runs of another place, region or code all the same')
    .option('--json', 'print one JSON document')
    .action((runs: readonly string[], flags) => choose(async () => (await import('./compare-command.ts')).compareCommand(runs, flags, io)));
  program
    .command('ingest')
    .argument('[files...]', 'logs, plain or JSON, gzipped or not; - is standard input')
    .description('what platform logs say that you already have: REPORT times by function, cold and warm apart')
    .option('--by <grouping>', 'function, stream or none (function)')
    .option('--out <folder>', 'also write report.md, summary.csv and histograms.hlog')
    .option('--json', 'print one JSON document with every record')
    .action((files: readonly string[], flags) =>
      choose(async () => (await import('./ingest-command.ts')).ingestCommand(files, flags, io, process.stdin)),
    );
  program
    .command('calibrate')
    .description('measure known delays in the lab, and show how often the truth was found')
    .option('--delays <list>', 'milliseconds added to a round trip (0,0.5,1,2,5)')
    .option('--runs <N>', 'runs of each delay (20)')
    .option('--seed <text>', 'order of runs and calls; printed, default drawn')
    .option('--out <folder>', 'folder of results', 'results')
    .option('--resume <ledger>', 'go on with an earlier calibration, or print it again')
    .option('--json', 'print one JSON document')
    .action((flags) => choose(async () => (await import('./calibrate-command.ts')).calibrateCommand(flags, io)));
  const lab = program.command('lab').description('the small AWS on this machine');
  lab
    .command('up')
    .description('start the lab alone; prints endpoint and variables; Ctrl-C ends it')
    .option('--port <number>', 'port on 127.0.0.1 (default: a free one)', '0')
    .option(
      '--enforce-policy <name=file>',
      'make an identity that may do what an IAM policy allows, no more; repeatable, files of one name add up',
      collectName,
      [],
    )
    .addOption(new Option('--lab-knobs <json>', 'delays and faults').hideHelp())
    .action((flags) => choose(async () => (await import('./lab-command.ts')).labUpCommand(flags, io)));
}

function newProgram(io: CommandIo, choose: (action: Action) => void): Command {
  const program = new Command('bench')
    .description('What each way of attaching a Lambda function to a network costs, cold and warm.')
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // Told by `reportUsage`.
      outputError: () => undefined,
    })
    .showSuggestionAfterError();
  addRun(program, io, choose);
  addPlan(program, io, choose);
  addDeployments(program, io, choose);
  addDoctor(program, io, choose);
  addRegression(program, io, choose);
  addOthers(program, io, choose);
  for (const command of program.commands) command.exitOverride().configureOutput(program.configureOutput());
  return program;
}

/** Runs one command line and gives its exit code; never throws. Commands load what they need only when chosen. */
export async function main(argv: readonly string[], io: CommandIo): Promise<ExitCode> {
  let action: Action | undefined;
  try {
    const program = newProgram(io, (chosen) => {
      action = chosen;
    });
    await program.parseAsync(argv, { from: 'user' });
    return action === undefined ? EXIT_CODES.ok : await action();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.ok : reportUsage(error, io);
    return reportFailure(error, io);
  }
}
