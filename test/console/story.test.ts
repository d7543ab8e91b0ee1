import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Story } from '../support/story.ts';
import { aTeam } from './stories/a-team.ts';
import { useOfActivities } from './stories/activities.ts';
import { endOfPullRequests, useOfEnvironments } from './stories/environments.ts';
import { additionOfIntegrations, useOfIntegrations } from './stories/integrations.ts';
import { useOfOperations } from './stories/operations.ts';
import { creationOfProjects, deletionOfProjects, settingsOfProjects } from './stories/projects.ts';
import { repairOfIntegrations } from './stories/repairs.ts';
import { openStage, type Stage } from './stories/stage.ts';
import { stayingCurrent } from './stories/staying-current.ts';

/** One stack and one tab for all stories, which build on each other. */
describe('the console of a running stack', () => {
  let story: Story;
  let stage: Stage;
  const on = () => stage;

  beforeAll(async () => {
    story = await aTeam();
    stage = await openStage(story);
  });
  afterAll(async () => {
    await stage?.close();
    await story?.end();
  });

  creationOfProjects(on);
  additionOfIntegrations(on);
  useOfEnvironments(on);
  useOfActivities(on);
  useOfIntegrations(on);
  useOfOperations(on);
  settingsOfProjects(on);
  repairOfIntegrations(on);
  endOfPullRequests(on);

  it('was never loaded again in all of this', () => {
    expect(stage.reloads()).toBe(0);
  });

  stayingCurrent(on);
  deletionOfProjects(on);

  it('logs no error in all of this', () => {
    expect(stage.problems).toEqual([]);
  });
});
