import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { UNUSED_GRANTS_FILE } from '../../local/aws/iam/unused-grants.ts';

/** Grants that no story uses, each with its reason. */
const ACCEPTED: readonly { grant: RegExp; because: string }[] = [
  { grant: /^\w+: logs:/, because: 'Lambda and CodeBuild write what programs print' },
  { grant: /^\w+: xray:/, because: 'Lambda writes traces' },
  {
    grant:
      /^(Processor|Activities)Function\w+: sqs:(Receive|Delete|Change|GetQueue)\w+ on \S+:(Events|Activities)Queue\w+$/,
    because: 'Lambda reads the queue in the name of the function',
  },
  { grant: /^SchedulerRole/, because: 'the Scheduler calls the prune' },
  {
    grant: /^PruneFunction\w+: sqs:\w+ on \S+:PruneDeadLetters/,
    because: 'Lambda reports a prune that failed',
  },
  { grant: /^Builder(Lambda)?Project\w+: s3:/, because: 'CodeBuild fetches the builder' },
  {
    grant: /^ActivitiesFunction\w+: s3:AbortMultipartUpload on \S+storagemirror/,
    because: 'a fetch breaks off: test/local/mirrors.test.ts',
  },
  {
    grant: /^ActivitiesFunction\w+: codebuild:ListBuildsForProject/,
    because: 'a runner dies between the start of a build and its note: test/local/one-build.test.ts',
  },
  {
    grant: /^ActivitiesFunction\w+: s3:DeleteObject on \S+storage(data|sites)/,
    because: 'a project leaves what no teardown has removed: test/local/project-files.test.ts',
  },
  {
    grant: /^ApiFunction\w+: s3:ListBucket on \S+storagemirror/,
    because: 'so that a link to what compaction has taken away says "not found", not "denied"',
  },
  {
    grant: /^ApiEnvironmentRole\w+: s3:ListBucket on \S+storagemirror/,
    because: 'compaction takes a bundle away before a build has read it',
  },
  {
    grant: /^ApiEnvironmentRole\w+: s3:AbortMultipartUpload/,
    because: 'a copy of more than 5 GB breaks off: test/functions/builder/s3.test.ts',
  },
];

const Lines = z.array(z.string());
const reports = () => join(tmpdir(), 'unused-grants');

/**
 * Copies a stack's report of unused grants to the reports of the test run.
 * @param story path of the test file that used the stack
 */
export async function keepUnusedGrants(stateDirectory: string, story: string): Promise<void> {
  const file = join(stateDirectory, UNUSED_GRANTS_FILE);
  mkdirSync(reports(), { recursive: true });
  if (existsSync(file)) await copyFile(file, join(reports(), basename(story)));
}

/** Fails for each grant that no story used. Does nothing unless every story ran. */
export function teardown(): void {
  if (!existsSync(reports())) return;
  const played = readdirSync(reports());
  if (!stories().every((story) => played.includes(story))) return;
  const [first = [], ...others] = played.map((name) =>
    Lines.parse(JSON.parse(readFileSync(join(reports(), name), 'utf8'))),
  );
  const unused = first.filter((line) => others.every((lines) => lines.includes(line)));
  const surplus = unused.filter((line) => !ACCEPTED.some(({ grant }) => grant.test(line)));
  const needed = ACCEPTED.filter(({ grant }) => !unused.some((line) => grant.test(line)));
  const complaints = [
    ...surplus.map((line) => `No story needs this grant: ${line}`),
    ...needed.map(
      ({ grant, because }) => `A story uses this grant, or the grant does not exist: ${grant} (${because})`,
    ),
  ];
  if (complaints.length === 0) return;
  process.stderr.write(`${complaints.join('\n')}\n`);
  // An error thrown in a teardown is printed, but the run still succeeds.
  process.exitCode = 1;
}

function stories(): string[] {
  return ['../e2e', '../local'].flatMap((path) => {
    const directory = join(import.meta.dirname, path);
    const isStory = (name: string) =>
      /\b(beginStory|keepUnusedGrants)\(/.test(readFileSync(join(directory, name), 'utf8'));
    return readdirSync(directory).filter((name) => name.endsWith('.test.ts') && isStory(name));
  });
}
