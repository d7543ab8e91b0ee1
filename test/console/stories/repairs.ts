import { expect, it } from 'vitest';
import { eventually } from '../../support/running-bough.ts';
import { books, shop } from './a-team.ts';
import { openIntegration } from './integrations.ts';
import type { OnStage, Stage } from './stage.ts';

/** The rows of the preview of a prune: the change and the environment of each. */
const previewed = async ({ page }: Stage) => {
  const rows = page.getByRole('table', { name: 'Changes' }).getByRole('row');
  const texts = await rows.evaluateAll((all) =>
    all.map((row) => [...row.querySelectorAll('td, th')].slice(0, 2).map((cell) => cell.textContent ?? '')),
  );
  return texts.slice(1).sort();
};

const environmentsOf = async ({ api }: Stage): Promise<string[]> =>
  (await api('Shop', 'GET', '/environments')).body.map(({ id }: { id: string }) => id).sort();

/** Integrations that Bitbucket no longer accepts, and the prune that repairs what was missed. */
export function repairOfIntegrations(on: OnStage): void {
  it('names a webhook that was deleted in Bitbucket', async () => {
    const stage = on();
    const { story, button, text } = stage;
    const { body } = await story.onCloud('GET', '/hooks');
    const [hook] = body.values;
    await story.onCloud('DELETE', `/hooks/${encodeURIComponent(hook.uuid)}`);
    await openIntegration(stage, 'Shop', shop);
    await button('Validate').click();
    await text('The integration is not valid').waitFor();
    await text(/The repository has no webhook with the URL/).waitFor();
  });

  it('previews a prune, which then does exactly that, and holds back deletions above the limit', async () => {
    const stage = on();
    const { page, story, link, button, confirm, followLog, text } = stage;
    await story.work.git('push', '--quiet', 'origin', 'main:refs/heads/missed', ':old/idea');
    const before = await environmentsOf(stage);
    await link('Preview prune').click();
    await text('Deletions are held back').waitFor();

    expect(await previewed(stage)).toEqual([
      ['Create', 'missed'],
      ['Held back', 'old/idea'],
    ]);

    await button('Prune now').click();
    await confirm('Prune');
    await followLog(/prune/i);
    await text('Succeeded').waitFor();
    await eventually('the branch that was missed has an environment', async () =>
      (await environmentsOf(stage)).includes('missed'),
    );
    expect(await environmentsOf(stage)).toEqual([...before, 'missed'].sort());
    expect(page.url()).toContain('/a/');
  });

  it('deletes what was held back, exactly as previewed, once that is confirmed', async () => {
    const stage = on();
    const { link, button, confirm, text } = stage;
    await openIntegration(stage, 'Shop', shop);
    const before = await environmentsOf(stage);
    await link('Review them').click();
    await text('Deletions are held back').waitFor();
    expect(await previewed(stage)).toEqual([['Held back', 'old/idea']]);

    await button('Delete one environment').click();
    await confirm('Delete');
    await eventually(
      'the environment is gone',
      async () => !(await environmentsOf(stage)).includes('old/idea'),
    );
    expect(await environmentsOf(stage)).toEqual(before.filter((id) => id !== 'old/idea'));
  });

  it('is valid again, because the prune has added the webhook', async () => {
    const stage = on();
    const { button, text } = stage;
    await openIntegration(stage, 'Shop', shop);
    await button('Validate').click();
    await text('The integration is valid').waitFor();
  });

  it('names credentials that were revoked in Bitbucket', async () => {
    const stage = on();
    const { story, button, text } = stage;
    story.playground.revokeToken('demo-token');
    await openIntegration(stage, 'Books', books);
    await button('Validate').click();
    await text('The integration is not valid').waitFor();
    await text(/^token: /).waitFor();
  });

  it('deletes an integration, which leaves the environments, and says that its webhook is left', async () => {
    const { button, confirm, text, link, open, at, row } = on();
    await button('Delete').click();
    await confirm('Delete');
    await text('The integration is deleted, and its webhook is left in Bitbucket').waitFor();
    await link('+ Add Bitbucket server').waitFor();
    await open(at('Books'));
    await row('next').getByText('Active', { exact: true }).waitFor();
  });
}
