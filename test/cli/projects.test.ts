import { describe, expect, it } from 'vitest';
import { aProject } from '../support/builders.ts';
import { cliWorld } from '../support/cli.ts';

describe('bough project:create', () => {
  it('creates a project and prints its id alone as data', async () => {
    await using world = await cliWorld();

    const { code, stdout, stderr } = await world.bough(['project:create', '--title', 'Website']);

    expect(code).toBe(0);
    const project = (await world.projects.get(stdout.trim()))!;
    expect(project.title).toBe('Website');
    expect(stdout).toBe(`${project.id}\n`);
    expect(stderr).toContain(`The project is now ready!\n`);
    expect(stderr).toContain(`Project title: Website`);
  });

  it('tells what the API has against it', async () => {
    await using world = await cliWorld();

    const { code, stdout, stderr } = await world.bough(['project:create', '--title', ' ']);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('title: Required');
  });
});

describe('bough project:list', () => {
  it('is a table', async () => {
    await using world = await cliWorld();
    await world.projects.save(aProject());
    await world.projects.save(aProject({ id: 'zyxwvutsrqpon', title: 'Größe 日本', default_branch: null }));

    const { code, stdout, stderr } = await world.bough(['projects']);

    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(
      [
        '+---------------+------------+----------------+',
        '| ID            | Title      | Default branch |',
        '+---------------+------------+----------------+',
        '| abcdefghijklm | Website    | main           |',
        '| zyxwvutsrqpon | Größe 日本 |                |',
        '+---------------+------------+----------------+',
        '',
      ].join('\n'),
    );
  });

  it('says how to create the first one', async () => {
    await using world = await cliWorld();

    const { code, stdout, stderr } = await world.bough(['project:list']);

    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('bough project:create --title');
  });
});

describe('the output of a list', () => {
  const title = 'Say "hi",\tthen\nleave \u001b[31mred';

  it.each([
    ['csv', 'ID,Title\nabcdefghijklm,"Say ""hi"",\tthen\nleave [31mred"\n'],
    ['tsv', 'ID\tTitle\nabcdefghijklm\t"Say ""hi"",\tthen\nleave [31mred"\n'],
    ['plain', 'ID\tTitle\nabcdefghijklm\tSay "hi", then leave [31mred\n'],
  ])('is %s on demand', async (format, expected) => {
    await using world = await cliWorld();
    await world.projects.save(aProject({ title }));

    const { stdout } = await world.bough(['projects', '--format', format, '--columns', 'id,title']);

    expect(stdout).toBe(expected);
  });

  it('is JSON on demand', async () => {
    await using world = await cliWorld();
    await world.projects.save(aProject({ title }));

    const { stdout } = await world.bough(['projects', '--format', 'json', '-c', 'title']);

    expect(JSON.parse(stdout)).toEqual([{ title }]);
  });

  it.each([
    [['--columns', 'title'], 'Website\n'],
    [['--columns', 'created,id'], '2026-11-22T10:00:00+00:00\tabcdefghijklm\n'],
    [['-c', 'ID', '-c', 'Title'], 'abcdefghijklm\tWebsite\n'],
    [['-c', '+created'], 'abcdefghijklm\tWebsite\tmain\t2026-11-22T10:00:00+00:00\n'],
    [['-c', '+,created'], 'abcdefghijklm\tWebsite\tmain\t2026-11-22T10:00:00+00:00\n'],
    [['-c', 'def*'], 'main\n'],
    [['-c', '%t%'], 'Website\tmain\t2026-11-22T10:00:00+00:00\n'],
  ])('has the columns of %j', async (columns, expected) => {
    await using world = await cliWorld();
    await world.projects.save(aProject());

    const { stdout } = await world.bough(['projects', '--format', 'plain', '--no-header', ...columns]);

    expect(stdout).toBe(expected);
  });

  it('draws several lines in one cell, and no control characters', async () => {
    await using world = await cliWorld();
    await world.projects.save(aProject({ title }));

    const { stdout } = await world.bough(['projects', '-c', 'title', '--no-header']);

    expect(stdout).toBe(
      '+-----------------+\n| Say "hi",  then |\n| leave [31mred   |\n+-----------------+\n',
    );
  });

  it.each([
    [['--format', 'xml'], "The format 'xml' is not known. Use one of: table, csv, tsv, plain, json."],
    [
      ['--columns', 'id,nope'],
      'Column not found: nope (available columns: id, title, default_branch, created)',
    ],
  ])('refuses %j', async (flags, message) => {
    await using world = await cliWorld();
    await world.projects.save(aProject());

    const { code, stdout, stderr } = await world.bough(['projects', ...flags]);

    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: `${message}\n` });
  });
});
