import { describe, expect, it } from 'vitest';
import { terminalLine } from '../../../local/log/terminal.ts';

const told = (entry: object) =>
  terminalLine({ source: 'Activities', stream: 'stdout', line: JSON.stringify({ level: 'INFO', ...entry }) });

describe('the terminal of the local stack', () => {
  it.each([
    [
      'a decision',
      { message: 'decided: change', environment: 'main', because: 'a1b2c3d was pushed to main' },
      'main: a1b2c3d was pushed to main',
    ],
    [
      'deletions that are held back',
      { message: 'deletions held back', because: '29 of 31 environments would be deleted at once' },
      'Nothing is deleted: 29 of 31 environments would be deleted at once',
    ],
    [
      'an activity that begins to wait',
      { message: 'activity waits', owner: 'pr-1', because: 'CodeBuild starts no further build.' },
      'pr-1 waits: CodeBuild starts no further build.',
    ],
  ])('shows %s', (_, entry, text) => {
    expect(told(entry)).toBe(text);
  });

  it('shows only the first attempt of a waiting activity', () => {
    expect(told({ message: 'activity still waits', owner: 'pr-1', because: 'the same' })).toBeNull();
  });
});
