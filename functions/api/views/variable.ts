import type { EnvironmentVariable, ProjectVariable } from '../../../shared/api/variable.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import type { PlacedVariable } from '../../../shared/domain/variables/effective-variables.ts';
import type { Variable } from '../../../shared/domain/variables/variable.ts';
import { link, variableUrl } from './links.ts';

/** The view of a variable of a project. */
export function projectVariableView(variable: Variable, project: string, apiUrl: string): ProjectVariable {
  const self = variableUrl(apiUrl, { project, environment: null }, variable.name);
  return {
    ...commonView(variable),
    _links: { self: link(self), '#edit': link(self), '#delete': link(self) },
  };
}

/** The view of a variable that an environment has or inherits. */
export function environmentVariableView(
  { level, variable }: PlacedVariable,
  environment: Environment,
  apiUrl: string,
): EnvironmentVariable {
  const { project } = environment;
  const self = variableUrl(apiUrl, { project, environment }, variable.name);
  const origin = level.environment?.id ?? environment.id;
  const inherited = origin !== environment.id;
  return {
    ...commonView(variable),
    project,
    environment: origin,
    is_enabled: variable.is_enabled,
    is_inheritable: variable.is_inheritable,
    inherited,
    _links: {
      self: link(self),
      '#edit': link(self),
      // An inherited variable is deleted where it is defined.
      ...(inherited ? {} : { '#delete': link(self) }),
    },
  };
}

/** The properties that both levels have. A sensitive value is not among them. */
function commonView({ name, value, ...variable }: Variable) {
  return {
    id: name,
    name,
    created_at: variable.created_at,
    updated_at: variable.updated_at,
    attributes: {},
    ...(value === null || variable.is_sensitive ? {} : { value }),
    is_json: variable.is_json,
    is_sensitive: variable.is_sensitive,
    visible_build: variable.visible_build,
    visible_runtime: false,
    visible_forks: variable.visible_forks,
    application_scope: [],
  };
}
