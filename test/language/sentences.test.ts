import { describe, expect, it } from 'vitest';
import { namelessBeginnings, standInSubjects, undocumentedExports } from './sentences.ts';

describe('a sentence that begins with a stand-in for its subject', () => {
  it.each([
    ['a comment', 'a.ts', '// What was stopped is not tried.\n'],
    ['a doc comment', 'a.ts', '/** Reads a file. Whoever calls it waits. */\nconst a = 1;\n'],
    ['the second line of a comment', 'a.ts', '// The first fact.\n// Those that follow wait.\n'],
    ['a doc comment of a property', 'a.ts', 'interface A {\n  /** Who asked. */\n  by: string;\n}\n'],
    [
      'the description of a parameter',
      'a.ts',
      '/**\n * Reads.\n * @param file What is read.\n */\nconst a = 1;\n',
    ],
    ['a text', 'a.ts', "const help = 'Who is told of alarms.';\n"],
    ['the second sentence of a text', 'a.ts', "const help = 'Alarms. One that rings is told.';\n"],
    ['the head of a template', 'a.ts', 'const a = `What ${b} does is kept.`;\n'],
    ['a paragraph', 'a.md', 'A fact. What is left goes.\n'],
    ['an item of a list', 'a.md', '- What is left goes.\n'],
    ['a heading', 'a.md', '## What a build may reach\n'],
    ['a cell of a table', 'a.md', '| a | Who asked |\n'],
    ['a comment of a script', 'run', '# What must hold.\n'],
  ])('is found in %s', (_, file, source) => {
    expect(standInSubjects(file, source)).toHaveLength(1);
  });

  it.each([
    ['a question', 'a.ts', '// Who may call this function?\n'],
    ['the word inside a sentence', 'a.ts', '// The caller says what it needs.\n'],
    ['code in a document', 'a.md', '```\nWhat is this\n```\n'],
    ['one sentence over two lines', 'a.ts', '// The caller says\n// What it needs.\n'],
    ['a single word', 'a.ts', "const a = 'Those';\n"],
  ])('is not %s', (_, file, source) => {
    expect(standInSubjects(file, source)).toEqual([]);
  });

  it('is reported with its line', () => {
    expect(standInSubjects('a.ts', 'const a = 1;\n\n// What is left goes.\n')).toEqual([
      { file: 'a.ts', line: 3, message: expect.stringContaining('What is left goes.') },
    ]);
  });
});

it('finds a comment that begins with “It”', () => {
  expect(namelessBeginnings('a.ts', '// It may be gone.\nconst a = 1; // Items are kept.\n')).toHaveLength(1);
});

describe('an export without a doc comment', () => {
  it.each([
    ['a function', 'export function a() {}'],
    ['a constant', 'export const a = 1;'],
    ['a type', 'export type A = string;'],
    ['an interface', 'export interface A {}'],
    ['a class', 'export class A {}'],
    ['a constant with a line comment', '// A constant.\nexport const a = 1;'],
  ])('is found for %s', (_, source) => {
    expect(undocumentedExports('a.ts', source)).toHaveLength(1);
  });

  it.each([
    ['a documented function', '/** Does nothing. */\nexport function a() {}'],
    ['a declaration that is not exported', 'function a() {}'],
    ['a list of exports', 'const a = 1;\nexport { a };'],
  ])('is not %s', (_, source) => {
    expect(undocumentedExports('a.ts', source)).toEqual([]);
  });
});
