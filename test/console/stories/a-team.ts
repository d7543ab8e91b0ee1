import { aWorkingCopy } from '../../support/running-bough.ts';
import { beginStory, scripts, user } from '../../support/story.ts';

/** The repository in Bitbucket Cloud, with `main`, two branches and a pull request. */
export const shop = 'team/shop';

/** The repository in Bitbucket Server, with `main` and `next`. Its site needs no script. */
export const books = 'acme/books';

/** Starts a stack without a schedule, and a Bitbucket with the repositories of a team. */
export async function aTeam() {
  const story = await beginStory(shop, { BOUGH_SCHEDULE_SECONDS: '0' });
  const { git, commit } = story.work;
  await commit(scripts);
  await git('push', '--quiet', 'origin', 'main', 'main:refs/heads/old/idea');
  await git('switch', '--quiet', '--create', 'feature/cart');
  await commit({ 'page.txt': 'a cart' });
  await git('push', '--quiet', 'origin', 'feature/cart');
  await story.onCloud('POST', '/pullrequests', {
    title: 'A cart',
    source: { branch: { name: 'feature/cart' } },
  });

  await story.playground.createRepository(books);
  const shelf = await aWorkingCopy(`${story.playground.url.replace('//', `//${user}@`)}/${books}.git`);
  await shelf.commit({ 'index.html': 'All books' });
  await shelf.git('push', '--quiet', 'origin', 'main', 'main:refs/heads/next');
  await shelf.remove();
  return story;
}
