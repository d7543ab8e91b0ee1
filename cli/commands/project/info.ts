import * as z from 'zod';
import { waitForActivities } from '../../activities/follow.ts';
import { type Api, connectApi, path } from '../../api/client.ts';
import { Project, Result } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { hasSucceeded } from '../../output/outcomes.ts';
import { printProperties, printProperty, withoutLinks } from '../../output/properties.ts';
import { printable } from '../../output/text.ts';
import { selectProject } from '../../selection.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { invalidValue } from '../invalid-value.ts';
import { projectOptions, tableOptions, waitOptions } from '../options.ts';

const Options = z.object({ ...projectOptions, ...tableOptions, ...waitOptions });

const Writable = z.enum(['title', 'default_branch']);

/** `project:info`. */
export const showProjectInfo: Run = async ({ args, options, terminal }) => {
  const { project: projectId, ...table } = Options.parse(options);
  const [property, value] = args;
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, projectId);
  if (property === undefined) printProperties(terminal, withoutLinks(project), table);
  else if (value === undefined) printProperty(terminal, readable(project), property);
  else return setProperty(api, terminal, project, property, value, table);
  return 0;
};

/** The properties that can be read by name, with Upsun's `git` and `url`. */
function readable(project: Project) {
  return { ...withoutLinks(project), git: project.repository.url, url: project._links.self.href };
}

async function setProperty(
  api: Api,
  terminal: Terminal,
  before: Project,
  property: string,
  value: string,
  { wait }: { wait: boolean },
): Promise<number> {
  const name = Writable.safeParse(property).data;
  if (!name) throw new CliError(`Property not writable: ${property}`);
  // Send an unchanged value too: the request completes a change that was interrupted.
  const url = path`/projects/${before.id}`;
  const changed = await api.patch(url, { [name]: value }, Result(Project)).catch(invalidValue(name));
  const { entity, activities } = changed._embedded;
  if (activities.length > 0) {
    terminal.info(`Property ${name} is being set to: ${printable(value)}`);
    const ended = await waitForActivities(api, terminal, before.id, activities, { wait });
    return ended.every(hasSucceeded) ? 0 : 1;
  }
  const verb = entity[name] === before[name] ? 'already set as' : 'set to';
  terminal.info(`Property ${name} ${verb}: ${printable(entity[name] ?? '')}`);
  return 0;
}
