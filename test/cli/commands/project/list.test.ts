import { describe, expect, it } from 'vitest';
import { anIntegration, aProject } from '../../../support/builders.ts';
import { cliWorld } from '../../../support/cli.ts';

describe('bough project:create', () => {
  it('creates a project and prints only its id to stdout', async () => {
    await using world = await cliWorld();

    const { code, stdout, stderr } = await world.bough(['project:create', '--title', 'Website']);

    expect(code).toBe(0);
    const project = (await world.projects.get(stdout.trim()))!;
    expect(project.title).toBe('Website');
    expect(stdout).toBe(`${project.id}\n`);
    expect(stderr).toContain(`The project is now ready!\n`);
    expect(stderr).toContain(`Project title: Website`);
  });

  it('reports the fields that the API rejects', async () => {
    await using world = await cliWorld();

    expect(await world.bough(['project:create', '--title', ' '])).toMatchObject({
      code: 4,
      stdout: 'title: Required\n',
      stderr: 'The following error was found:\n',
    });
  });

  it('asks for the title', async () => {
    await using world = await cliWorld();

    const named = await world.bough(['create'], { answers: ['Shop'] });
    const unnamed = await world.bough(['create'], { answers: [''] });

    expect(named.stderr).toMatch(/^Project title Shop\n/);
    expect((await world.projects.get(named.stdout.trim()))?.title).toBe('Shop');
    expect((await world.projects.get(unnamed.stdout.trim()))?.title).toBe('Untitled Project');
  });
});

describe('bough project:list', () => {
  it('prints a table', async () => {
    await using world = await cliWorld();
    await world.projects.save(aProject());
    await world.projects.save(aProject({ id: 'zyxwvutsrqpon', title: 'Größe 日本', default_branch: null }));

    const { code, stdout, stderr } = await world.bough(['projects']);

    expect(code).toBe(0);
    expect(stderr).toBe(
      [
        'Your projects are:',
        '',
        'Get a project by running: bough get [id]',
        "List a project's environments by running: bough environments -p [id]",
        '',
      ].join('\n'),
    );
    expect(stdout).toBe(
      [
        '+---------------+------------+-----------+',
        '| ID            | Title      | Region    |',
        '+---------------+------------+-----------+',
        '| zyxwvutsrqpon | Größe 日本 | eu-west-1 |',
        '| abcdefghijklm | Website    | eu-west-1 |',
        '+---------------+------------+-----------+',
        '',
      ].join('\n'),
    );
  });

  it('has the repository, which a wide terminal shows', async () => {
    await using world = await cliWorld();
    await world.projects.save(aProject());
    await world.integrations.save(anIntegration());

    const wide = await world.bough(['projects'], { columns: 140 });
    const narrow = await world.bough(['projects'], { columns: 60 });
    const { stdout } = await world.bough(['projects', '--format', 'csv', '-c', 'repository', '--no-header']);

    expect(stdout).toMatch(/acme\/website\.git\n$/);
    expect(wide.stdout).toContain(stdout.trim());
    expect(narrow.stderr).toContain('Left out for lack of space: Repository.');
  });

  it.each([
    [[], 'a\nb\nc\n'],
    [['--reverse'], 'c\nb\na\n'],
    [['--sort', 'created_at'], 'c\nb\na\n'],
    [['--title', 'SHOP'], 'a\nb\n'],
    [['--region', 'nowhere'], ''],
    [['--refresh', '1'], 'a\nb\nc\n'],
  ])('lists the projects of %j', async (argv, ids) => {
    await using world = await cliWorld();
    const titles = { a: 'A shop', b: 'Another shop', c: 'Website' };
    for (const [index, [id, title]] of Object.entries(titles).entries()) {
      await world.projects.save(aProject({ id, title, created_at: `2026-11-0${9 - index}T10:00:00.000Z` }));
    }

    const { stdout } = await world.bough([
      'projects',
      '--format',
      'plain',
      '--no-header',
      '-c',
      'id',
      ...argv,
    ]);
    const piped = await world.bough(['projects', '--pipe', ...argv]);

    expect([stdout, piped.stdout]).toEqual([ids, ids]);
  });

  it.each([
    [['--count', '2'], 'p1 p2', 'Your projects are (page 1 of 3; 2 per page, 5 total):\n'],
    [['--count', '2', '--page', '3'], 'p5', 'Your projects are (page 3 of 3; 2 per page, 5 total):\n'],
    [['--count', '0'], 'p1 p2 p3 p4 p5', 'Your projects are:\n'],
    [['--page', '1'], 'p1 p2 p3 p4 p5', 'Your projects are:\n'],
  ])('shows the page of %j', async (argv, ids, header) => {
    await using world = await cliWorld();
    for (const id of ['p1', 'p2', 'p3', 'p4', 'p5']) await world.projects.save(aProject({ id, title: id }));

    const { stdout, stderr } = await world.bough(['projects', '-c', 'id', '--no-header', ...argv]);

    expect(stdout.match(/p\d/g)?.join(' ')).toBe(ids);
    expect(stderr.startsWith(header)).toBe(true);
    expect(stderr.includes('List all projects by running: bough projects --count 0\n')).toBe(
      header.includes('page'),
    );
  });

  it.each([
    [['--title', 'nope'], 0, 'No projects found (filters in use: --title).\n'],
    [['--page', '2'], 1, 'No projects found on this page (page 2 of 1; 20 per page, 1 total)\n'],
  ])('reports that there are none with %j', async (argv, code, stderr) => {
    await using world = await cliWorld();
    await world.projects.save(aProject());

    expect(await world.bough(['projects', ...argv])).toMatchObject({ code, stdout: '', stderr });
  });

  it('shows a placeholder for an empty title', async () => {
    await using world = await cliWorld();
    await world.projects.save(aProject({ title: '' }));

    expect((await world.bough(['projects'])).stdout).toContain('| [Untitled Project] |');
  });

  it('suggests how to create the first one', async () => {
    await using world = await cliWorld();

    const { code, stdout, stderr } = await world.bough(['project:list']);

    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toBe(
      'You do not have any Bough projects yet.\n\nTo create a new project, run: bough create\n',
    );
  });
});

