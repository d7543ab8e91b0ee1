import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { namelessBeginnings, standInSubjects, undocumentedExports } from './sentences.ts';

/** `npm run language [-- PATH…]`: checks the prose and the exports of every file that git knows. */
const ROOT = join(import.meta.dirname, '../..');
const PROSE =
  /(\.(tsx?|mts|mjs|js|md|sh|ya?ml)$)|^test\/support\/stand-ins\/|(^|\/)(\.ci\/run|deploy|clone-data|teardown)$/;
/** Fixtures are somebody else's texts; docs/openapi.json and docs/cli.md are made of texts that are checked themselves. */
const NOT_OURS = /^(test\/fixtures\/|test\/language\/sentences\.test\.ts$|LICENSE)/;
const PRODUCT = /^(infra|functions|shared|cli|console|local)\/.*\.tsx?$/;

const files = execFileSync('git', ['ls-files', '--', ...process.argv.slice(2)], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => PROSE.test(file) && !NOT_OURS.test(file));

const findings = files.flatMap((file) => {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const exports = PRODUCT.test(file) && !file.endsWith('.d.ts') ? undocumentedExports(file, source) : [];
  return [...standInSubjects(file, source), ...namelessBeginnings(file, source), ...exports];
});

for (const { file, line, message } of findings) process.stdout.write(`${file}:${line} ${message}\n`);
if (findings.length > 0) {
  process.stdout.write(`${findings.length} findings. CONTRIBUTING.md has the rules of the language.\n`);
  process.exitCode = 1;
}
