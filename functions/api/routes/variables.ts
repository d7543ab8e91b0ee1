import * as z from 'zod/mini';
import {
  AcceptedEnvironmentVariable,
  AcceptedProjectVariable,
  DeletedVariable,
  EnvironmentVariable,
  ProjectVariable,
} from '../../../shared/api/variable.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import type { PlacedVariable } from '../../../shared/domain/variables/effective-variables.ts';
import { BoughError } from '../../../shared/errors.ts';
import { createVariable } from '../../../shared/workflow/variables/create-variable.ts';
import { deleteVariable } from '../../../shared/workflow/variables/delete-variable.ts';
import { findVariables } from '../../../shared/workflow/variables/find-variables.ts';
import { updateVariable } from '../../../shared/workflow/variables/update-variable.ts';
import { type ApiRequest, changed, created, json } from '../framework/http.ts';
import { type Route, route } from '../framework/route.ts';
import {
  EnvironmentVariableChanges,
  NewEnvironmentVariable,
  NewProjectVariable,
  ProjectVariableChanges,
  variableChanges,
} from '../inputs/variables.ts';
import type { ApiPorts } from '../ports.ts';
import { environmentVariableView, projectVariableView } from '../views/variable.ts';
import { findEnvironment } from './environments.ts';
import { findProject } from './projects.ts';

const ofProject = '/projects/{project}/variables';
const ofEnvironment = '/projects/{project}/environments/{environment+}/variables';

/** The response to a deletion. A deletion starts no activity: the next deployment takes it up. */
const deleted = () => json(200, { status: 'OK', code: 200, _embedded: { activities: [] } });

/** The routes of the variables of projects and environments. No response has a sensitive value. */
export function variableRoutes(ports: ApiPorts): Route[] {
  return [...projectVariableRoutes(ports), ...environmentVariableRoutes(ports)];
}

function projectVariableRoutes(ports: ApiPorts): Route[] {
  const { apiUrl, variables } = ports;
  const find = async (params: ApiRequest['params']) => {
    const { id } = await findProject(ports, params);
    const level = { project: id, environment: null };
    const name = params['variable'] ?? '';
    const variable = (await variables.get(level, name)) ?? missing(name);
    return variable && { project: id, level, variable };
  };
  const view = (variable: PlacedVariable['variable'], project: string) =>
    projectVariableView(variable, project, apiUrl);
  return [
    route({
      method: 'GET',
      path: ofProject,
      id: 'list-projects-variables',
      summary: "List a project's variables",
      find: (params) => findProject(ports, params),
      responses: { 200: z.array(ProjectVariable) },
      async handle({ found: { id } }) {
        const all = await variables.listOf({ project: id, environment: null });
        return json(
          200,
          all.map((variable) => view(variable, id)),
        );
      },
    }),
    route({
      method: 'POST',
      path: ofProject,
      id: 'create-projects-variables',
      summary: 'Create a variable that all environments of the project have',
      find: (params) => findProject(ports, params),
      body: NewProjectVariable,
      responses: { 201: AcceptedProjectVariable },
      async handle({ found: { id }, body }) {
        const input = { ...variableChanges(body), name: body.name, value: body.value };
        const variable = await createVariable(ports, { project: id, environment: null }, input);
        return created(view(variable, id));
      },
    }),
    route({
      method: 'GET',
      path: `${ofProject}/{variable}`,
      id: 'get-projects-variables',
      summary: "Get a project's variable",
      find,
      responses: { 200: ProjectVariable },
      handle: ({ found: { variable, project } }) => json(200, view(variable, project)),
    }),
    route({
      method: 'PATCH',
      path: `${ofProject}/{variable}`,
      id: 'update-projects-variables',
      summary: "Change a project's variable",
      find,
      body: ProjectVariableChanges,
      responses: { 200: AcceptedProjectVariable },
      async handle({ found: { level, variable, project }, body }) {
        const after = await updateVariable(ports, level, { level, variable }, variableChanges(body));
        return changed(view(after, project));
      },
    }),
    route({
      method: 'DELETE',
      path: `${ofProject}/{variable}`,
      id: 'delete-projects-variables',
      summary: "Delete a project's variable",
      find,
      responses: { 200: DeletedVariable },
      async handle({ found: { level, variable } }) {
        await deleteVariable(ports, level, { level, variable });
        return deleted();
      },
    }),
  ];
}

function environmentVariableRoutes(ports: ApiPorts): Route[] {
  const findOwner = (params: ApiRequest['params']) => findEnvironment(ports, params);
  const find = async (params: ApiRequest['params']) => {
    const owner = await findOwner(params);
    if (!owner) return null;
    const { environment } = owner;
    const name = params['variable'] ?? '';
    const all = await findVariables(ports, environment);
    const found = all.find(({ variable }) => variable.name === name) ?? missing(name);
    return found && { environment, level: levelOf(environment), found };
  };
  const view = (found: PlacedVariable, environment: Environment) =>
    environmentVariableView(found, environment, ports.apiUrl);
  return [
    route({
      method: 'GET',
      path: ofEnvironment,
      id: 'list-projects-environments-variables',
      summary: 'List the variables that an environment has or inherits',
      find: findOwner,
      responses: { 200: z.array(EnvironmentVariable) },
      async handle({ found: { environment } }) {
        const all = await findVariables(ports, environment);
        return json(
          200,
          all.map((found) => view(found, environment)),
        );
      },
    }),
    route({
      method: 'POST',
      path: ofEnvironment,
      id: 'create-projects-environments-variables',
      summary: 'Create a variable of an environment',
      find: findOwner,
      body: NewEnvironmentVariable,
      responses: { 201: AcceptedEnvironmentVariable },
      async handle({ found: { environment }, body }) {
        const level = levelOf(environment);
        const input = { ...variableChanges(body), name: body.name, value: body.value };
        return created(view({ level, variable: await createVariable(ports, level, input) }, environment));
      },
    }),
    route({
      method: 'GET',
      path: `${ofEnvironment}/{variable}`,
      id: 'get-projects-environments-variables',
      summary: 'Get a variable that an environment has or inherits',
      find,
      responses: { 200: EnvironmentVariable },
      handle: ({ found: { found, environment } }) => json(200, view(found, environment)),
    }),
    route({
      method: 'PATCH',
      path: `${ofEnvironment}/{variable}`,
      id: 'update-projects-environments-variables',
      summary: 'Change a variable of an environment; an inherited one becomes its own',
      find,
      body: EnvironmentVariableChanges,
      responses: { 200: AcceptedEnvironmentVariable },
      async handle({ found: { found, environment, level }, body }) {
        const variable = await updateVariable(ports, level, found, variableChanges(body));
        return changed(view({ level, variable }, environment));
      },
    }),
    route({
      method: 'DELETE',
      path: `${ofEnvironment}/{variable}`,
      id: 'delete-projects-environments-variables',
      summary: 'Delete a variable of an environment',
      find,
      responses: { 200: DeletedVariable },
      async handle({ found: { found, level } }) {
        await deleteVariable(ports, level, found);
        return deleted();
      },
    }),
  ];
}

function levelOf({ project, id, incarnation }: Environment) {
  return { project, environment: { id, incarnation } };
}

/** Null for an encoded name: the router goes on with the decoded path. */
function missing(name: string): null {
  if (name.includes('%')) return null;
  throw new BoughError('not_found', `Variable not found: ${name}.`, {
    remedy: "List the project's variables and the environment's.",
  });
}