describe('the output of a list', () => {
  const title = 'Say "hi",\tthen\nleave \u001b[31mred';

  it.each([
    ['csv', 'ID,Title\nabcdefghijklm,"Say ""hi"",\tthen\nleave \\u001b[31mred"\n'],
    ['tsv', 'ID\tTitle\nabcdefghijklm\t"Say ""hi"",\tthen\nleave \\u001b[31mred"\n'],
    ['plain', 'ID\tTitle\nabcdefghijklm\tSay "hi", then leave \\u001b[31mred\n'],
  ])('can be %s', async (format, expected) => {
    await using world = await cliWorld();
    await world.projects.save(aProject({ title }));

    const { stdout } = await world.bough(['projects', '--format', format, '--columns', 'id,title']);

    expect(stdout).toBe(expected);
  });

  it('can be JSON', async () => {
    await using world = await cliWorld();
    await world.projects.save(aProject({ title }));

    const { stdout } = await world.bough(['projects', '--format', 'json', '-c', 'title']);

    expect(JSON.parse(stdout)).toEqual([{ title }]);
  });

  it.each([
    [['--columns', 'title'], 'Website\n'],
    [['--columns', 'created_at,id'], '2026-11-22T10:00:00+00:00\tabcdefghijklm\n'],
    [['-c', 'ID', '-c', 'Title'], 'abcdefghijklm\tWebsite\n'],
    [['-c', '+default_branch'], 'abcdefghijklm\tWebsite\teu-west-1\tmain\n'],
    [['-c', '+,default_branch'], 'abcdefghijklm\tWebsite\teu-west-1\tmain\n'],
    [['-c', 'def*'], 'main\n'],
    [['-c', '%t%'], 'Website\tmain\tactive\t\t2026-11-22T10:00:00+00:00\n'],
  ])('has the columns of %j', async (columns, expected) => {
    await using world = await cliWorld();
    await world.projects.save(aProject());

    const { stdout } = await world.bough(['projects', '--format', 'plain', '--no-header', ...columns]);

    expect(stdout).toBe(expected);
  });

  it('draws multi-line cells and escapes hidden characters in them', async () => {
    await using world = await cliWorld();
    await world.projects.save(aProject({ title }));

    const { stdout } = await world.bough(['projects', '-c', 'title', '--no-header']);

    expect(stdout).toBe(
      '+---------------------+\n| Say "hi",  then     |\n| leave \\u001b[31mred |\n+---------------------+\n',
    );
  });

  it.each([
    [
      ['--format', 'xml'],
      "error: option '--format <format>' argument 'xml' is invalid. Allowed choices are table, csv, tsv, plain, json.",
    ],
    [
      ['--columns', 'id,nope'],
      'Your projects are:\nColumn not found: nope (available columns: id, title, region, default_branch, status, repository, created_at)',
    ],
  ])('rejects %j', async (flags, message) => {
    await using world = await cliWorld();
    await world.projects.save(aProject());

    const { code, stdout, stderr } = await world.bough(['projects', ...flags]);

    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: `${message}\n` });
  });
});
