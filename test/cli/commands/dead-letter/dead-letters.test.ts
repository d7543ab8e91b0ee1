import { describe, expect, it } from 'vitest';
import { aDeadLetter, aMessageFailure } from '../../../support/api-world.ts';
import { cliWorld } from '../../../support/cli.ts';

async function aWorld(...ids: string[]) {
  const world = await cliWorld();
  world.post.letters.push(...ids.map((id) => aDeadLetter({ id })));
  world.post.reasons.set('one', aMessageFailure());
  return world;
}
const idsOf = (letters: readonly { id: string }[]) => letters.map(({ id }) => id);

describe('bough deadletter:list', () => {
  it('shows why each message failed', async () => {
    await using world = await aWorld('one', 'two');

    const { code, stdout, stderr } = await world.bough(['deadletters', '--format', 'plain', '--no-header']);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      'one\tbranch.pushed\tp1\tDynamoDB is away\t2026-11-22T10:20:00+00:00',
      expect.stringMatching(/^two\tbranch.pushed\tp1\tUnknown: .* the log of Processor\.\t$/),
      '',
    ]);
  });

  it('suggests the next commands', async () => {
    await using world = await aWorld('one');

    const { stderr } = await world.bough(['deadletters']);

    expect(stderr).toContain('bough deadletter:replay [id]');
    expect(stderr).toContain('bough deadletter:drop [id]');
  });

  it('reports that there are none, and that there are more', async () => {
    await using none = await aWorld();
    await using many = await aWorld(...Array.from({ length: 100 }, (_, index) => `letter-${index}`));

    expect(await none.bough(['deadletters'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'There are no dead letters.\n',
    });
    expect((await many.bough(['deadletters'])).stderr).toContain('Showing 100 dead letters; there are more.');
  });
});

describe('bough deadletter:replay', () => {
  it('replays the named messages and shows why they failed', async () => {
    await using world = await aWorld('one', 'two', 'three');

    const { code, stderr } = await world.bough(['deadletter:replay', 'one,two'], { answers: [''] });

    expect(code).toBe(0);
    expect(stderr).toMatch(/one: branch\.pushed of p1\n {2}DynamoDB is away\n/);
    expect(stderr).toContain('replay 2 dead letters? [Y/n]');
    expect(stderr).toContain('Replayed 2 dead letters.\n');
    expect(idsOf(world.post.replayed)).toEqual(['one', 'two']);
    expect(idsOf(world.post.letters)).toEqual(['three']);
  });

  it('replays with --all the messages that were shown, not those that arrived since', async () => {
    await using world = await aWorld('one', 'two');
    const lateOne = async () => {
      world.post.letters.push(aDeadLetter({ id: 'late' }));
      return 'y';
    };

    await world.bough(['deadletter:replay', '--all'], { answers: [lateOne] });

    expect(idsOf(world.post.replayed)).toEqual(['one', 'two']);
    expect(idsOf(world.post.letters)).toEqual(['late']);
  });

  it('reports missing ids and handles the others', async () => {
    await using world = await aWorld('one');

    const { code, stderr } = await world.bough(['deadletter:replay', 'one', 'gone', '--yes']);

    expect(code).toBe(1);
    expect(stderr).toContain('Dead letter not found: gone\n');
    expect(stderr).toContain('Replayed 1 dead letter.\n');
  });

  it('suggests a retry for a message that another client has locked', async () => {
    await using world = await aWorld('one');
    const somebodyElse = async () => {
      world.post.letters.splice(0);
      return 'y';
    };

    const { code, stderr } = await world.bough(['deadletter:replay', 'one'], { answers: [somebodyElse] });

    expect(code).toBe(1);
    expect(stderr).toContain('bough deadletter:replay one\n');
  });
});

describe('scheduled prunes', () => {
  async function withTick() {
    const world = await aWorld('one');
    world.post.letters.push(aDeadLetter({ id: 'tick', queue: 'prune' }));
    return world;
  }

  it('are skipped by deadletter:replay --all, which suggests deleting them', async () => {
    await using world = await withTick();

    const { code, stderr } = await world.bough(['deadletter:replay', '--all', '--yes']);

    expect(code).toBe(0);
    expect(stderr).toContain('Replayed 1 dead letter.\n');
    expect(stderr).toContain('run: bough deadletter:drop tick\n');
    expect(idsOf(world.post.letters)).toEqual(['tick']);
  });

  it('are not replayed by id either', async () => {
    await using world = await withTick();

    const { code, stderr } = await world.bough(['deadletter:replay', 'tick', '--yes']);

    expect(code).toBe(1);
    expect(stderr).toContain('Scheduled prunes are not replayed');
    expect(idsOf(world.post.letters)).toEqual(['one', 'tick']);
  });

  it('are dropped like others', async () => {
    await using world = await withTick();

    expect((await world.bough(['deadletter:drop', 'tick', '--yes'])).code).toBe(0);

    expect(idsOf(world.post.letters)).toEqual(['one']);
  });
});

describe('bough deadletter:drop', () => {
  it('drops nothing without confirmation or an interactive terminal', async () => {
    await using world = await aWorld('one');

    const asked = await world.bough(['deadletter:drop', 'one'], { answers: [''] });
    const inPipe = await world.bough(['deadletter:drop', '--all']);

    expect([asked.code, inPipe.code]).toEqual([1, 1]);
    expect(asked.stderr).toContain('drop 1 dead letter? [y/N]');
    expect(idsOf(world.post.letters)).toEqual(['one']);
  });

  it('drops the confirmed messages', async () => {
    await using world = await aWorld('one', 'two');

    const { code, stderr } = await world.bough(['deadletter:drop', 'two'], { answers: ['y'] });

    expect(code).toBe(0);
    expect(stderr).toContain('Dropped 1 dead letter.\n');
    expect(idsOf(world.post.letters)).toEqual(['one']);
    expect(world.post.replayed).toEqual([]);
  });
});

describe.each(['deadletter:replay', 'deadletter:drop'])('bough %s', (command) => {
  it.each([
    ['nothing', [], 'Specify dead letter IDs or --all'],
    ['IDs and --all', ['one', '--all'], 'You cannot use both'],
  ])('rejects %s', async (_, args, says) => {
    await using world = await aWorld('one');

    const { code, stderr } = await world.bough([command, ...args, '--yes']);

    expect(code).toBe(1);
    expect(stderr).toContain(says);
    expect(idsOf(world.post.letters)).toEqual(['one']);
  });

  it('does nothing when there are none', async () => {
    await using world = await aWorld();

    expect(await world.bough([command, '--all'])).toMatchObject({
      code: 0,
      stderr: 'There are no dead letters.\n',
    });
  });
});
