import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CheckId } from '../../shared/domain/deployment/diagnose.ts';
import { BoughError, catalogue } from '../../shared/errors.ts';
import { GitError, type GitErrorCode, specs } from '../../shared/git/git-error.ts';
import { translate } from '../../shared/git/source.ts';

const docs = join(import.meta.dirname, '../../docs');
const page = readFileSync(join(docs, 'troubleshooting.md'), 'utf8');
const [symptoms = '', appendix = ''] = page.split('## All error codes');

/** The cells of the appendix's rows with so many columns, without the last one if that is a sentence. */
const rows = (columns: number) =>
  [...appendix.matchAll(/^\| (`.*) \|$/gm)]
    .map(([, row = '']) => row.split(' | '))
    .filter((cells) => cells.length === columns)
    .map((cells) => cells.slice(0, 3).map((cell) => cell.replaceAll('`', '')));

/** Every word in code style that looks like a code or a field. */
const names = [...new Set([...symptoms.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(([, name = '']) => name))];

describe('docs/troubleshooting.md', () => {
  it('lists every error code with its status and its disposition', () => {
    const codes = Object.entries(catalogue).map(([code, { status, disposition }]) => [
      code,
      String(status),
      disposition,
    ]);

    expect(rows(4)).toEqual(codes);
  });

  it('lists every error of git with the error that it becomes', () => {
    const codes = (Object.keys(specs) as GitErrorCode[]).map((code) => {
      const shown = translate(new GitError(code, 'It failed'));
      return shown instanceof BoughError ? [code, shown.code, shown.disposition] : [code];
    });

    expect(rows(3)).toEqual(codes);
  });

  it.each(names)('names %s, which is an error code or a field of the API', (name) => {
    const fields = readFileSync(join(docs, 'openapi.json'), 'utf8');
    const isCode = name in catalogue || name in specs;

    expect(isCode || fields.includes(`"${name}"`) || name.startsWith('hook_')).toBe(true);
  });

  it('lists every check of `bough doctor`', () => {
    const checks: Record<CheckId, true> = {
      'build-quota': true,
      'function-quota': true,
      schedule: true,
      alarms: true,
      'dead-letters': true,
      integration: true,
      integrations: true,
    };
    const sentence = /The checks of `bough doctor` are (.*)\./.exec(appendix)?.[1] ?? '';

    expect([...sentence.matchAll(/`(.*?)`/g)].map(([, id]) => id)).toEqual(Object.keys(checks));
  });

  it.each(Object.entries(catalogue))('explains %s in a symptom section', (code) => {
    expect(symptoms).toContain(`\`${code}\``);
  });
});
