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
  it('shows why each message died', async () => {
    await using world = await aWorld('one', 'two');

    const { code, stdout, stderr } = await world.bough(['deadletters', '--format', 'plain', '--no-header']);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      'one\tbranch.pushed\tp1\tDynamoDB is away\t2026-11-22T10:20:00+00:00',
      expect.stringMatching(/^two\tbranch.pushed\tp1\tNot known: .* the log of Processor\.\t$/),
      '',
    ]);
  });

  it('tells a person what can be done with them', async () => {
    await using world = await aWorld('one');

    const { stderr } = await world.bough(['deadletters']);

    expect(stderr).toContain('bough deadletter:replay [id]');
    expect(stderr).toContain('bough deadletter:drop [id]');
  });

  it('says so when there are none, and when there are more', async () => {
    await using none = await aWorld();
    await using many = await aWorld(...Array.from({ length: 100 }, (_, index) => `letter-${index}`));

    expect(await none.bough(['deadletters'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'There are no dead letters.\n',
    });
    expect((await many.bough(['deadletters'])).stderr).toContain('more dead letters than these 100');
  });
});

describe('bough deadletter:replay', () => {
  it('replays those that are named, showing what they died of', async () => {
    await using world = await aWorld('one', 'two', 'three');

    const { code, stderr } = await world.bough(['deadletter:replay', 'one,two'], { answers: [''] });

    expect(code).toBe(0);
    expect(stderr).toMatch(/one: branch\.pushed of p1\n {2}DynamoDB is away\n/);
    expect(stderr).toContain('replay 2 dead letters? [Y/n]');
    expect(stderr).toContain('Replayed 2 dead letters.\n');
    expect(idsOf(world.post.replayed)).toEqual(['one', 'two']);
    expect(idsOf(world.post.letters)).toEqual(['three']);
  });

  it('replays with --all those that were shown, and none that came after', async () => {
    await using world = await aWorld('one', 'two');
    const lateOne = async () => {
      world.post.letters.push(aDeadLetter({ id: 'late' }));
      return 'y';
    };

    await world.bough(['deadletter:replay', '--all'], { answers: [lateOne] });

    expect(idsOf(world.post.replayed)).toEqual(['one', 'two']);
    expect(idsOf(world.post.letters)).toEqual(['late']);
  });

  it('says which are not there, and does the others', async () => {
    await using world = await aWorld('one');

    const { code, stderr } = await world.bough(['deadletter:replay', 'one', 'gone', '--yes']);

    expect(code).toBe(1);
    expect(stderr).toContain('Dead letter not found: gone\n');
    expect(stderr).toContain('Replayed 1 dead letter.\n');
  });

  it('says how to go on with one that somebody else has just taken', async () => {
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

describe('ticks of the schedule', () => {
  async function withTick() {
    const world = await aWorld('one');
    world.post.letters.push(aDeadLetter({ id: 'tick', queue: 'prune' }));
    return world;
  }

  it('are left alone by deadletter:replay --all, which says what to do with them', async () => {
    await using world = await withTick();

    const { code, stderr } = await world.bough(['deadletter:replay', '--all', '--yes']);

    expect(code).toBe(0);
    expect(stderr).toContain('Replayed 1 dead letter.\n');
    expect(stderr).toContain('running: bough deadletter:drop tick\n');
    expect(idsOf(world.post.letters)).toEqual(['tick']);
  });

  it('are not replayed when they are named either', async () => {
    await using world = await withTick();

    const { code, stderr } = await world.bough(['deadletter:replay', 'tick', '--yes']);

    expect(code).toBe(1);
    expect(stderr).toContain('Ticks of the schedule are not replayed');
    expect(idsOf(world.post.letters)).toEqual(['one', 'tick']);
  });

  it('are dropped as others are', async () => {
    await using world = await withTick();

    expect((await world.bough(['deadletter:drop', 'tick', '--yes'])).code).toBe(0);

    expect(idsOf(world.post.letters)).toEqual(['one']);
  });
});

describe('bough deadletter:drop', () => {
  it('drops nothing that is not confirmed, nor where nobody can be asked', async () => {
    await using world = await aWorld('one');

    const asked = await world.bough(['deadletter:drop', 'one'], { answers: [''] });
    const inPipe = await world.bough(['deadletter:drop', '--all']);

    expect([asked.code, inPipe.code]).toEqual([1, 1]);
    expect(asked.stderr).toContain('drop 1 dead letter? [y/N]');
    expect(idsOf(world.post.letters)).toEqual(['one']);
  });

  it('drops what is confirmed', async () => {
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
    ['nothing', [], 'Name them, or use --all'],
    ['IDs and --all', ['one', '--all'], 'You cannot use both'],
  ])('refuses %s', async (_, args, says) => {
    await using world = await aWorld('one');

    const { code, stderr } = await world.bough([command, ...args, '--yes']);

    expect(code).toBe(1);
    expect(stderr).toContain(says);
    expect(idsOf(world.post.letters)).toEqual(['one']);
  });

  it('has nothing to do where there are none', async () => {
    await using world = await aWorld();

    expect(await world.bough([command, '--all'])).toMatchObject({
      code: 0,
      stderr: 'There are no dead letters.\n',
    });
  });
});
