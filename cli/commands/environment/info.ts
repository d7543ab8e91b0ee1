import * as z from 'zod';
import { waitForActivities } from '../../activities/follow.ts';
import { type Api, connectApi, path } from '../../api/client.ts';
import { Environment, type Project } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { hasSucceeded } from '../../output/outcomes.ts';
import { printProperties, printProperty, withoutLinks } from '../../output/properties.ts';
import { printable } from '../../output/text.ts';
import { selectEnvironment, selectProject } from '../../selection.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { invalidValue } from '../invalid-value.ts';
import { environmentOptions, projectOptions, tableOptions, waitOptions } from '../options.ts';
import { offerRedeployment } from '../redeployment.ts';
import { ActionResult } from './actions.ts';
import { readRoutes } from './routes.ts';

const Options = z.object({ ...projectOptions, ...environmentOptions, ...tableOptions, ...waitOptions });

/** `environment:info`. */
export const showEnvironmentInfo: Run = async ({ args, options, terminal }) => {
  const given = Options.parse(options);
  const [property, value] = args;
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const environment = await selectEnvironment(
    api,
    terminal,
    project,
    given.environment,
    value === undefined ? 'read' : 'change',
  );
  if (property === undefined) printProperties(terminal, withoutLinks(environment), given);
  else if (value !== undefined)
    return setProperty(api, terminal, { project, environment }, property, value, given);
  else if (property === 'url') await printUrl(api, terminal, project, environment);
  else printProperty(terminal, withoutLinks(environment), property);
  return 0;
};

async function printUrl(
  api: Api,
  terminal: Terminal,
  project: Project,
  environment: Environment,
): Promise<void> {
  const [best] = (await readRoutes(api, project, environment)) ?? [];
  terminal.write(`${best?.url ?? ''}\n`);
}

const Writable = z.enum(['title', 'type', 'parent', 'protected', 'restrict_robots']);

async function setProperty(
  api: Api,
  terminal: Terminal,
  { project, environment: before }: { project: Project; environment: Environment },
  property: string,
  text: string,
  { wait }: { wait: boolean },
): Promise<number> {
  const name = Writable.safeParse(property).data;
  if (!name) throw new CliError(`Property not writable: ${property}`);
  if (name === 'parent') await checkParent(api, project, before, text);
  const value = readValue(name, text);
  if (before[name] === value) {
    terminal.info(`Property ${name} already set as: ${show(value)}`);
    return 0;
  }
  const url = path`/projects/${project.id}/environments/${before.id}`;
  const result = await api.patch(url, { [name]: value }, ActionResult).catch(invalidValue(name));
  const { entity, activities } = result._embedded;
  terminal.info(`Property ${name} set to: ${show(entity[name])}`);
  if (name === 'protected' && entity.status === 'deleting') {
    terminal.info('The environment is being deleted. It is kept if its teardown has not started yet.');
  }
  if (name === 'restrict_robots' && activities.length === 0)
    return offerRedeployment({ api, terminal, project, environment: entity }, { wait });
  const ended = await waitForActivities(api, terminal, project.id, activities, { wait });
  return ended.every(hasSucceeded) ? 0 : 1;
}

function readValue(name: z.infer<typeof Writable>, text: string): string | boolean | null {
  if (name === 'parent' && text === '-') return null;
  if (name !== 'protected' && name !== 'restrict_robots') return text;
  const value = { true: true, false: false, 1: true, 0: false, yes: true, no: false }[text.toLowerCase()];
  if (value === undefined) throw new CliError(`Invalid value for ${name}: ${text} (expected true or false)`);
  return value;
}

function show(value: string | boolean | null): string {
  return printable(String(value));
}

/** Rejects an invalid parent with the messages of Upsun's CLI; `-` stands for none. */
async function checkParent(api: Api, project: Project, { id }: Environment, parent: string): Promise<void> {
  if (parent === '-') return;
  if (parent === id) throw new CliError('An environment cannot be the parent of itself');
  const found = await api.find(path`/projects/${project.id}/environments/${parent}`, Environment);
  if (!found) throw new CliError(`Environment not found: ${parent}`);
  if (found.parent === id) throw new CliError(`Invalid value for parent: ${parent}`);
}
