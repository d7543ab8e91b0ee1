import { describe, expect, it } from 'vitest';
import { anActivity, anEnvironment } from '../../support/api-world.ts';
import { aProject } from '../../support/builders.ts';
import { cliWorld } from '../../support/cli.ts';

/** A text from outside, in a title, a name or a log, and its escaped form. */
const hidden = 'pay\u202e\u001b[8mload\u200b';
const shown = 'pay\\u202e\\u001b[8mload\\u200b';

const project = 'abcdefghijklm';

async function aWorld() {
  const world = await cliWorld();
  await world.projects.save(aProject({ title: hidden }));
  await world.environments.save(
    anEnvironment({
      id: 'feature/x',
      title: hidden,
      activities: [anActivity({ id: 'ccc', text: hidden, because: hidden })],
    }),
  );
  world.writeLog(project, 'ccc', hidden, '\u001b[31mred\u001b[0m \u001b[90;47mgrey\u001b[0m');
  return world;
}

/** All Unicode characters that control a terminal, reorder text or are invisible. */
const dangerous = /[\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?![\n\t])\p{Cc}/u;

describe('text from outside', () => {
  it.each([
    [['project:list']],
    [['project:list', '--format', 'csv']],
    [['project:list', '--format', 'tsv']],
    [['project:list', '--format', 'plain']],
    [['project:list', '--format', 'json']],
    [['project:info']],
    [['project:info', 'title']],
    [['environment:list']],
    [['environment:list', '--format', 'json']],
    [['environment:info', '-e', 'feature/x']],
    [['environment:info', '-e', 'feature/x', 'title']],
    [['activity:list']],
    [['activity:get', 'ccc']],
    [['activity:get', 'ccc', '--format', 'json']],
    [['activity:log', 'ccc', '--refresh', '0']],
  ])('is shown with its hidden characters escaped: %j', async (argv) => {
    await using world = await aWorld();
    for (const columns of [undefined, 200]) {
      const { stdout, stderr } = await world.bough([...argv], columns === undefined ? {} : { columns });
      expect(stdout + stderr).toContain(shown);
      const allowed = (stdout + stderr).replaceAll('\u001b[31m', '').replaceAll('\u001b[0m', '');
      expect(allowed).not.toMatch(dangerous);
    }
  });

  it('stays valid JSON with the same text', async () => {
    await using world = await aWorld();
    const { stdout } = await world.bough(['project:list', '--format', 'json', '-c', 'title']);
    expect(JSON.parse(stdout)).toEqual([{ title: hidden }]);
  });

  it('does not misalign a table', async () => {
    await using world = await aWorld();
    const { stdout } = await world.bough(['environment:list', '-c', 'title']);
    const widths = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.length);
    expect(new Set(widths).size).toBe(1);
  });

  it('keeps only safe colours in a log on a terminal', async () => {
    await using world = await aWorld();
    expect((await world.bough(['activity:log', 'ccc', '--refresh', '0'], { columns: 80 })).stdout).toBe(
      `${shown}\n\u001b[31mred\u001b[0m grey\u001b[0m\n`,
    );
    expect((await world.bough(['activity:log', 'ccc', '--refresh', '0'])).stdout).toBe(
      `${shown}\nred grey\n`,
    );
  });

  it('is escaped in errors and questions too', async () => {
    await using world = await aWorld();
    const unknown = await world.bough(['environment:info', '-e', hidden]);
    expect(unknown.stderr).toContain(shown);
    const asked = await world.bough(['environment:delete', '-e', 'feature/x'], { answers: ['n'] });
    expect(unknown.stderr + asked.stderr).not.toMatch(dangerous);
  });
});
